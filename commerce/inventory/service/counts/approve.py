"""Close a sheet: write what differs to the ledger, or drop it."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import CountUnfinishedError
from commerce.inventory.rows import MovementKind, Units
from commerce.inventory.service.counts.sheet import sheet_to_close
from commerce.inventory.service.ledger import book
from commerce.inventory.service.shift import lines_at
from commerce.inventory.service.statements import change_levels, lock_known_levels
from commerce.kernel.clock import utc_now
from commerce.kernel.statements import Statement

_VARIANTS = Statement("""
SELECT variant_id FROM count_line
WHERE merchant_id = :merchant AND sheet_id = :sheet AND NOT left_out
""")

# Whoever has corrected a level since it was counted has seen the shelf later than this sheet.
_FINDINGS = Statement("""
SELECT c.variant_id, c.counted IS NULL AS uncounted,
  coalesce(c.recounted - c.expected_again, c.counted - c.expected, 0) AS difference,
  (c.recounted IS NULL AND abs(c.counted - c.expected) > s.tolerance) OR EXISTS (
    SELECT FROM movement m
    WHERE m.merchant_id = c.merchant_id AND m.variant_id = c.variant_id
      AND m.location_id = c.location_id AND m.kind = 'counted'
      AND m.id > coalesce(
        CASE WHEN c.recounted IS NULL THEN c.movement_id ELSE c.movement_again_id END,
        '00000000-0000-0000-0000-000000000000'
      )
  ) AS to_recount
FROM count_line c
JOIN count_sheet s ON s.merchant_id = c.merchant_id AND s.id = c.sheet_id
WHERE c.merchant_id = :merchant AND c.sheet_id = :sheet AND NOT c.left_out
ORDER BY c.variant_id
""")

_BOOKED = Statement("""
UPDATE count_line SET is_open = false,
  booked = CASE WHEN left_out THEN NULL
                ELSE coalesce(recounted - expected_again, counted - expected) END
WHERE merchant_id = :merchant AND sheet_id = :sheet
""")

_DROPPED = Statement("""
UPDATE count_line SET is_open = false WHERE merchant_id = :merchant AND sheet_id = :sheet
""")

_CLOSE = Statement("""
UPDATE count_sheet SET state = :state, ended_at = :now, ended_by = :actor
WHERE merchant_id = :merchant AND id = :sheet
""")


def approve_count(
    session: Session, *, merchant_id: UUID, sheet_id: UUID, actor_id: UUID | None = None
) -> int:
    """Write to the ledger what differed when it was counted; return how many lines differed.

    The difference is added to what is on hand now: goods sold since the count stay sold.

    Raises:
        NotFoundError: the merchant has no such sheet.
        CountClosedError: it was approved or cancelled.
        CountUnfinishedError: names the lines that are not counted, and those that differ beyond
            the tolerance, or were corrected otherwise, and were not counted once more.
        UnitsPromisedError: names every line of which fewer units are there than are promised.
    """
    sheet = sheet_to_close(session, merchant_id=merchant_id, sheet_id=sheet_id)
    where = {"merchant": merchant_id, "sheet": sheet_id}
    lock_known_levels(
        session,
        merchant_id=merchant_id,
        lines=[
            Units(row.variant_id, sheet.location_id, 0) for row in _VARIANTS.all(session, where)
        ],
    )
    findings = _FINDINGS.all(session, where)
    uncounted = [row.variant_id for row in findings if row.uncounted]
    to_recount = [row.variant_id for row in findings if row.to_recount and not row.uncounted]
    if uncounted or to_recount:
        raise CountUnfinishedError(uncounted=uncounted, to_recount=to_recount)
    differences = {row.variant_id: row.difference for row in findings if row.difference}
    change_levels(
        session,
        merchant_id=merchant_id,
        changes={(each, sheet.location_id): units for each, units in differences.items()},
    )
    for sign in (1, -1):
        book(
            session,
            merchant_id=merchant_id,
            kind=MovementKind.COUNTED,
            lines=lines_at(
                sheet.location_id,
                {each: units * sign for each, units in differences.items() if units * sign > 0},
            ),
            sign=sign,
            reason=sheet.number,
            subject_id=sheet_id,
            actor_id=actor_id,
        )
    _BOOKED.run(session, where)
    _CLOSE.run(session, {**where, "state": "approved", "now": utc_now(), "actor": actor_id})
    return len(differences)


def cancel_count(
    session: Session, *, merchant_id: UUID, sheet_id: UUID, actor_id: UUID | None = None
) -> None:
    """Drop a sheet; nothing is booked.

    Raises:
        NotFoundError: the merchant has no such sheet.
        CountClosedError: it was approved or cancelled.
    """
    sheet_to_close(session, merchant_id=merchant_id, sheet_id=sheet_id)
    where = {"merchant": merchant_id, "sheet": sheet_id}
    _DROPPED.run(session, where)
    _CLOSE.run(session, {**where, "state": "cancelled", "now": utc_now(), "actor": actor_id})
