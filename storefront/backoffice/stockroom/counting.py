"""Count on a telephone: one kind of goods after the other, scanned or typed, without the books."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.catalogue.records import SoldVariant
from commerce.inventory.queries import count_progress, count_sheet_by_id, levels_of
from commerce.inventory.rows import CountProgress, CountSheetRow
from commerce.inventory.service import enter_count, enter_recount
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, link, moved
from storefront.backoffice.forms import Fault, typed_id
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.counts import sheet_state
from storefront.backoffice.stockroom.frame import place_names, show
from storefront.backoffice.stockroom.goods import (
    Found,
    called,
    codes_of,
    find_goods,
    goods_by_id,
)
from storefront.backoffice.stockroom.posts import hold_to_posts, own_places
from storefront.backoffice.stockroom.typed import line_faults, not_a_number, typed_units

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """The goods that are being counted now, and the figure that stands in the field."""

    goods: SoldVariant
    zone: str
    so_far: int | None
    """What was counted of them before."""
    again: bool
    """Whether they are counted once more because they differed."""
    units: str
    books: int | None
    """What the books say, on a sheet that tells."""


@needs(Permission.VIEW_STOCK)
def sheet(sheet_id: UUID) -> Response:
    """Show the sheet as whoever counts needs it."""
    return _page(sheet_id, typed_id(request.args.get("goods")), [])


@needs(Permission.WORK_STOCK)
def write(sheet_id: UUID) -> Response:
    """Write one figure down, then go on with the goods that were scanned next."""
    variant_id, words = typed_id(request.form.get("variant")), request.form.get("find", "").strip()
    with services().database.reading(current_scope()) as connection:
        row = read_sheet(connection, sheet_id)
        hold_to_posts(connection, row.location_id)
        found = find_goods(connection, words) if words else Found()
    try:
        units = typed_units(request.form.get("units"))
    except ValueError:
        return _refused(sheet_id, variant_id, "units", not_a_number())
    if variant_id and units is not None:
        refused = _write_down(sheet_id, variant_id, units)
        if refused:
            return _page(sheet_id, variant_id, refused)
    elif not words:
        told = _("Say how many units you counted.") if variant_id else _("Scan or type a code.")
        return _refused(sheet_id, variant_id, "units" if variant_id else "find", told)
    return _go_on(sheet_id, found, words)


def _write_down(sheet_id: UUID, variant_id: UUID, units: int) -> list[Fault]:
    """Keep one figure; return why it was refused, if it was."""

    def work(session: Session) -> None:
        line = _line(count_progress(session.connection(), sheet_id=sheet_id), variant_id)
        again = line is not None and (line.to_recount or line.recounted is not None)
        verb = enter_recount if again else enter_count
        verb(
            session,
            merchant_id=current_merchant().id,
            sheet_id=sheet_id,
            variant_id=variant_id,
            units=units,
            actor_id=actor(),
        )

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        return [{**fault, "field": "units"} for fault in line_faults(error, {})]
    return []


def _go_on(sheet_id: UUID, found: Found, words: str) -> Response:
    if not words:
        return moved("count_sheet", sheet_id=sheet_id)
    goods = found.exact or (found.candidates[0] if len(found.candidates) == 1 else None)
    if goods is not None:
        scanned = {"scanned": 1} if request.form.get("scanned") == "1" else {}
        return moved("count_sheet", sheet_id=sheet_id, goods=goods.id, **scanned)
    told = _("Nothing has the code “%(words)s”.", words=words)
    faults: list[Fault] = [] if found.candidates else [{"field": "find", "message": told}]
    return _page(sheet_id, None, faults, found=found, words=words)


def read_sheet(connection: Connection, sheet_id: UUID) -> CountSheetRow:
    """Return a sheet.

    Raises:
        NotFoundError: the merchant has no such sheet.
    """
    row = count_sheet_by_id(connection, sheet_id=sheet_id)
    if row is None:
        raise NotFoundError
    return row


def _line(lines: tuple[CountProgress, ...], variant_id: UUID) -> CountProgress | None:
    return next((each for each in lines if each.variant_id == variant_id), None)


def _refused(sheet_id: UUID, variant_id: UUID | None, field: str, told: str) -> Response:
    return _page(sheet_id, variant_id, [{"field": field, "message": told}])


def _page(
    sheet_id: UUID,
    variant_id: UUID | None,
    faults: list[Fault],
    *,
    found: Found | None = None,
    words: str = "",
) -> Response:
    with services().database.reading(current_scope()) as connection:
        row = read_sheet(connection, sheet_id)
        lines = count_progress(connection, sheet_id=sheet_id)
        again = [each for each in lines if each.to_recount]
        left = [each for each in lines if each.counted is None]
        done = [each for each in lines if each.counted is not None and not each.to_recount]
        shown = [*again[:_SHOWN], *left[:_SHOWN], *done[:_SHOWN]]
        wanted = [each.variant_id for each in shown] + ([variant_id] if variant_id else [])
        goods = goods_by_id(connection, wanted)
        entry = (
            _entry(connection, row, _line(lines, variant_id), goods.get(variant_id))
            if (variant_id)
            else None
        )
        place = place_names(connection).get(row.location_id, "")
        own = own_places(connection)
    return show(
        "count_sheet.html",
        title=_("Count %(number)s", number=row.number),
        tab="counts",
        trail=(Crumb(_("Counts"), link("counts")),),
        status=422 if faults else 200,
        paper=row,
        state=sheet_state(row),
        place=place,
        is_own=own is None or row.location_id in own,
        entry=entry,
        again=again[:_SHOWN],
        left=left[:_SHOWN],
        done=done[:_SHOWN],
        shown=_SHOWN,
        goods=goods,
        found=found,
        words=words,
        faults=faults,
        at={each["field"]: each["message"] for each in faults},
        called=called,
        codes_of=codes_of,
    )


def _entry(
    connection: Connection,
    row: CountSheetRow,
    line: CountProgress | None,
    goods: SoldVariant | None,
) -> Entry | None:
    if goods is None:
        return None
    again = line is not None and (line.to_recount or line.recounted is not None)
    so_far = None if line is None else line.recounted if again else line.counted
    typed = request.form.get("units") if request.method == "POST" else None
    units = typed or ("" if so_far is None else str(so_far))
    if request.args.get("scanned") == "1" and typed is None:
        units = str((so_far or 0) + 1)
    books = None
    if not row.blind:
        levels = levels_of(connection, variant_ids=[goods.id])
        books = sum(each.on_hand for each in levels if each.location_id == row.location_id)
    return Entry(goods, line.zone if line else "", so_far, again, units, books)
