"""What sending from a place takes: handling, orders a day, the last hour, and postage by destination."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from wtforms import StringField, TimeField
from wtforms.validators import Optional

from commerce.customers.form import countries
from commerce.fulfilment.queries import delivery_settings, dispatch_rates, dispatch_terms
from commerce.fulfilment.rows import DispatchRateRow, DispatchTermsRow
from commerce.fulfilment.service import set_dispatch_rates, set_dispatch_terms
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import (
    AmountField,
    DeskForm,
    example,
    needed,
    optional_text,
    sent,
    typed_amount,
    typed_form,
    typed_number,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still
from storefront.backoffice.stores.finding import find_place
from storefront.backoffice.words import in_language

_SPARE_ROWS = 3
_MOST_ROWS = 200
_PER_PERCENT = 10_000
_COLUMNS = ("option", "country", "base", "kilo", "duty", "first", "last")


class TermsForm(DeskForm):
    """What each parcel and unit takes to prepare, and how many leave a day; with it go the rates."""

    handling = AmountField(lazy_gettext("Preparing a parcel"), validators=[needed()])
    handling_unit = AmountField(lazy_gettext("And for every unit in it"), validators=[needed()])
    capacity = StringField(lazy_gettext("Orders a day"), optional_text(9))
    cut_off = TimeField(lazy_gettext("Leaves the same day until"), [Optional()])
    rates = StringField(lazy_gettext("Postage"))
    """Every row as one text: what a seal compares; nobody types it."""


@dataclass(frozen=True, slots=True)
class RateRow:
    """One row as it is typed; its fields are named by `_COLUMNS`."""

    option: str = ""
    country: str = ""
    base: str = ""
    kilo: str = ""
    duty: str = ""
    first: str = ""
    last: str = ""
    error: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed that costs or lasts."""
        return not (self.country or self.base or self.kilo or self.duty or self.first or self.last)

    def __str__(self) -> str:
        return " ".join(getattr(self, name) or "-" for name in _COLUMNS)


class _RowError(ValueError):
    """A row cannot be read; its words say why."""


@needs(Permission.MANAGE_SETTINGS)
def place_costs(location_id: UUID) -> Response:
    """Show what sending from a place takes."""
    with services().database.reading(current_scope()) as connection:
        form, rows = _standing(connection, location_id)
    return _page(location_id, form, rows)


@needs(Permission.MANAGE_SETTINGS)
def set_place_costs(location_id: UUID) -> Response:
    """Keep what sending from a place takes."""
    find_place(location_id)
    form = _priced(sent(TermsForm))
    rows = _typed_rows()
    form.rates.data, form.rates.raw_data = _as_text(rows), None
    form.validate()
    capacity = _capacity(form)
    rates, rows = _read(rows)
    if any(row.error for row in rows):
        form.rates.errors = [row.error for row in rows if row.error][:1]
    if form.faults:
        return _page(location_id, form, rows)

    def work(session: Session) -> None:
        merchant = current_merchant().id
        terms = DispatchTermsRow(
            location_id=location_id,
            handling_minor=form.handling.minor() or 0,
            handling_unit_minor=form.handling_unit.minor() or 0,
            capacity_per_day=capacity,
            cut_off=form.cut_off.data,
        )
        set_dispatch_terms(session, merchant_id=merchant, terms=terms)
        set_dispatch_rates(session, merchant_id=merchant, location_id=location_id, rates=rates)

    try:
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, lambda connection: _standing(connection, location_id)[0])
            work(session)
    except StaleFormError as stale:
        return _page(location_id, stale.told_on(form), rows)
    except CommerceError as refused:
        form.refuse(refused)
        return _page(location_id, form, rows)
    announce(_("Saved. It counts for the next order."))
    return moved("sourcing")


def _standing(connection: Connection, location_id: UUID) -> tuple[TermsForm, list[RateRow]]:
    currency = current_merchant().currency
    terms = dispatch_terms(connection).get(location_id) or DispatchTermsRow(location_id)
    rows = [_shown(rate) for rate in dispatch_rates(connection).get(location_id, ())]
    form = TermsForm(
        data={
            "handling": typed_form(terms.handling_minor, currency),
            "handling_unit": typed_form(terms.handling_unit_minor, currency),
            "capacity": "" if terms.capacity_per_day is None else str(terms.capacity_per_day),
            "cut_off": terms.cut_off,
            "rates": _as_text(rows),
        }
    )
    return _priced(form), rows


def _shown(rate: DispatchRateRow) -> RateRow:
    currency = current_merchant().currency
    return RateRow(
        option=rate.option_code or "",
        country=rate.country,
        base=typed_form(rate.base_minor, currency),
        kilo=typed_form(rate.per_kg_minor, currency) if rate.per_kg_minor else "",
        duty=f"{Decimal(rate.duty_ppm) / _PER_PERCENT:f}" if rate.duty_ppm else "",
        first=str(rate.days[0]) if rate.days else "",
        last=str(rate.days[1]) if rate.days else "",
    )


def _as_text(rows: Iterable[RateRow]) -> str:
    return "\n".join(sorted(str(row) for row in rows if not row.empty))


def _typed_rows() -> list[RateRow]:
    """Return the rows that were typed, without those that were left or made empty."""
    columns = [request.form.getlist(name)[:_MOST_ROWS] for name in _COLUMNS]
    rows = [RateRow(*(each.strip() for each in row)) for row in zip(*columns, strict=False)]
    return [row for row in rows if not row.empty]


def _read(rows: Sequence[RateRow]) -> tuple[list[DispatchRateRow], list[RateRow]]:
    """Return the rates that were typed, and the rows, each with what is wrong with it."""
    rates, told = [], []
    for row in rows:
        try:
            rates.append(_rate(row))
        except _RowError as fault:
            told.append(replace(row, error=str(fault)))
        else:
            told.append(row)
    return rates, told


def _rate(row: RateRow) -> DispatchRateRow:
    if not row.country:
        raise _RowError(_("Say for which country the postage is, or for all others."))
    return DispatchRateRow(
        option_code=row.option or None,
        country=row.country,
        base_minor=_amount(row.base),
        per_kg_minor=_amount(row.kilo),
        duty_ppm=int(_number(row.duty) * _PER_PERCENT),
        days=_days(row),
    )


def _amount(words: str) -> int:
    currency = current_merchant().currency
    try:
        return typed_amount(words, currency) or 0
    except ValueError as fault:
        raise _RowError(
            _("Give an amount such as %(example)s.", example=example(currency))
        ) from fault


def _number(words: str) -> Decimal:
    try:
        return typed_number(words) or Decimal(0)
    except ValueError as fault:
        raise _RowError(_("Give a number such as %(example)s.", example="2")) from fault


def _days(row: RateRow) -> tuple[int, int] | None:
    if not (row.first or row.last):
        return None
    if not (row.first and row.last):
        raise _RowError(_("Give both the earliest and the latest day, or neither."))
    return int(_number(row.first)), int(_number(row.last))


def _capacity(form: TermsForm) -> int | None:
    typed = form.capacity.data or ""
    if not typed.strip():
        return None
    try:
        return int(_number(typed))
    except _RowError as fault:
        form.capacity.errors = [str(fault)]
        return None


def _priced(form: TermsForm) -> TermsForm:
    form.handling.currency = form.handling_unit.currency = current_merchant().currency
    return form


def _page(location_id: UUID, form: TermsForm, rows: Sequence[RateRow]) -> Response:
    found = find_place(location_id)
    with services().database.reading(current_scope()) as connection:
        options = delivery_settings(connection)
    return draw(
        "settings/sourcing_place.html",
        title=_("Sending from %(place)s", place=in_language(found.name, found.name_zh)),
        room="settings",
        trail=(Crumb(_("Settings"), link("settings")), Crumb(_("Sourcing"), link("sourcing"))),
        status=form.http_status,
        place=found,
        form=form,
        rows=[*rows, *(RateRow() for _each in range(_SPARE_ROWS))],
        options=[("", _("Every other way"))]
        + [(each.code, in_language(each.name, each.name_zh)) for each in options],
        countries=[("", "–"), ("*", _("All others")), *countries(language())],
        currency=current_merchant().currency,
        faults=form.faults if request.method == "POST" else [],
    )
