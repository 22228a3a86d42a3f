"""Exchange rates: which one counts for each currency, whose it is, and what it does to a price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, StringField

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.pricing.errors import NoExchangeRateError
from commerce.pricing.queries import exchange_rate, own_rates, price_lists
from commerce.pricing.rounding import convert
from commerce.pricing.rows import ExchangeQuote, OwnRate, PriceListRow
from commerce.pricing.service import reprice, state_own_rate
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.currencies import currency_choices, currency_name, typed_currency
from storefront.backoffice.desk import actor, announce, draw, moved
from storefront.backoffice.forms import (
    DeskForm,
    SelectField,
    needed,
    sent,
    sentence,
    some_text,
    typed_number,
)
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.stores.hours import today_here
from storefront.backoffice.words import in_language

_EXAMPLE_MAJOR = 100
_FURTHEST = timedelta(days=366)


class RateForm(DeskForm):
    """What one unit of the shop's currency is worth in another."""

    currency = SelectField(
        lazy_gettext("Currency"),
        [needed(lazy_gettext("Choose a currency."))],
        coerce=typed_currency,
        invalid_choice_message=lazy_gettext("Choose from the list."),
    )
    rate = StringField(lazy_gettext("Exchange rate"), some_text(24))
    first = DateField(lazy_gettext("Counts from"), [needed(lazy_gettext("Choose a day."))])
    source = StringField(lazy_gettext("Where the rate comes from"), some_text(200))
    convert = BooleanField(lazy_gettext("Convert my price lists once it counts"))


@dataclass(frozen=True, slots=True)
class Standing:
    """One currency: the rate that counts now, and what 100 of the shop's own come to."""

    currency: str
    quote: ExchangeQuote | None
    before: Money
    after: Money | None
    """With the ending of the list that is converted, where there is one."""

    @property
    def rate(self) -> str:
        """How many units of it one of the shop's own is worth."""
        if self.quote is None:
            return ""
        rate = 1 / self.quote.rate if self.quote.inverted else self.quote.rate
        return plain(rate)


@needs(Permission.MANAGE_SETTINGS)
def rates() -> Response:
    """Show the rates that count, and the history of the shop's own."""
    proposed = {"first": today_here(), "currency": request.args.get("currency"), "convert": True}
    return _rates_page(_offered(RateForm(data=proposed)))


@needs(Permission.MANAGE_SETTINGS)
def state_rate() -> Response:
    """State a rate of the shop's own, from a day on."""
    form = _offered(sent(RateForm))
    rate = _read(form)
    if rate is None:
        return _rates_page(form)
    currency, converts = form.currency.data, form.convert.data
    starts_now = form.first.data == today_here()

    def work(session: Session) -> int:
        begins, source = _begins(form.first.data), form.source.data.strip()
        _state(session, currency, rate, begins, source, converts=converts)
        return _convert(session, currency) if starts_now and converts else 0

    try:
        count = services().database.run(current_scope(), work)
    except CommerceError as error:
        field = form.rate if error.code == "exchange-value" else form.currency
        field.errors = [sentence(error)]
        return _rates_page(form)
    if starts_now:
        told = ngettext("Saved. %(num)d price changed.", "Saved. %(num)d prices changed.", count)
    elif converts:
        told = _("Saved. It counts from that day on, and your converted price lists follow then.")
    else:
        told = _("Saved. It counts from that day on; convert the price list anew then.")
    announce(told)
    return moved("rates")


@needs(Permission.MANAGE_SETTINGS)
def use_parks_rate() -> Response:
    """Let the park's rate of a currency count again, from now on."""
    currency = request.form.get("currency", "").strip().upper()

    def work(session: Session) -> None:
        _state(session, currency, None, utc_now(), _("The park’s rate"))

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        announce(sentence(error), "bad")
    else:
        announce(
            _("The park’s rate counts again. Convert the price list anew to change its prices.")
        )
    return moved("rates")


def plain(rate: Decimal) -> str:
    """Return a rate with the digits that it has, at most six behind the point."""
    short = round(rate, 6) if rate >= Decimal("0.001") else rate
    return f"{short:f}".rstrip("0").rstrip(".") if "." in f"{short:f}" else f"{short:f}"


def _state(
    session: Session,
    currency: str,
    rate: Decimal | None,
    valid_from: datetime,
    source: str,
    *,
    converts: bool = False,
) -> None:
    state_own_rate(
        session,
        merchant_id=current_merchant().id,
        base_currency=current_merchant().currency,
        quote_currency=currency,
        rate=rate,
        valid_from=valid_from,
        source=source,
        actor_id=actor(),
        converts=converts,
    )


def _convert(session: Session, currency: str) -> int:
    """Convert the lists in `currency` anew; return how many prices changed."""
    return sum(
        reprice(session, merchant_id=current_merchant().id, price_list=each.id)
        for each in _converted_lists(price_lists(session), currency)
    )


def _converted_lists(lists: Sequence[PriceListRow], currency: str) -> list[PriceListRow]:
    now = utc_now()
    return [
        each
        for each in lists
        if each.currency == currency
        and each.derived_from is not None
        and (each.valid_to is None or each.valid_to > now)
    ]


def _read(form: RateForm) -> Decimal | None:
    """Return the rate that was typed; None with the faults told at their fields."""
    form.validate()
    rate: Decimal | None = None
    try:
        rate = typed_number(form.rate.data)
    except ValueError:
        form.rate.errors = [_("Give a number above zero, such as 0.1402.")]
    if form.first.data and form.first.data < today_here():
        form.first.errors = [_("This day has passed. Choose today or a later day.")]
    elif form.first.data and form.first.data > today_here() + _FURTHEST:
        form.first.errors = [_("This day is more than a year away.")]
    return None if form.faults else rate


def _offered(form: RateForm) -> RateForm:
    """Offer every currency but the shop's own, after an empty place."""
    own = current_merchant().currency
    others = [each for each in currency_choices(language()) if each[0] != own]
    form.currency.choices = [("", _("Choose")), *others]
    return form


def _begins(day: date) -> datetime:
    """Return when a day begins at the merchant's; today began to count just now."""
    if day == today_here():
        return utc_now()
    return datetime.combine(day, time(), tzinfo=ZoneInfo(current_merchant().time_zone))


def _standing(
    connection: Connection, lists: Sequence[PriceListRow], stated: Sequence[OwnRate]
) -> list[Standing]:
    here, now = current_merchant().currency, utc_now()
    currencies = {each.currency for each in lists} | {each.quote for each in stated}
    found: list[Standing] = []
    for currency in sorted(currencies - {here}):
        before = Money.of(Decimal(_EXAMPLE_MAJOR), here)
        try:
            quote = exchange_rate(connection, source=here, target=currency, at=now)
        except NoExchangeRateError:
            found.append(Standing(currency, None, before, None))
            continue
        converted = _converted_lists(lists, currency)
        ending = converted[0].ending if converted else None
        found.append(Standing(currency, quote, before, convert(before, quote, ending=ending)))
    return found


def _rates_page(form: RateForm) -> Response:
    failed = request.method == "POST"
    with services().database.reading(current_scope()) as connection:
        stated = own_rates(connection)
        standing = _standing(connection, price_lists(connection), stated)
    return draw(
        "settings/rates.html",
        title=_("Exchange rates"),
        room="settings",
        status=422 if failed else 200,
        tabs=tabs("rates"),
        here=current_merchant().currency,
        standing=standing,
        stated=stated,
        now=utc_now(),
        plain=plain,
        in_language=in_language,
        currency_name=lambda code: currency_name(code, language()),
        form=form,
        faults=form.faults if failed else [],
    )
