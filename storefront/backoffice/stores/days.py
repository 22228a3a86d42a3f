"""Days that are not like others: a store's holidays and hours, and days without any parcel.

A day of no store is one on which no parcel leaves or arrives; the stores keep their own hours.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import DateField, StringField
from wtforms.validators import Optional

from commerce.fulfilment.queries import closed_days
from commerce.fulfilment.queries.hours import ClosedDayRow
from commerce.fulfilment.rows import OpenSpan
from commerce.fulfilment.service import close_on, open_differently_on, open_on
from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import DeskForm, needed, optional_text, sent
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.stores.finding import find_place
from storefront.backoffice.stores.hours import read_hours, today_here
from storefront.backoffice.words import in_language

MOST_DAYS = 62
_FURTHEST = timedelta(days=3 * 366)


class DaysForm(DeskForm):
    """One day or several in a row."""

    first = DateField(lazy_gettext("First day"), [needed(lazy_gettext("Choose a day."))])
    last = DateField(lazy_gettext("Last day"), [Optional()])
    hours = StringField(lazy_gettext("Hours on these days"), optional_text(20))
    reason = StringField(lazy_gettext("Reason in English"), optional_text(120))
    reason_zh = StringField(lazy_gettext("Reason in Chinese"), optional_text(120))

    @property
    def days(self) -> list[date]:
        """The days from the first to the last."""
        first: date = self.first.data
        last: date = self.last.data or first
        return [first + timedelta(days=more) for more in range((last - first).days + 1)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is said about some days: the span in which the store is open, or none."""

    days: list[date]
    span: OpenSpan | None


@needs(Permission.VIEW_STORES)
def days_off(location_id: UUID) -> Response:
    """Show the days on which a store is closed or open at other hours."""
    return _days_page(find_place(location_id), DaysForm())


@needs(Permission.VIEW_STORES)
def parcel_days() -> Response:
    """Show the days on which no parcel leaves or arrives."""
    return _days_page(None, DaysForm())


@needs(Permission.MANAGE_STORES)
def add_days(location_id: UUID) -> Response:
    """Close a store on some days, or open it at other hours."""
    return _add(find_place(location_id))


@needs(Permission.MANAGE_STORES)
def add_parcel_days() -> Response:
    """Let no parcel leave or arrive on some days."""
    return _add(None)


@needs(Permission.MANAGE_STORES)
def take_back_day(location_id: UUID) -> Response:
    """Let a day of a store be like any other again."""
    return _take_back(find_place(location_id))


@needs(Permission.MANAGE_STORES)
def open_parcel_day() -> Response:
    """Let parcels leave and arrive on a day again."""
    return _take_back(None)


def coming_days(place: LocationRow | None) -> list[ClosedDayRow]:
    """Return the days of a store, or of all parcels, from today on that differ from the usual."""
    with services().database.reading(current_scope()) as connection:
        found = closed_days(connection, since=today_here())
    return [day for day in found if day.location_id == _id(place)]


def _id(place: LocationRow | None) -> UUID | None:
    return place.id if place else None


def _back(place: LocationRow | None) -> Response:
    return moved("days_off", location_id=place.id) if place else moved("parcel_days")


def _add(place: LocationRow | None) -> Response:
    form = sent(DaysForm)
    if place is None:
        form.hours.data = ""
    wanted = _read(form)
    if wanted is None:
        return _days_page(place, form)

    def work(session: Session) -> None:
        for day in wanted.days:
            _set_day(session, _id(place), day, wanted.span, form)

    services().database.run(current_scope(), work)
    announce(
        ngettext(
            "Saved. What the shop promises keeps %(num)d day in mind.",
            "Saved. What the shop promises keeps %(num)d days in mind.",
            len(wanted.days),
        )
    )
    return _back(place)


def _take_back(place: LocationRow | None) -> Response:
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return _back(place)
    with services().database.transaction(current_scope()) as session:
        open_on(session, merchant_id=current_merchant().id, day=day, location_id=_id(place))
    announce(_("This day is like any other again."))
    return _back(place)


def _set_day(
    session: Session,
    location_id: UUID | None,
    day: date,
    span: OpenSpan | None,
    form: DaysForm,
) -> None:
    merchant_id = current_merchant().id
    reason, reason_zh = (form.reason.data or "").strip(), (form.reason_zh.data or "").strip()
    if span is None or location_id is None:
        close_on(
            session,
            merchant_id=merchant_id,
            day=day,
            location_id=location_id,
            reason=reason,
            reason_zh=reason_zh,
        )
    else:
        open_differently_on(
            session,
            merchant_id=merchant_id,
            day=day,
            location_id=location_id,
            opens=span.opens,
            closes=span.closes,
            reason=reason,
            reason_zh=reason_zh,
        )


def _read(form: DaysForm) -> Wanted | None:
    """Return what the form asks for; None with the faults told at their fields."""
    if not form.validate():
        return None
    first, last = form.first.data, form.last.data or form.first.data
    if first < today_here():
        form.first.errors = [_("This day has passed. Choose today or a later day.")]
    elif first > today_here() + _FURTHEST:
        form.first.errors = [_("This day is more than three years away.")]
    if last < first:
        form.last.errors = [_("The last day lies before the first.")]
    elif (last - first).days >= MOST_DAYS:
        told = _("Give at most %(most)s days at once.", most=MOST_DAYS)
        form.last.errors = [told]
    typed = (form.hours.data or "").strip()
    spans = read_hours(first.isoweekday(), typed)
    if spans is None or len(spans) > 1 or any(span.closes <= span.opens for span in spans):
        form.hours.errors = [_("Write one span such as 10:00-16:00, or leave it empty.")]
    if form.faults or spans is None:
        return None
    return Wanted(form.days, spans[0] if spans else None)


def _days_page(place: LocationRow | None, form: DaysForm) -> Response:
    failed = request.method == "POST"
    with services().database.reading(current_scope()) as connection:
        places = () if place else locations(connection)
    trail = [Crumb(_("Stores and tills"), link("stores"))]
    if place is not None:
        name = in_language(place.name, place.name_zh)
        trail.append(Crumb(name, link("place", location_id=place.id)))
    return draw(
        "stores/days.html",
        title=_("Holidays and other hours") if place else _("Days without parcels"),
        room="stores",
        trail=tuple(trail),
        status=422 if failed else 200,
        place=place,
        stores=[each for each in places if each.kind == "store" and each.active],
        days=coming_days(place),
        form=form,
        faults=form.faults if failed else [],
    )
