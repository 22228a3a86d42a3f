"""Delivery: how goods travel, to where, in how many days and for how much."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.customers.form import countries
from commerce.fulfilment.queries import country_groups, delivery_settings
from commerce.fulfilment.rows import DeliveryKind, DeliverySetting
from commerce.fulfilment.service import put_country_group, put_delivery_option
from commerce.inventory.queries import locations
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.permissions import Permission
from commerce.pricing.queries import price_lists
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import sent, typed_id
from storefront.backoffice.settings.delivery_form import (
    DeliveryForm,
    form_of,
    price_rows,
    shown_prices,
    typed_regions,
)
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still
from storefront.backoffice.unpriced import unpriced_ways
from storefront.backoffice.words import in_language


@needs(Permission.MANAGE_SETTINGS)
def delivery() -> Response:
    """List the ways goods travel."""
    with services().database.reading(current_scope()) as connection:
        options = delivery_settings(connection)
        groups = {group.code: group for group in country_groups(connection)}
        places = {p.id: in_language(p.name, p.name_zh) for p in locations(connection)}
        unpriced = unpriced_ways(connection)
    return draw(
        "settings/delivery.html",
        title=_("Delivery"),
        room="settings",
        tabs=tabs("delivery"),
        options=options,
        groups=groups,
        places=places,
        unpriced={way.code: way.currencies for way in unpriced},
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
    form.validate()
    form.mark_limits()
    if form.faults:
        return _delivery_page(known, form)

    def drawn(connection: Connection) -> DeliveryForm:
        return _standing(connection, known=_known(connection, code), kind=type(form))

    try:
        with services().database.transaction(current_scope()) as session:
            if known:
                hold_still(session, form, drawn)
            group = None
            if form.kind.data == "parcel":
                group = _group(session, form, known)
            put_delivery_option(
                session,
                merchant_id=current_merchant().id,
                option=_setting(form, known, group),
            )
    except StaleFormError as stale:
        return _delivery_page(known, stale.told_on(form))
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
        return _known(connection, code)


def _known(connection: Connection, code: str) -> DeliverySetting:
    found = next((each for each in delivery_settings(connection) if each.code == code), None)
    if found is None:
        raise NotFoundError
    return found


def _delivery_form(known: DeliverySetting | None) -> DeliveryForm:
    with services().database.reading(current_scope()) as connection:
        kind = form_of(price_rows(known, _currencies(connection)))
        shown = _facts(connection, known)
        form: DeliveryForm = sent(kind, data=shown)
        _offer(form, connection)
    if known is not None:
        form.code.data, form.kind.data = known.code, known.kind.value
    return form


def _standing(
    connection: Connection, *, known: DeliverySetting, kind: type[DeliveryForm]
) -> DeliveryForm:
    """Return the form as the way is set up now, whatever was sent."""
    form = kind(data=_facts(connection, known))
    _offer(form, connection)
    return form


def _currencies(connection: Connection) -> tuple[str, ...]:
    """Return the currencies in which the shop has prices, its own first."""
    now = utc_now()
    listed = [
        each.currency
        for each in price_lists(connection)
        if each.valid_to is None or each.valid_to > now
    ]
    return tuple(dict.fromkeys((current_merchant().currency, *listed)))


def _offer(form: DeliveryForm, connection: Connection) -> None:
    places = [place for place in locations(connection) if place.kind == "store"]
    form.countries.choices = _countries(form.countries.data or ())
    form.location.choices = [(str(e.id), in_language(e.name, e.name_zh)) for e in places]


def _facts(connection: Connection, known: DeliverySetting | None) -> dict[str, Any]:
    if known is None:
        is_first = not delivery_settings(connection)
        return _first_way() if is_first else {"countries": ["*"]}
    groups = {group.code: group for group in country_groups(connection)}
    group = groups.get(known.group or "")
    return {
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
        "keep_days": known.keep_days,
        "active": known.active,
        **shown_prices(known),
    }


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
    form: DeliveryForm, known: DeliverySetting | None, group: str | None
) -> DeliverySetting:
    pickup = form.kind.data == "pickup"
    as_before = known or DeliverySetting("", DeliveryKind.PARCEL, "", "", position=50)
    return replace(
        as_before,
        code=form.code.data.strip().lower(),
        kind=DeliveryKind(form.kind.data),
        name=form.name.data.strip(),
        name_zh=form.name_zh.data.strip(),
        group=group,
        regions=typed_regions(form) if form.kind.data == "parcel" else (),
        location_id=typed_id(form.location.data) if pickup else None,
        # Whoever collects waits for the minutes of preparation, not for days on the road.
        min_days=(known.min_days if known else 0) if pickup else form.min_days.data,
        max_days=(known.max_days if known else 0) if pickup else form.max_days.data,
        prepare_minutes=form.prepare_minutes.data,
        keep_days=form.keep_days.data,
        active=form.active.data,
        prices=tuple(form.prices()),
    )


def _delivery_page(known: DeliverySetting | None, form: DeliveryForm) -> Response:
    failed = request.method == "POST"
    return draw(
        "settings/delivery_option.html",
        title=in_language(known.name, known.name_zh) if known else _("New way of delivery"),
        room="settings",
        trail=(Crumb(_("Settings"), link("settings")), Crumb(_("Delivery"), link("delivery"))),
        status=form.http_status,
        known=known,
        form=form,
        faults=form.faults if failed else [],
    )
