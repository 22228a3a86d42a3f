"""Codes of promotions and gift cards in the cart: typed slowly enough that nobody can guess one, and told what they do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy.orm import Session

from commerce.checkout.errors import CartClosedError
from commerce.checkout.rows import CartRow, Quote
from commerce.checkout.service import (
    drop_code,
    enter_code,
    lay_card,
    lay_value,
    take_value_away,
)
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money, total
from commerce.orders.charged import promotions_off
from commerce.park.service.throttle import Limit, claim_attempt, settle_attempt
from commerce.payments.stored_value.codes import code_key as card_key
from commerce.payments.stored_value.codes import digest_of
from commerce.payments.stored_value.queries import credit_of
from commerce.pricing.promotions.results import Adjustment, TurnedDown
from commerce.pricing.promotions.rows import Why
from commerce.web.faults import say
from commerce.web.formats import hour, money
from commerce.web.identity.current import current_origin
from commerce.web.services import services
from storefront.shop.visit import Visit

_TRIES_PER_PLACE = 20


@dataclass(frozen=True, slots=True)
class ToldCode:
    """A code in the cart, and what it takes off or why it takes nothing."""

    code: str
    words: str
    counts: bool
    key: str = ""
    """What names it where it is taken out, if that is not the code."""


@dataclass(frozen=True, slots=True)
class ToldOff:
    """What one promotion takes off a line."""

    name: str
    amount: Money


def enter_typed(visit: Visit, cart: CartRow, typed: str) -> str:
    """Put a code that was typed into the cart; return why that cannot be, or nothing.

    What can be a gift card's, by its last character, is one. Only what comes to nothing counts as a
    try.
    """
    limit, wait = _claimed(visit, "promotion-code")
    if wait:
        return wait
    try:
        with services().database.transaction(visit.scope) as session:
            after = _enter(session, visit, cart, typed)
    except CartClosedError:
        raise
    except CommerceError as error:
        return say(error.template, in_words(error))
    with services().database.transaction(Scope.park()) as session:
        settle_attempt(session, forget=(), give_back=(limit,))
    known = (after.codes, after.stored_value) == (cart.codes, cart.stored_value)
    return str(_("This code is in your cart already.")) if known else ""


def _enter(session: Session, visit: Visit, cart: CartRow, typed: str) -> CartRow:
    mine = {"merchant_id": visit.merchant.id, "cart_id": cart.id}
    card = card_key(typed)
    if card:
        digest = digest_of(services().vault, visit.merchant.id, card)
        return lay_card(session, **mine, digest=digest)
    return enter_code(session, **mine, typed=typed)


def in_words(error: CommerceError) -> dict[str, str]:
    """Return what an error tells of, each amount as people read it."""
    return {
        name: money(value) if isinstance(value, Money) else str(value)
        for name, value in error.params.items()
    }


def _claimed(visit: Visit, what: str) -> tuple[Limit, str]:
    """Count a try of this network's; return its limit, and why to wait, or nothing."""
    place = f"{visit.merchant.slug}:{current_origin().network}"
    limit = Limit.of(what, place, allowed=_TRIES_PER_PLACE)
    with services().database.transaction(Scope.park()) as session:
        wait = claim_attempt(session, limits=(limit,), now=utc_now())
    told = wait and _("Too many tries. Try again after %(hour)s.", hour=hour(wait))
    return limit, str(told or "")


def leave_out(visit: Visit, cart: CartRow, code: str) -> None:
    """Take a code out of the cart, or the account with this id away from it, if it is there."""
    mine = {"merchant_id": visit.merchant.id, "cart_id": cart.id}
    account_id = next((each for each in cart.stored_value if str(each) == code), None)
    with services().database.transaction(visit.scope) as session:
        if account_id is None:
            drop_code(session, **mine, code=code)
        else:
            take_value_away(session, **mine, account_id=account_id)


def lay_own_credit(visit: Visit, cart: CartRow, typed: str) -> None:
    """Lay the shopper's own credit beside the cart, if it is theirs and pays anything."""
    if cart.customer_id is None:
        return
    with services().database.transaction(visit.scope) as session:
        own = credit_of(session, customer_id=cart.customer_id)
        account = next((each for each in own if str(each.id) == typed), None)
        if account is not None and account.pays(currency=cart.currency, at=visit.at):
            lay_value(
                session, merchant_id=visit.merchant.id, cart_id=cart.id, account_id=account.id
            )


def told_codes(quote: Quote, language: str) -> list[ToldCode]:
    """Return the codes in the cart with what each of them does."""
    given = [pair for pairs in _given(quote).values() for pair in pairs]
    refused = {each.code: each for each in quote.discounts.turned_down if each.code}
    return [
        _counting(code, [pair for pair in given if pair[0].code == code], quote, language)
        or ToldCode(code, _why_not(refused.get(code), quote.cart), counts=False)
        for code in quote.cart.codes
    ]


def asks_who(quote: Quote) -> bool:
    """Return whether what promotions take off may change with the e-mail address."""
    whose = {Why.WHO_IS_IT, Why.USED_BY_CUSTOMER}
    basket = quote.discounts.basket
    return bool(basket.uses) or any(each.why in whose for each in basket.turned_down)


def too_many_guessed(visit: Visit, quote: Quote) -> str:
    """Count a guest's e-mail address with which somebody has bought; return why to wait, or nothing.

    Whoever types the addresses of others could read from the total who buys here.
    """
    used = any(each.why is Why.USED_BY_CUSTOMER for each in quote.discounts.turned_down)
    if quote.cart.customer_id is not None or not used:
        return ""
    return _claimed(visit, "promotion-buyer")[1]


def _given(quote: Quote) -> dict[UUID | None, list[tuple[Adjustment, Money]]]:
    """Return what promotions take off each line and off delivery (None), as the total counts it."""
    found: dict[UUID | None, list[tuple[Adjustment, Money]]] = {
        line.variant.id: list(zip(line.adjusted.adjustments, line.charged.off, strict=True))
        for line in quote.lines
    }
    delivery = quote.delivery_charged
    shipping = quote.discounts.basket.shipping.adjustments
    found[None] = list(zip(shipping, delivery.off, strict=True)) if delivery else []
    return found


def _counting(
    code: str, given: list[tuple[Adjustment, Money]], quote: Quote, language: str
) -> ToldCode | None:
    if not given:
        return None
    saved = total((amount for _each, amount in given), currency=quote.cart.currency)
    names = dict.fromkeys(each.name_in(language) for each, _amount in given)
    words = _("%(name)s: %(amount)s off", name=" · ".join(names), amount=money(saved))
    return ToldCode(code, str(words), counts=True)


def promotions_on(quote: Quote, language: str) -> dict[UUID | None, list[ToldOff]]:
    """Return what promotions take off each line, by its variant, and off delivery (None)."""
    return {
        key: [ToldOff(each.name_in(language), amount) for each, amount in pairs]
        for key, pairs in _given(quote).items()
    }


def sold_off(
    reasons: Iterable[Mapping[str, Any]], off: Iterable[Money], language: str
) -> list[ToldOff]:
    """Return what promotions took off what was sold: its reasons as kept, its amounts as charged."""
    return [ToldOff(name, amount) for name, amount in promotions_off(reasons, off, language)]


def _why_not(turned_down: TurnedDown | None, cart: CartRow) -> str:
    if turned_down is None:
        return str(_NOTHING)
    if turned_down.why is Why.TOO_FEW:
        few = ngettext(
            "It counts once %(num)d more of the goods it is for lies in the cart.",
            "It counts once %(num)d more of the goods it is for lie in the cart.",
            turned_down.params.get("missing", 1),
        )
        return str(few)
    if turned_down.why is Why.TOO_LITTLE:
        more = money(Money(turned_down.params.get("missing_minor", 0), cart.currency))
        return str(_("It counts once you add %(amount)s more of the goods it is for.", amount=more))
    if cart.customer_id is None and turned_down.why in _TELLS_OF_BUYERS:
        return str(_USED)
    return str(_WHY_NOT[turned_down.why])


_NOTHING = lazy_gettext("This code takes nothing off here.")
_OVER = lazy_gettext("This code does not count any more.")
# A guest may type anybody's address: the sentence is the same whether that person has bought or not.
_TELLS_OF_BUYERS = frozenset({Why.USED_UP, Why.USED_BY_CUSTOMER})
_USED = lazy_gettext("This code is used up, or counts once for each customer.")
_WHY_NOT = {
    Why.UNKNOWN_CODE: lazy_gettext("This code does not exist any more."),
    Why.CODE_OVER: _OVER,
    Why.NOT_YET: lazy_gettext("This code does not count yet."),
    Why.OVER: _OVER,
    Why.OTHER_CHANNEL: lazy_gettext("This code counts in our stores."),
    Why.OTHER_COUNTRY: lazy_gettext("This code does not count where the parcel goes."),
    Why.OTHER_CURRENCY: lazy_gettext("This code does not count in this currency."),
    Why.NOT_IN_GROUP: lazy_gettext("This code is for certain customers. Sign in if it is for you."),
    Why.USED_UP: lazy_gettext("This code is used up."),
    Why.USED_BY_CUSTOMER: lazy_gettext("You have used this code already."),
    Why.WHO_IS_IT: lazy_gettext("Whether it counts, we see once you give your e-mail address."),
    Why.NO_SUCH_GOODS: lazy_gettext("Nothing in your cart is what this code is for."),
    Why.NOTHING_OFF: _NOTHING,
    Why.OTHERS_ARE_BETTER: lazy_gettext("It does not go together with what saves you more."),
}
