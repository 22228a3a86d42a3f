"""Lots: what expires soon, what has expired, and which goods are kept by lot."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.inventory.queries import kept_by_lot, lots_expiring, lots_of
from commerce.inventory.rows import LotLabel, LotUnits
from commerce.inventory.service import keep_lots, relabel, stop_keeping_lots
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import announce, moved
from storefront.backoffice.forms import Fault, typed_id
from storefront.backoffice.once import is_first, named_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.stockroom.frame import place_names, show, today_here
from storefront.backoffice.stockroom.goods import Found, called, find_goods, goods_by_id
from storefront.backoffice.stockroom.posts import hold_session_to_posts, own_places
from storefront.backoffice.stockroom.typed import (
    line_faults,
    not_a_number,
    typed_day,
    typed_units,
)

_SPANS = (7, 30, 90, 365)
_USUAL = 30
_MOST = 200


@needs(Permission.VIEW_STOCK)
def lots() -> Response:
    """List lots that expire soon or have, and the lots of goods that are asked for."""
    return _page([])


@needs(Permission.ORDER_STOCK)
def switch_lots(variant_id: UUID) -> Response:
    """Keep goods by lot from now on, or no longer."""
    is_kept = request.form.get("do") == "keep"

    def work(session: Session) -> None:
        verb = keep_lots if is_kept else stop_keeping_lots
        verb(session, merchant_id=current_merchant().id, variant_id=variant_id)

    told = _("Kept by lot from now on.") if is_kept else _("No longer kept by lot.")
    return _done(variant_id, work, told)


@needs(Permission.ADJUST_STOCK)
def relabel_lot(variant_id: UUID) -> Response:
    """Say that units of one lot are of another: what nobody told, told later."""
    lot_id, place_id = (typed_id(request.form.get(name)) for name in ("lot", "place"))
    try:
        units = typed_units(request.form.get("units")) or 0
        expires_on = typed_day(request.form.get("expires"))
    except ValueError:
        return _page([{"field": "", "message": not_a_number()}], variant_id)
    if lot_id is None or place_id is None:
        told = _("Choose the goods and the place first.")
        return _page([{"field": "", "message": told}], variant_id)
    label = LotLabel(request.form.get("code", ""), expires_on)

    def work(session: Session) -> None:
        if is_first(session):
            hold_session_to_posts(session, place_id)
            relabel(
                session,
                merchant_id=current_merchant().id,
                units=LotUnits(lot_id, variant_id, place_id, units),
                label=label,
            )

    return _done(variant_id, work, _("Saved."))


def _done(variant_id: UUID, work: Callable[[Session], None], told: str) -> Response:
    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        with services().database.reading(current_scope()) as connection:
            goods = goods_by_id(connection, [variant_id])
        faults: list[Fault] = [{**fault, "field": ""} for fault in line_faults(error, goods)]
        return _page(faults, variant_id)
    announce(told)
    return moved("lots", goods=variant_id)


def _page(faults: list[Fault], variant_id: UUID | None = None) -> Response:
    days = request.args.get("days", _USUAL, type=int)
    days = days if days in _SPANS else _USUAL
    words = request.args.get("find", "").strip()
    wanted = variant_id or typed_id(request.args.get("goods"))
    today = today_here()
    with services().database.reading(current_scope()) as connection:
        rows = lots_expiring(connection, until=today + timedelta(days=days), most=_MOST)
        found = find_goods(connection, words) if words else Found()
        wanted = found.exact.id if found.exact else wanted
        goods = goods_by_id(
            connection, [*(row.variant_id for row in rows), *([wanted] if wanted else [])]
        )
        chosen = goods.get(wanted) if wanted else None
        is_kept = bool(chosen and kept_by_lot(connection, variant_ids=[chosen.id]))
        there = lots_of(connection, variant_ids=[chosen.id]) if chosen and is_kept else ()
        names = place_names(connection)
        own = own_places(connection)
    if words and found.is_empty:
        told = _("Nothing has the code “%(words)s”.", words=words[:60])
        faults = [*faults, {"field": "find", "message": told}]
    return show(
        "lots.html",
        title=_("Lots"),
        tab="lots",
        status=422 if request.method == "POST" else 200,
        rows=rows,
        days=days,
        spans=[(each, ngettext("%(num)d day", "%(num)d days", each)) for each in _SPANS],
        today=today,
        goods=goods,
        chosen=chosen,
        is_kept=is_kept,
        there=there,
        names=names,
        own=own,
        candidates=found.candidates,
        words=words,
        faults=faults,
        at={each["field"]: each["message"] for each in faults},
        called=called,
        wish=named_wish(),
    )
