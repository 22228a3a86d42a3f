"""The count sheet: opened for a place or a zone of it, and locked by whoever writes on it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import CountClosedError, CountOverlapsError, LineFault
from commerce.inventory.models import CountSheet
from commerce.inventory.service.stock_places import check_countable
from commerce.inventory.service.terms import checked_terms, paper_number, refuse
from commerce.inventory.service.zones import checked_zone
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement

_SHEET = Insertion(CountSheet)

_ANYTHING_THERE = Statement("""
SELECT EXISTS (SELECT FROM level
               WHERE merchant_id = :merchant AND location_id = :location AND zone = :zone)
""")
# Goods on another open sheet are left out, and the figures tell.
_LINES = Statement("""
WITH goods AS (
  SELECT l.variant_id FROM level l
  JOIN variant v ON v.merchant_id = l.merchant_id AND v.id = l.variant_id AND v.stock_tracked
  WHERE l.merchant_id = :merchant AND l.location_id = :location AND l.on_hand > 0
    AND (:zone = '' OR l.zone = :zone)
), listed AS (
  INSERT INTO count_line (merchant_id, sheet_id, variant_id, location_id, is_open, left_out)
  SELECT :merchant, :sheet, variant_id, :location, true, false FROM goods ORDER BY variant_id
  ON CONFLICT DO NOTHING
  RETURNING 1
)
SELECT (SELECT count(*) FROM goods) - (SELECT count(*) FROM listed) AS taken
""")


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet that is locked until the transaction ends."""

    id: UUID
    number: str
    location_id: UUID
    zone: str
    state: str


_READ = "SELECT id, number, location_id, zone, state FROM count_sheet"
_WHERE = "WHERE merchant_id = :merchant AND id = :sheet"
# Many may write on one sheet at the same time, but nobody while it is approved.
_SHARE = Statement(f"{_READ} {_WHERE} FOR SHARE", OpenSheet)
_LOCK = Statement(f"{_READ} {_WHERE} FOR UPDATE", OpenSheet)


def open_count(
    session: Session,
    *,
    merchant_id: UUID,
    location_id: UUID,
    zone: str = "",
    blind: bool = True,
    tolerance: int = 0,
    note: str = "",
    actor_id: UUID | None = None,
) -> UUID:
    """Open a sheet with all goods that the books have at a place, or in one zone of it.

    Whoever counts a blind sheet is not told what the books say. A line that differs by more than
    `tolerance` units has to be counted once more.

    Raises:
        PlacesRefusedError: the place is not the merchant's, or goods only pass through it.
        LinesRefusedError: the zone's name is too long, or no goods lie in such a zone there.
        TermsRefusedError: the note or the tolerance cannot be meant.
        CountOverlapsError: goods of it stand on another open sheet.
    """
    check_countable(session, merchant_id=merchant_id, location_id=location_id)
    zone = checked_zone(zone)
    there = {"merchant": merchant_id, "location": location_id, "zone": zone}
    refuse(
        [LineFault(None, "zone-unknown")]
        if zone and not _ANYTHING_THERE.value(session, there)
        else []
    )
    sheet_id = new_id()
    _SHEET.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": sheet_id,
            "number": paper_number("CS"),
            "location_id": location_id,
            "zone": zone,
            "state": "open",
            "blind": blind,
            "tolerance": tolerance,
            "note": checked_terms(note=note, tolerance=tolerance),
            "opened_by": actor_id,
        },
    )
    taken = _LINES.value(session, {**there, "sheet": sheet_id})
    if taken:
        raise CountOverlapsError
    return sheet_id


def sheet_to_write_on(session: Session, *, merchant_id: UUID, sheet_id: UUID) -> OpenSheet:
    """Return an open sheet that others may write on as well until the transaction ends.

    Raises:
        NotFoundError: the merchant has no such sheet.
        CountClosedError: it was approved or cancelled.
    """
    return _open(_SHARE.one_or_none(session, {"merchant": merchant_id, "sheet": sheet_id}))


def sheet_to_close(session: Session, *, merchant_id: UUID, sheet_id: UUID) -> OpenSheet:
    """Return an open sheet that nobody else may write on until the transaction ends.

    Raises:
        NotFoundError: the merchant has no such sheet.
        CountClosedError: it was approved or cancelled.
    """
    return _open(_LOCK.one_or_none(session, {"merchant": merchant_id, "sheet": sheet_id}))


def _open(sheet: OpenSheet | None) -> OpenSheet:
    if sheet is None:
        raise NotFoundError
    if sheet.state != "open":
        raise CountClosedError
    return sheet
