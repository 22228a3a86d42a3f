"""Rounding: the smallest coin of each currency and how tax is rounded, each with an example."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection

from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.pricing.queries import price_lists, rounding_of
from commerce.pricing.rounding import round_cash, usual_cash_step
from commerce.pricing.rows import Rounding, TaxRounding
from commerce.pricing.service import set_rounding
from commerce.registers.denominations import smallest_coin
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.currencies import currency_label
from storefront.backoffice.desk import announce, draw, moved
from storefront.backoffice.forms import (
    AmountField,
    DeskForm,
    Field,
    RadioField,
    SelectField,
    needed,
    sent,
    typed_form,
)
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still

_CASH_EXAMPLE, _LINE_EXAMPLE, _LINES = 1238, 333, 3
_TAX_EXAMPLE = Fraction(13, 100)
_MOST_COIN_MAJOR = 1000


class RoundingForm(DeskForm):
    """How one currency is rounded."""

    currency = SelectField(lazy_gettext("Currency"))
    coin = AmountField(lazy_gettext("Smallest coin"), validators=[needed()])
    tax = RadioField(
        lazy_gettext("Tax is rounded"),
        choices=[
            ("line", lazy_gettext("on every line")),
            ("total", lazy_gettext("once, over all lines of a rate")),
        ],
    )

    @property
    def sealed_fields(self) -> list[Field]:
        """The rules: which currency they are for is no rule."""
        return [self.coin, self.tax]

    def sealed_as(self, name: str) -> str:
        """Tell the rules of one currency from those of another: one form speaks of all."""
        return f"{name} {self.currency.data}"


@dataclass(frozen=True, slots=True)
class RoundingRow:
    """One currency as the page shows it."""

    rule: Rounding
    coin: Money
    usual: bool
    """Whether the coin is the one that the currency's country uses."""
    exact: Money
    in_cash: Money
    line: Money
    by_line: Money
    by_total: Money
    proposed: Money | None
    """The smallest coin in circulation, where cash is rounded finer than that."""


@needs(Permission.MANAGE_SETTINGS)
def rounding() -> Response:
    """Show how each currency of the shop is rounded."""
    with services().database.reading(current_scope()) as connection:
        rows = _rows(connection)
    wanted = request.args.get("currency")
    row = next((each for each in rows if each.rule.currency == wanted), rows[0])
    return _page(rows, RoundingForm(data=_shown(row.rule)), proposals=_proposals(rows))


@needs(Permission.MANAGE_SETTINGS)
def change_rounding() -> Response:
    """Set the smallest coin of a currency and how its tax is rounded."""
    with services().database.reading(current_scope()) as connection:
        rows = _rows(connection)
    form = sent(RoundingForm)
    _offer(form, rows)
    form.coin.currency = form.currency.data or current_merchant().currency
    coin = form.coin.minor() if form.validate() else None
    if not form.faults and not coin:
        form.coin.errors = [_("The smallest coin is worth something.")]
    elif coin and Money(coin, form.coin.currency).major > _MOST_COIN_MAJOR:
        form.coin.errors = [_("No coin is that large.")]
    if form.faults or not coin:
        return _page(rows, form)

    def drawn(connection: Connection) -> RoundingForm:
        standing = RoundingForm(data=_shown(rounding_of(connection, currency=form.currency.data)))
        standing.seal = _seal(_rows(connection))
        return standing

    try:
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, drawn)
            set_rounding(
                session,
                merchant_id=current_merchant().id,
                currency=form.currency.data,
                cash_step_minor=coin,
                tax=TaxRounding(form.tax.data),
            )
    except StaleFormError as stale:
        return _page(rows, stale.told_on(form))
    announce(_("Saved. It counts for the next sale."))
    return moved("rounding")


def _shown(rule: Rounding) -> dict[str, str]:
    """Return the rules of a currency as the form shows them."""
    return {
        "currency": rule.currency,
        "coin": typed_form(rule.cash_step_minor, rule.currency),
        "tax": str(rule.tax),
    }


def _seal(rows: Sequence[RoundingRow]) -> str:
    """Return the seal of the rules of every currency: the form may be sent for any of them."""
    return "".join(RoundingForm(data=_shown(row.rule)).seal for row in rows)


def _proposals(rows: list[RoundingRow]) -> list[tuple[RoundingRow, dict[str, str]]]:
    """Return the currencies for which a larger coin is proposed, each with the form that sets it."""
    return [
        (
            row,
            {
                **_shown(row.rule),
                "coin": typed_form(row.proposed.amount_minor, row.rule.currency),
            },
        )
        for row in rows
        if row.proposed
    ]


def _rows(connection: Connection) -> list[RoundingRow]:
    here = current_merchant().currency
    others = {each.currency for each in price_lists(connection)} - {here}
    return [
        _row(rounding_of(connection, currency=currency)) for currency in (here, *sorted(others))
    ]


def _row(rule: Rounding) -> RoundingRow:
    currency = rule.currency
    line = Money(_LINE_EXAMPLE, currency)
    exact = Money(
        max(_CASH_EXAMPLE, rule.cash_step_minor * 12 + rule.cash_step_minor // 2), currency
    )
    in_circulation = smallest_coin(currency)
    return RoundingRow(
        rule=rule,
        coin=Money(rule.cash_step_minor, currency),
        usual=rule.cash_step_minor == usual_cash_step(currency),
        exact=exact,
        in_cash=round_cash(exact, step=rule.cash_step_minor).to_pay,
        line=line,
        by_line=Money(_LINES * _tax(_LINE_EXAMPLE), currency),
        by_total=Money(_tax(_LINES * _LINE_EXAMPLE), currency),
        proposed=Money(in_circulation, currency)
        if in_circulation and in_circulation > rule.cash_step_minor
        else None,
    )


def _tax(amount_minor: int) -> int:
    exact = amount_minor * _TAX_EXAMPLE
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def _offer(form: RoundingForm, rows: list[RoundingRow]) -> None:
    form.currency.choices = [
        (each.rule.currency, currency_label(each.rule.currency, language())) for each in rows
    ]


def _page(
    rows: list[RoundingRow],
    form: RoundingForm,
    proposals: Sequence[tuple[RoundingRow, dict[str, str]]] = (),
) -> Response:
    failed = request.method == "POST"
    _offer(form, rows)
    if not failed:
        form.seal = _seal(rows)
    return draw(
        "settings/rounding.html",
        title=_("Rounding"),
        room="settings",
        status=form.http_status,
        tabs=tabs("rounding"),
        rows=rows,
        proposals=proposals,
        form=form,
        faults=form.faults if failed else [],
    )
