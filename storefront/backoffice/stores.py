"""Places that hold stock, their hours, the tills in them, and what each shift took."""

import re
from dataclasses import replace
from datetime import time
from typing import Any
from uuid import UUID

import segno
from flask import Response, request
from flask_babel import lazy_gettext
from markupsafe import Markup
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from wtforms import BooleanField, IntegerField, StringField

from commerce.fulfilment.queries import opening_hours
from commerce.fulfilment.rows import OpenSpan
from commerce.fulfilment.service import set_store_hours
from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.inventory.service import add_location, change_location
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.park.queries.staff import list_colleagues
from commerce.park.service.clerk_pins import unlock_pin_pad
from commerce.registers.enrolment import enrolment_token
from commerce.registers.queries import open_shift_of, register_by_id, registers, shifts_of
from commerce.registers.rows import RegisterRow
from commerce.registers.service import add_register, set_printer
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, draw, link, moved
from storefront.backoffice.forms import (
    DeskForm,
    SelectField,
    optional_text,
    sent,
    some_text,
    within,
)
from storefront.backoffice.readings import locked_pads
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import in_language

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")
_WEEK = range(1, 8)


class PlaceForm(DeskForm):
    """A place that holds stock."""

    code = StringField(lazy_gettext("Short code"), some_text(12))
    kind = SelectField(
        lazy_gettext("Kind"),
        choices=[
            ("store", lazy_gettext("Store")),
            ("warehouse", lazy_gettext("Warehouse")),
            ("bonded", lazy_gettext("Bonded warehouse")),
            ("overseas", lazy_gettext("Overseas warehouse")),
        ],
    )
    name = StringField(lazy_gettext("Name in English"), some_text(120))
    name_zh = StringField(lazy_gettext("Name in Chinese"), some_text(120))
    address = StringField(lazy_gettext("Address in English"), optional_text(300))
    address_zh = StringField(lazy_gettext("Address in Chinese"), optional_text(300))
    phone = StringField(lazy_gettext("Telephone"), optional_text(40))
    priority = IntegerField(lazy_gettext("Serves as number"), [within(1, 999)], default=100)
    sells_online = BooleanField(lazy_gettext("The web may sell what lies here"), default=True)
    active = BooleanField(lazy_gettext("In use"), default=True)


class RegisterForm(DeskForm):
    """A till in a store."""

    name = StringField(lazy_gettext("Name"), some_text(80))
    series = StringField(lazy_gettext("Receipt series"), some_text(8))
    location = SelectField(lazy_gettext("Store"))


class PrinterForm(DeskForm):
    """Where a till prints."""

    kind = SelectField(
        lazy_gettext("Printer"),
        choices=[
            ("file", lazy_gettext("None: receipts on screen and by mail")),
            ("network", lazy_gettext("A receipt printer in the network")),
        ],
    )
    host = StringField(lazy_gettext("Address of the printer"), optional_text(120))
    port = IntegerField(lazy_gettext("Port"), [within(1, 65535)], default=9100)


@needs(Permission.VIEW_STORES)
def stores() -> Response:
    """List the places and the tills."""
    with services().database.reading(current_scope()) as connection:
        places = locations(connection)
        tills = registers(connection)
        shifts = {each.id: open_shift_of(connection, register_id=each.id) for each in tills}
        hours = opening_hours(connection, location_ids=[place.id for place in places])
        locked = locked_pads(connection)
        people = _people(connection)
    now = utc_now()
    return draw(
        "stores/list.html",
        title=_("Stores and tills"),
        room="stores",
        places=places,
        tills=tills,
        shifts=shifts,
        locked=locked,
        people=people,
        open_now={each: hours[each].is_open(now) for each in hours if hours[each].spans},
        names=_names(places),
    )


@needs(Permission.MANAGE_STORES)
def new_place() -> Response:
    """Add a place that holds stock."""
    form = sent(PlaceForm)
    if request.method == "GET" or not form.validate():
        return _place_page(None, form)

    def work(session: Session) -> UUID:
        return add_location(
            session,
            merchant_id=current_merchant().id,
            code=form.code.data.strip().upper(),
            kind=form.kind.data,
            name=form.name.data.strip(),
            name_zh=form.name_zh.data.strip(),
            address=form.address.data or "",
            address_zh=form.address_zh.data or "",
            phone=form.phone.data or "",
            country=current_merchant().country,
            sells_online=form.sells_online.data,
            priority=form.priority.data,
        )

    try:
        place_id = services().database.run(current_scope(), work)
    except IntegrityError:
        form.code.errors = [_("Another place has this code. Choose another one.")]
        return _place_page(None, form)
    announce(_("Added."))
    return moved("place", location_id=place_id)


@needs(Permission.VIEW_STORES)
def place(location_id: UUID) -> Response:
    """Show one place."""
    found = _place(location_id)
    return _place_page(found, PlaceForm(obj=found))


@needs(Permission.MANAGE_STORES)
def change_place(location_id: UUID) -> Response:
    """Change a place; its code and kind stay as they are."""
    found = _place(location_id)
    form = sent(PlaceForm)
    form.code.data, form.kind.data = found.code, found.kind
    if not form.validate():
        return _place_page(found, form)
    changed = replace(
        found,
        name=form.name.data.strip(),
        name_zh=form.name_zh.data.strip(),
        address=form.address.data or "",
        address_zh=form.address_zh.data or "",
        phone=form.phone.data or "",
        sells_online=form.sells_online.data,
        priority=form.priority.data,
        active=form.active.data,
    )
    with services().database.transaction(current_scope()) as session:
        change_location(session, merchant_id=current_merchant().id, location=changed)
    announce(_("Saved."))
    return moved("place", location_id=location_id)


@needs(Permission.MANAGE_STORES)
def change_hours(location_id: UUID) -> Response:
    """Set the weekly hours, one line per day such as `10:00-20:00`."""
    found = _place(location_id)
    form = PlaceForm(obj=found)
    spans: list[OpenSpan] = []
    for weekday in _WEEK:
        typed = request.form.get(f"hours-{weekday}", "").strip()
        read = _read_hours(weekday, typed)
        if read is None:
            told = _("Write the hours as 10:00-20:00, with a comma between two spans.")
            form.refusals.append({"field": f"hours-{weekday}", "message": told})
        else:
            spans += read
    if form.refusals:
        return _place_page(found, form)
    try:
        with services().database.transaction(current_scope()) as session:
            set_store_hours(
                session,
                merchant_id=current_merchant().id,
                location_id=location_id,
                spans=spans,
            )
    except CommerceError as error:
        form.refuse(error)
        return _place_page(found, form)
    announce(_("Saved."))
    return moved("place", location_id=location_id)


@needs(Permission.MANAGE_STORES)
def new_register() -> Response:
    """Add a till to a store."""
    with services().database.reading(current_scope()) as connection:
        found = [each for each in locations(connection) if each.kind == "store"]
    form = sent(RegisterForm)
    form.location.choices = [(str(e.id), in_language(e.name, e.name_zh)) for e in found]
    if request.method == "POST" and form.validate():
        series = form.series.data.strip().upper()
        try:
            with services().database.transaction(current_scope()) as session:
                register_id = add_register(
                    session,
                    merchant_id=current_merchant().id,
                    location_id=UUID(form.location.data),
                    name=form.name.data.strip(),
                    series=series,
                )
        except IntegrityError:
            form.series.errors = [_("Use 1 to 8 letters and digits that no other till has.")]
        else:
            announce(_("Added. Now make a device this till."))
            return moved("register", register_id=register_id)
    return draw(
        "stores/new_register.html",
        title=_("New till"),
        room="stores",
        trail=(Crumb(_("Stores and tills"), link("stores")),),
        status=422 if request.method == "POST" else 200,
        form=form,
        faults=form.faults if request.method == "POST" else [],
        has_stores=bool(found),
    )


@needs(Permission.VIEW_STORES)
def register(register_id: UUID) -> Response:
    """Show one till: its device, its printer, its shifts."""
    return _register_page(register_id)


@needs(Permission.MANAGE_STORES)
def enrol_link(register_id: UUID) -> Response:
    """Make a one-time link that turns a device into this till."""
    found = _register(register_id)
    token = enrolment_token(
        services().vault, merchant_id=current_merchant().id, register=found, now=utc_now()
    )
    address = f"{services().settings.public_url}/till/enrol/{token}"
    drawing = segno.make(address, error="m").svg_inline(
        scale=4, border=2, light="#fff", dark="#000"
    )
    return _register_page(
        register_id,
        address=address,
        picture=Markup(drawing),  # noqa: S704 - segno draws squares; no character is in it
    )


@needs(Permission.MANAGE_STORES)
def change_printer(register_id: UUID) -> Response:
    """Say where the till prints."""
    _register(register_id)
    form = sent(PrinterForm)
    if form.validate() and form.kind.data == "network" and not (form.host.data or "").strip():
        form.host.errors = [_("Give the printer's address in your network.")]
    if form.faults:
        return _register_page(register_id, printer=form)
    settings: dict[str, Any] = {"kind": "file"}
    if form.kind.data == "network":
        settings = {"kind": "network", "host": form.host.data.strip(), "port": form.port.data}
    with services().database.transaction(current_scope()) as session:
        set_printer(
            session,
            merchant_id=current_merchant().id,
            register_id=register_id,
            printer=settings,
        )
    announce(_("Saved."))
    return moved("register", register_id=register_id)


@needs(Permission.APPROVE_AT_TILL)
def unlock_register(register_id: UUID) -> Response:
    """Let a locked PIN pad ask again."""
    _register(register_id)
    with services().database.transaction(current_scope()) as session:
        unlock_pin_pad(
            session,
            merchant_id=current_merchant().id,
            register_id=register_id,
            actor_id=actor(),
        )
    announce(_("The till asks for PINs again."))
    return moved("stores")


@needs(Permission.VIEW_MONEY)
def shift_report(register_id: UUID, number: int) -> Response:
    """Show the Z report of a closed shift, as it was frozen."""
    till = _register(register_id)
    with services().database.reading(current_scope()) as connection:
        shifts = shifts_of(connection, register_id=register_id, most=1000)
        people = _people(connection)
    shift = next((each for each in shifts if each.number == number and each.report), None)
    if shift is None:
        raise NotFoundError
    return draw(
        "stores/z.html",
        title=_("Z report %(number)s", number=number),
        room="stores",
        trail=(
            Crumb(_("Stores and tills"), link("stores")),
            Crumb(till.name, link("register", register_id=register_id)),
        ),
        shift=shift,
        report=shift.report,
        people=people,
        amount=lambda minor: Money(int(minor), shift.currency),
    )


def _place_page(found: LocationRow | None, form: PlaceForm) -> Response:
    hours: dict[int, str] = {}
    if found is not None:
        with services().database.reading(current_scope()) as connection:
            spans = opening_hours(connection, location_ids=[found.id])[found.id].spans
        for weekday in _WEEK:
            told = [f"{s.opens:%H:%M}-{s.closes:%H:%M}" for s in spans if s.weekday == weekday]
            hours[weekday] = request.form.get(f"hours-{weekday}", ", ".join(told))
    failed = request.method == "POST"
    return draw(
        "stores/place.html",
        title=in_language(found.name, found.name_zh) if found else _("New place"),
        room="stores",
        trail=(Crumb(_("Stores and tills"), link("stores")),),
        status=422 if failed else 200,
        place=found,
        form=form,
        hours=hours,
        days=_days(),
        faults=form.faults if failed else [],
    )


def _register_page(
    register_id: UUID,
    *,
    printer: PrinterForm | None = None,
    address: str = "",
    picture: Markup | None = None,
) -> Response:
    found = _register(register_id)
    with services().database.reading(current_scope()) as connection:
        places = locations(connection)
        shifts = shifts_of(connection, register_id=register_id)
        people = _people(connection)
    return draw(
        "stores/register.html",
        title=found.name,
        room="stores",
        trail=(Crumb(_("Stores and tills"), link("stores")),),
        status=422 if printer else 200,
        till=found,
        store=_names(places).get(found.location_id, ""),
        shifts=shifts,
        people=people,
        printer=printer or PrinterForm(data=found.printer or {"kind": "file"}),
        faults=printer.faults if printer else [],
        address=address,
        picture=picture,
        money_of=Money,
    )


def _read_hours(weekday: int, typed: str) -> list[OpenSpan] | None:
    """Return the spans of a day, or None when they cannot be read; nothing means closed."""
    if not typed:
        return []
    spans: list[OpenSpan] = []
    for part in typed.replace("，", ",").split(","):
        found = _HOURS.fullmatch(part.strip())
        if found is None:
            return None
        first, second, third, fourth = (int(each) for each in found.groups())
        try:
            spans.append(OpenSpan(weekday, time(first, second), time(third, fourth)))
        except ValueError:
            return None
    return spans


def _days() -> dict[int, str]:
    return {
        1: _("Monday"),
        2: _("Tuesday"),
        3: _("Wednesday"),
        4: _("Thursday"),
        5: _("Friday"),
        6: _("Saturday"),
        7: _("Sunday"),
    }


def _place(location_id: UUID) -> LocationRow:
    with services().database.reading(current_scope()) as connection:
        found = next((each for each in locations(connection) if each.id == location_id), None)
    if found is None:
        raise NotFoundError
    return found


def _register(register_id: UUID) -> RegisterRow:
    with services().database.reading(current_scope()) as connection:
        found = register_by_id(connection, register_id=register_id)
    if found is None:
        raise NotFoundError
    return found


def _names(places: tuple[LocationRow, ...]) -> dict[UUID, str]:
    return {each.id: in_language(each.name, each.name_zh) for each in places}


def _people(connection: Connection) -> dict[UUID, str]:
    colleagues = list_colleagues(connection, merchant_id=current_merchant().id)
    return {each.staff_id: each.name for each in colleagues}
