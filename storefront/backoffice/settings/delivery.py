"""Delivery: how goods travel, to where, in how many days and for how much."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, IntegerField, StringField

from commerce.customers.addresses import rules_of
from commerce.customers.form import countries
from commerce.customers.place_names import key_of
from commerce.fulfilment.errors import DeliveryShapeError
from commerce.fulfilment.queries import country_groups, delivery_settings
from commerce.fulfilment.rows import DeliveryKind, DeliveryPrice, DeliverySetting
from commerce.fulfilment.service import put_country_group, put_delivery_option
from commerce.inventory.queries import locations
from commerce.kernel.errors import CommerceError, FieldProblem, NotFoundError
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import (
    AmountField,
    DeskForm,
    SelectField,
    SelectMultipleField,
    optional_text,
    sent,
    some_text,
    typed_form,
    typed_id,
    within,
)
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import in_language

_COMMAS = re.compile(r"[,，、;；\n]")


def _regions(form: "DeliveryForm") -> tuple[str, ...]:
    """Return the keys of the regions that were named, in any script, in the one country served.

    Raises:
        DeliveryShapeError: there is more than one country, or no region of that name in it.
    """
    names = [name.strip() for name in _COMMAS.split(form.regions.data or "") if name.strip()]
    if not names:
        return ()
    countries = _codes(form)
    if len(countries) != 1:
        raise _no_region(" ".join(countries) or "*")
    try:
        choices = rules_of(countries[0]).country_area_choices
    except ValueError as error:
        raise _no_region(countries[0]) from error
    keys = []
    for name in names:
        key = key_of(name, choices)
        if key is None:
            raise _no_region(name)
        keys.append(key)
    return tuple(keys)


def _no_region(place: str) -> DeliveryShapeError:
    return DeliveryShapeError(
        FieldProblem(
            pointer="/regions",
            code="region",
            template="“%(place)s” is no region of the one country that is served. Name one country, "
            "and its regions as addresses have them.",
            place=place,
        )
    )


class DeliveryForm(DeskForm):
    """One way goods travel."""

    code = StringField(lazy_gettext("Short code"), some_text(40))
    kind = SelectField(
        lazy_gettext("Kind"),
        choices=[
            ("parcel", lazy_gettext("Parcel")),
            ("pickup", lazy_gettext("Pickup in a store")),
            ("service", lazy_gettext("A service, nothing travels")),
        ],
    )
    name = StringField(lazy_gettext("Name in English"), some_text(120))
    name_zh = StringField(lazy_gettext("Name in Chinese"), some_text(120))
    countries = SelectMultipleField(lazy_gettext("Countries"))
    regions = StringField(lazy_gettext("Only these provinces or states"), optional_text(900))
    location = SelectField(lazy_gettext("Store"), validate_choice=False)
    min_days = IntegerField(lazy_gettext("Days at least"), [within(0, 365)], default=2)
    max_days = IntegerField(lazy_gettext("Days at most"), [within(0, 365)], default=5)
    prepare_minutes = IntegerField(
        lazy_gettext("Minutes to prepare"), [within(0, 10_000)], default=60
    )
    price = AmountField(lazy_gettext("Price"), validators=optional_text(20))
    free_from = AmountField(lazy_gettext("Free from"), validators=optional_text(20))
    active = BooleanField(lazy_gettext("Offered"), default=True)


@needs(Permission.MANAGE_SETTINGS)
def delivery() -> Response:
    """List the ways goods travel."""
    with services().database.reading(current_scope()) as connection:
        options = delivery_settings(connection)
        groups = {group.code: group for group in country_groups(connection)}
        places = {p.id: in_language(p.name, p.name_zh) for p in locations(connection)}
    return draw(
        "settings/delivery.html",
        title=_("Delivery"),
        room="settings",
        tabs=tabs("delivery"),
        options=options,
        groups=groups,
        places=places,
    )


@needs(Permission.MANAGE_SETTINGS)
def delivery_option(code: str) -> Response:
    """Show one way goods travel; `new` makes another."""
    return _delivery_page(_option(code), _delivery_form(_option(code)))


@needs(Permission.MANAGE_SETTINGS)
def put_option(code: str) -> Response:
    """Keep one way goods travel."""
    known = _option(code)
    form = _delivery_form(known)
    if not form.validate():
        return _delivery_page(known, form)
    currency = current_merchant().currency
    try:
        with services().database.transaction(current_scope()) as session:
            group = None
            if form.kind.data == "parcel":
                group = _group(session, form, known)
            put_delivery_option(
                session,
                merchant_id=current_merchant().id,
                option=_setting(form, known, group, currency),
            )
    except CommerceError as error:
        form.refuse(error)
        return _delivery_page(known, form)
    announce(_("Saved."))
    return moved("delivery")


def _group(session: Session, form: DeliveryForm, known: DeliverySetting | None) -> str:
    """Return the code of the group of the countries that were ticked.

    A country stands in one group, so ways of delivery to the same countries share theirs.
    """
    countries = _codes(form) or ["*"]
    alike = (each for each in country_groups(session) if set(each.countries) == set(countries))
    shared = next(alike, None)
    if shared is not None:
        return shared.code
    group = known.group if known and known.group else f"{form.code.data.strip().lower()}-to"
    put_country_group(
        session,
        merchant_id=current_merchant().id,
        code=group,
        name=form.name.data.strip(),
        name_zh=form.name_zh.data.strip(),
        countries=countries,
    )
    return group


def _codes(form: DeliveryForm) -> list[str]:
    return list(form.countries.data or ())


def _option(code: str) -> DeliverySetting | None:
    if code == "new":
        return None
    with services().database.reading(current_scope()) as connection:
        found = next((each for each in delivery_settings(connection) if each.code == code), None)
    if found is None:
        raise NotFoundError
    return found


def _delivery_form(known: DeliverySetting | None) -> DeliveryForm:
    with services().database.reading(current_scope()) as connection:
        places = [place for place in locations(connection) if place.kind == "store"]
        groups = {group.code: group for group in country_groups(connection)}
        is_first = not delivery_settings(connection)
    shown: dict[str, Any] = _first_way() if is_first else {"countries": ["*"]}
    currency = current_merchant().currency
    if known is not None:
        price = _own_price(known)
        group = groups.get(known.group or "")
        shown = {
            "code": known.code,
            "kind": known.kind.value,
            "name": known.name,
            "name_zh": known.name_zh,
            "countries": list(group.countries) if group else [],
            "regions": ", ".join(known.regions),
            "location": str(known.location_id or ""),
            "min_days": known.min_days,
            "max_days": known.max_days,
            "prepare_minutes": known.prepare_minutes,
            "price": typed_form(price.amount.amount_minor, currency) if price else "",
            "free_from": typed_form(price.free_from.amount_minor, currency)
            if price and price.free_from
            else "",
            "active": known.active,
        }
    form: DeliveryForm = sent(DeliveryForm, data=shown)
    form.countries.choices = _countries(form.countries.data or ())
    form.location.choices = [(str(e.id), in_language(e.name, e.name_zh)) for e in places]
    form.price.currency = form.free_from.currency = currency
    if known is not None:
        form.code.data, form.kind.data = known.code, known.kind.value
    return form


def _own_price(known: DeliverySetting) -> DeliveryPrice | None:
    """Return the price that the page shows: the first in the merchant's own currency."""
    currency = current_merchant().currency
    return next((each for each in known.prices if each.amount.currency == currency), None)


def _countries(chosen: Sequence[str]) -> list[tuple[str, str]]:
    """Return what is chosen first, then the rest by name."""
    names = {"*": _("Every other country"), **dict(countries(language()))}
    ahead = [(code, names.get(code, code)) for code in chosen]
    return ahead + [(code, name) for code, name in names.items() if code not in chosen]


def _first_way() -> dict[str, Any]:
    """Return what most begin with: parcels at home. What one costs only the merchant knows."""
    return {
        "code": "standard",
        "kind": DeliveryKind.PARCEL.value,
        "name": "Parcel",
        "name_zh": "快递",
        "countries": [current_merchant().country],
    }


def _setting(
    form: DeliveryForm, known: DeliverySetting | None, group: str | None, currency: str
) -> DeliverySetting:
    pickup = form.kind.data == "pickup"
    amount, free = form.price.minor(), form.free_from.minor()
    before = _own_price(known) if known else None
    # Prices in other currencies and of other weights are not on the page.
    others = tuple(each for each in (known.prices if known else ()) if each is not before)
    own = (
        (
            DeliveryPrice(
                Money(amount, currency),
                None if free is None else Money(free, currency),
                before.up_to_grams if before else None,
            ),
        )
        if amount is not None
        else ()
    )
    as_before = known or DeliverySetting("", DeliveryKind.PARCEL, "", "", position=50)
    return replace(
        as_before,
        code=form.code.data.strip().lower(),
        kind=DeliveryKind(form.kind.data),
        name=form.name.data.strip(),
        name_zh=form.name_zh.data.strip(),
        group=group,
        regions=_regions(form) if form.kind.data == "parcel" else (),
        location_id=typed_id(form.location.data) if pickup else None,
        # Whoever collects waits for the minutes of preparation, not for days on the road.
        min_days=(known.min_days if known else 0) if pickup else form.min_days.data,
        max_days=(known.max_days if known else 0) if pickup else form.max_days.data,
        prepare_minutes=form.prepare_minutes.data,
        active=form.active.data,
        prices=(*own, *others),
    )


def _delivery_page(known: DeliverySetting | None, form: DeliveryForm) -> Response:
    failed = request.method == "POST"
    return draw(
        "settings/delivery_option.html",
        title=in_language(known.name, known.name_zh) if known else _("New way of delivery"),
        room="settings",
        trail=(Crumb(_("Settings"), link("settings")), Crumb(_("Delivery"), link("delivery"))),
        status=422 if failed else 200,
        known=known,
        form=form,
        faults=form.faults if failed else [],
        currency=current_merchant().currency,
        others=[p for p in known.prices if p.amount.currency != current_merchant().currency]
        if known
        else [],
    )
