"""Places that hold stock: added, shown, changed."""

import re
from dataclasses import replace
from unicodedata import normalize
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from wtforms import BooleanField, StringField

from commerce.fulfilment.errors import OpeningHoursError
from commerce.fulfilment.queries.hours import ClosedDayRow
from commerce.fulfilment.service import set_store_hours
from commerce.inventory.errors import PlaceNeverSellsError
from commerce.inventory.rows import LocationRow
from commerce.inventory.service import add_location, change_location
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import (
    DeskForm,
    IntegerField,
    SelectField,
    optional_text,
    sent,
    some_text,
    within,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still
from storefront.backoffice.stores.days import coming_days
from storefront.backoffice.stores.finding import find_place, place_by_id
from storefront.backoffice.stores.hours import NAMES, SPANS, WeekForm, standing_week, told_week
from storefront.backoffice.words import in_language, place_kind

_CODE = re.compile(r"[A-Z0-9]([A-Z0-9-]*[A-Z0-9])?")


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


class StoreForm(PlaceForm, WeekForm):
    """A store, with the hours of its week: one form, so that saving one never loses the other."""


@needs(Permission.MANAGE_STORES)
def new_place() -> Response:
    """Add a place that holds stock."""
    form = sent(PlaceForm)
    if request.method == "GET":
        return place_page(None, form)
    code = normalize("NFKC", form.code.data or "").strip().upper()
    if form.validate() and not _CODE.fullmatch(code):
        form.code.errors = [_("Use letters, digits and dashes, without spaces.")]
    if form.faults:
        return place_page(None, form)

    def work(session: Session) -> UUID:
        return add_location(
            session,
            merchant_id=current_merchant().id,
            code=code,
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
        return place_page(None, form)
    announce(_("Added."))
    return moved("place", location_id=place_id)


@needs(Permission.VIEW_STORES)
def place(location_id: UUID) -> Response:
    """Show one place."""
    with services().database.reading(current_scope()) as connection:
        found = place_by_id(connection, location_id)
        form = _standing(connection, found)
    return place_page(found, form)


@needs(Permission.MANAGE_STORES)
def change_place(location_id: UUID) -> Response:
    """Change a place and a store's hours; its code and kind stay as they are."""
    found = find_place(location_id)
    form = sent(StoreForm if found.kind == "store" else PlaceForm)
    form.code.data, form.kind.data = found.code, found.kind
    form.code.validators = ()  # it stays as it is, and what opens by itself has a longer one
    if found.kind in {
        "transit",
        "quarantine",
    }:  # nobody adds one, so a new place is offered neither
        form.kind.choices = [(found.kind, place_kind(found.kind))]
    form.validate()
    week = form.week() if isinstance(form, StoreForm) else None
    if form.faults:
        return place_page(found, form)
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

    def drawn(connection: Connection) -> PlaceForm:
        return _standing(connection, place_by_id(connection, location_id))

    try:
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, drawn)
            change_location(session, merchant_id=current_merchant().id, location=changed)
            if week is not None:
                set_store_hours(
                    session,
                    merchant_id=current_merchant().id,
                    location_id=location_id,
                    spans=week,
                )
    except StaleFormError as stale:
        return place_page(found, stale.told_on(form))
    except (OpeningHoursError, PlaceNeverSellsError) as error:
        form.refuse(error)
        return place_page(found, form)
    announce(_("Saved."))
    return moved("place", location_id=location_id)


def place_page(found: LocationRow | None, form: PlaceForm) -> Response:
    """Draw a place's page with its form, or the page of a new one."""
    coming: list[ClosedDayRow] = coming_days(found) if found else []
    return draw(
        "stores/place.html",
        title=in_language(found.name, found.name_zh) if found else _("New place"),
        room="stores",
        trail=(Crumb(_("Stores and tills"), link("stores")),),
        status=form.http_status,
        place=found,
        form=form,
        place_kind=place_kind,
        hours=told_week(form) if isinstance(form, StoreForm) else (),
        week=NAMES.items() if isinstance(form, StoreForm) else (),
        spans=SPANS,
        coming=coming,
        changed=form.changed,
        faults=form.faults if request.method == "POST" else [],
    )


def _standing(connection: Connection, found: LocationRow) -> PlaceForm:
    if found.kind != "store":
        return PlaceForm(obj=found)
    return StoreForm(obj=found, data=standing_week(connection, found.id))
