"""What is damaged or doubtful: set aside where nobody sells it, put back, or written off."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.catalogue.records import SoldVariant
from commerce.inventory.queries import kept_by_lot, levels_at, levels_of, locations, lots_of
from commerce.inventory.rows import LevelRow, LocationRow, LotRow, Portion
from commerce.inventory.service import (
    bring_in_stray,
    put_back,
    set_aside,
    strays_in_transit,
    write_off,
)
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, link, moved
from storefront.backoffice.forms import Fault, typed_id
from storefront.backoffice.once import is_first, named_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.frame import place_name, show
from storefront.backoffice.stockroom.goods import Found, called, find_goods, goods_by_id
from storefront.backoffice.stockroom.posts import (
    PASSED_THROUGH,
    hold_session_to_posts,
    of_own,
    own_places,
    place_choices,
)
from storefront.backoffice.stockroom.typed import line_faults, not_a_number, typed_units

_MOST = 200


@dataclass(frozen=True, slots=True)
class AsideRow:
    """Units that lie set aside: of one variant, and of one lot if it is kept by lot."""

    place: LocationRow
    goods: SoldVariant
    units: int
    lot: LotRow | None


@needs(Permission.VIEW_STOCK)
def aside() -> Response:
    """List what lies set aside, and set aside more."""
    return _page([])


@needs(Permission.WORK_STOCK)
def put_aside() -> Response:
    """Set units aside: they are never sold until somebody puts them back."""

    def work(session: Session, portion: Portion, place_id: UUID, reason: str) -> None:
        hold_session_to_posts(session, place_id)
        set_aside(
            session,
            merchant_id=current_merchant().id,
            location_id=place_id,
            portions=[portion],
            reason=reason,
            actor_id=actor(),
        )

    return _done(work, _("Set aside. Nobody sells it until it is put back."))


@needs(Permission.ADJUST_STOCK)
def decide() -> Response:
    """Put back what was set aside, or write it off."""
    is_back = request.form.get("do") == "back"

    def work(session: Session, portion: Portion, place_id: UUID, reason: str) -> None:
        place = _place(session.connection(), place_id)
        home = place.belongs_to or place.id
        hold_session_to_posts(session, home)
        verb = put_back if is_back else write_off
        verb(
            session,
            merchant_id=current_merchant().id,
            location_id=home if is_back else place.id,
            portions=[portion],
            reason=reason,
            actor_id=actor(),
        )

    told = _("Back on the shelf.") if is_back else _("Written off.")
    return _done(work, told, to="lots" if request.form.get("from") == "lots" else "set_aside")


@needs(Permission.ADJUST_STOCK)
def bring_in() -> Response:
    """Move what lies in transit and belongs to no transfer to a place, where it can be sold."""

    def work(session: Session, portion: Portion, place_id: UUID, reason: str) -> None:
        hold_session_to_posts(session, place_id)
        bring_in_stray(
            session,
            merchant_id=current_merchant().id,
            variant_id=portion.variant_id,
            location_id=place_id,
            reason=reason,
            actor_id=actor(),
        )

    return _done(work, _("Brought in. It lies there like everything else now."))


def _done(
    work: Callable[[Session, Portion, UUID, str], None], told: str, *, to: str = "set_aside"
) -> Response:
    variant_id, place_id = (typed_id(request.form.get(name)) for name in ("variant", "place"))
    if variant_id is None or place_id is None:
        return _page([{"field": "", "message": _("Choose the goods and the place first.")}])
    try:
        units = typed_units(request.form.get("units")) or 0
    except ValueError:
        return _page([{"field": "units", "message": not_a_number()}])
    portion = Portion(variant_id, units, typed_id(request.form.get("lot")))

    def once(session: Session) -> None:
        if is_first(session):
            work(session, portion, place_id, request.form.get("reason", ""))

    try:
        services().database.run(current_scope(), once)
    except CommerceError as error:
        with services().database.reading(current_scope()) as connection:
            goods = goods_by_id(connection, [variant_id])
        return _page([{**fault, "field": ""} for fault in line_faults(error, goods)])
    announce(told)
    return moved(to)


def _place(connection: Connection, place_id: UUID) -> LocationRow:
    found = next((each for each in locations(connection) if each.id == place_id), None)
    if found is None:
        raise NotFoundError
    return found


def _page(faults: list[Fault]) -> Response:
    asked = request.form if request.method == "POST" else request.args
    wanted, words = typed_id(asked.get("goods") or asked.get("variant")), asked.get("find", "")
    with services().database.reading(current_scope()) as connection:
        places = locations(connection)
        rows = _rows(connection, places)
        found = find_goods(connection, words) if words else Found()
        if found.exact:
            wanted = found.exact.id
        chosen = goods_by_id(connection, [wanted]).get(wanted) if wanted else None
        levels, lots = _there(connection, chosen)
        own = own_places(connection)
        strays = strays_in_transit(connection)
        stray_goods = goods_by_id(connection, [each.variant_id for each in strays])
    homes = of_own([p for p in places if p.kind not in PASSED_THROUGH], own)
    if words and found.is_empty:
        told = _("Nothing has the code “%(words)s”.", words=words[:60])
        faults = [*faults, {"field": "find", "message": told}]
    names = {each.id: place_name(each) for each in places}
    return show(
        "aside.html",
        title=_("Set aside"),
        tab="set_aside",
        status=422 if request.method == "POST" else 200,
        rows=rows,
        strays=[(each, stray_goods[each.variant_id]) for each in strays],
        homes=place_choices([p for p in homes if p.active]),
        names=names,
        own=own,
        chosen=chosen,
        candidates=found.candidates,
        words=words,
        levels=[level for level in levels if level.location_id in {p.id for p in homes}],
        lots=[lot for lot in lots if lot.location_id in {p.id for p in homes}],
        places=place_choices([p for p in homes if p.id in {lv.location_id for lv in levels}]),
        asked=asked,
        faults=faults,
        at={each["field"]: each["message"] for each in faults},
        called=called,
        wish=named_wish(),
        trail=(Crumb(_("Set aside"), link("set_aside")),) if chosen else (),
    )


def _rows(connection: Connection, places: tuple[LocationRow, ...]) -> list[AsideRow]:
    asides = {each.id: each for each in places if each.kind == "quarantine"}
    if not asides:
        return []
    levels = levels_at(connection, location_ids=asides, most=_MOST)
    goods = goods_by_id(connection, [each.variant_id for each in levels])
    by_shelf: dict[tuple[UUID, UUID], list[LotRow]] = {}
    for lot in lots_of(connection, variant_ids=goods):
        by_shelf.setdefault((lot.variant_id, lot.location_id), []).append(lot)
    rows = []
    for level in levels:
        place, one = asides[level.location_id], goods[level.variant_id]
        lots = by_shelf.get((level.variant_id, level.location_id), [])
        if lots:
            rows += [AsideRow(place, one, lot.on_hand, lot) for lot in lots]
        else:
            rows.append(AsideRow(place, one, level.on_hand, None))
    return rows


def _there(
    connection: Connection, chosen: SoldVariant | None
) -> tuple[list[LevelRow], tuple[LotRow, ...]]:
    """Return where the chosen goods lie, and in which lots if they are kept by lot."""
    if chosen is None:
        return [], ()
    levels = [e for e in levels_of(connection, variant_ids=[chosen.id]) if e.on_hand]
    by_lot = kept_by_lot(connection, variant_ids=[chosen.id])
    return levels, lots_of(connection, variant_ids=[chosen.id]) if by_lot else ()
