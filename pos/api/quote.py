"""What promotions do for the basket in hand: asked by the page after every change of it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.pricing.promotions.codes import code_key
from commerce.pricing.promotions.results import Adjustment, TurnedDown
from commerce.pricing.promotions.rows import Why
from commerce.registers.promoted import told_of
from commerce.registers.queries import open_shift_of
from commerce.registers.rows import BasketLine, Counter
from commerce.registers.service import buyer_at_counter
from commerce.web.formats import money
from commerce.web.identity import register
from commerce.web.languages import language
from commerce.web.services import services
from pos.api.bodies import QuoteBody, read_body
from pos.device import current_till


def install(blueprint: Blueprint) -> None:
    """Add this view."""
    blueprint.add_url_rule("/api/quote", "api_quote", quote, methods=["POST"])


@register
def quote() -> Response:
    """Return what promotions take off each line, and what each typed code does or why it does nothing.

    Nothing is written. The sale is reckoned anew, and refused where it comes to another sum.
    """
    till, asked = current_till(), read_body(QuoteBody)
    spelled = [code_key(each) for each in asked.codes]
    lines = [BasketLine(each.variant, each.quantity) for each in asked.lines]
    with services().database.reading(till.scope) as connection:
        shift = open_shift_of(connection, register_id=till.register.id)
        counter = Counter(
            merchant=till.merchant,
            country=till.store.country,
            currency=shift.currency if shift else till.merchant.currency,
            locale=language(),
            at=utc_now(),
            buyer=buyer_at_counter(connection, asked.customer),
            codes=tuple(dict.fromkeys(filter(None, spelled))),
        )
        told = told_of(connection, counter, lines)
    whys = {each.code: each for each in told.turned_down if each.code}
    counting = {each.code for line in told.lines for each in line if each.code}
    return jsonify(
        lines=[[_adjustment(each) for each in line] for line in told.lines],
        codes=[
            _code(
                typed,
                code,
                counting=code in counting,
                why=whys.get(code),
                money_in=counter.currency,
            )
            for typed, code in zip(asked.codes, spelled, strict=True)
        ],
    )


def _adjustment(each: Adjustment) -> dict[str, Any]:
    return {
        "promotion": str(each.promotion_id),
        "name": {"en": each.name, "zh": each.name_zh},
        "amount_minor": each.amount_minor,
        "code": each.code or "",
    }


def _code(
    typed: str, code: str, *, counting: bool, why: TurnedDown | None, money_in: str
) -> dict[str, Any]:
    known = bool(code) and (counting or why is None or why.why is not Why.UNKNOWN_CODE)
    return {
        "typed": typed,
        "code": code,
        "known": known,
        "counts": counting,
        "words": "" if counting or not known else _why_not(why, money_in),
    }


def _why_not(turned_down: TurnedDown | None, currency: str) -> str:
    """Return why a code takes nothing off, for the clerk to say."""
    if turned_down is None:
        return str(_NOTHING)
    if turned_down.why is Why.TOO_FEW:
        missing = turned_down.params.get("missing", 1)
        return str(
            ngettext(
                "It counts with %(num)d more piece of the goods it is for.",
                "It counts with %(num)d more pieces of the goods it is for.",
                missing,
            )
        )
    if turned_down.why is Why.TOO_LITTLE:
        missing_money = Money(turned_down.params.get("missing_minor", 0), currency)
        return str(
            _("It counts with %(amount)s more of the goods it is for.", amount=money(missing_money))
        )
    return str(_WHY_NOT.get(turned_down.why, _NOTHING))


_NOTHING = lazy_gettext("It takes nothing off here.")
_OVER = lazy_gettext("It does not count any more.")
_WHY_NOT: Mapping[Why, Any] = {
    Why.CODE_OVER: _OVER,
    Why.OVER: _OVER,
    Why.NOT_YET: lazy_gettext("It does not count yet."),
    Why.OTHER_CHANNEL: lazy_gettext("It counts online, not in the store."),
    Why.OTHER_COUNTRY: lazy_gettext("It does not count in this country."),
    Why.OTHER_CURRENCY: lazy_gettext("It does not count in this currency."),
    Why.NOT_IN_GROUP: lazy_gettext("It is for certain customers. Add the customer to the sale."),
    Why.USED_UP: lazy_gettext("It is used up."),
    Why.USED_BY_CUSTOMER: lazy_gettext("This customer has used it already."),
    Why.WHO_IS_IT: lazy_gettext(
        "It is limited per customer. Add the customer, with an e-mail address, to the sale."
    ),
    Why.NO_SUCH_GOODS: lazy_gettext("Nothing in the basket is what it is for."),
    Why.OTHERS_ARE_BETTER: lazy_gettext("It does not go together with what saves more."),
}
