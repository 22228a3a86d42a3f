"""Shelves: what lies where in a place, in the order in which one walks; put there by scanning."""

from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.inventory.queries import levels_at, zones_of
from commerce.inventory.service import set_zones
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import announce, link, moved
from storefront.backoffice.forms import Fault, typed_id
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.frame import show
from storefront.backoffice.stockroom.goods import Found, called, find_goods, goods_by_id
from storefront.backoffice.stockroom.posts import (
    hold_session_to_posts,
    own_places,
    place_choices,
    places_in_use,
)
from storefront.backoffice.stockroom.typed import line_faults

_PAGE = 100
_LONGEST = 40
_MOST_PAGES = 10_000


@needs(Permission.VIEW_STOCK)
def shelves() -> Response:
    """Show what lies on which shelf of a place."""
    return _page([], Found())


@needs(Permission.WORK_STOCK)
def put_on_shelf() -> Response:
    """Say that goods lie on a shelf; a blank one takes them off all shelves."""
    place_id, zone = typed_id(request.form.get("place")), request.form.get("zone", "").strip()
    words, picked = request.form.get("find", "").strip(), typed_id(request.form.get("pick"))
    if place_id is None:
        return _page([{"field": "place", "message": _("Choose a place.")}], Found())
    with services().database.reading(current_scope()) as connection:
        found = find_goods(connection, words) if words and not picked else Found()
        variant_id = picked or (found.exact.id if found.exact else None)
        goods = goods_by_id(connection, [variant_id] if variant_id else [])
    if variant_id is None:
        told = (
            _("Nothing has the code “%(words)s”.", words=words)
            if words
            else _("Scan or type a code.")
        )
        return _page([] if found.candidates else [{"field": "find", "message": told}], found)

    def work(session: Session) -> None:
        hold_session_to_posts(session, place_id)
        set_zones(
            session,
            merchant_id=current_merchant().id,
            location_id=place_id,
            zones={variant_id: zone},
        )

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        return _page([{**fault, "field": "zone"} for fault in line_faults(error, goods)], found)
    name = called(goods.get(variant_id))
    announce(
        _("%(name)s lies on shelf %(zone)s now.", name=name, zone=zone.upper())
        if zone
        else _("%(name)s lies on no shelf now.", name=name)
    )
    return moved("shelves", place=place_id, zone=zone)


def _page(faults: list[Fault], found: Found) -> Response:
    asked = request.form if request.method == "POST" else request.args
    page = asked.get("page", 0, type=int)
    page = min(max(page, 0), _MOST_PAGES)
    with services().database.reading(current_scope()) as connection:
        places = places_in_use(connection)
        own = own_places(connection)
        mine = [each for each in places if own is None or each.id in own] or list(places)
        wanted = typed_id(asked.get("place"))
        place = next((each for each in places if each.id == wanted), mine[0] if mine else None)
        levels = (
            levels_at(connection, location_ids=[place.id], after=page * _PAGE, most=_PAGE + 1)
            if place
            else ()
        )
        goods = goods_by_id(connection, [each.variant_id for each in levels])
        zones = zones_of(connection, location_id=place.id) if place else ()
    shown = levels[:_PAGE]
    place_id: UUID | None = place.id if place else None
    return show(
        "shelves.html",
        title=_("Shelves"),
        tab="shelves",
        status=422 if faults else 200,
        place=place,
        places=place_choices(places),
        is_own=place is not None and (own is None or place.id in own),
        zone=asked.get("zone", "").strip()[:_LONGEST],
        zones=zones,
        rows=shown,
        goods=goods,
        candidates=found.candidates,
        words=asked.get("find", ""),
        faults=faults,
        at={each["field"]: each["message"] for each in faults},
        next_url=link("shelves", place=place_id, page=page + 1) if len(levels) > _PAGE else "",
    )
