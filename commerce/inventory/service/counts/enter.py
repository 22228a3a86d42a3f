"""Write on a sheet what was found, and with it what the books say at that very moment."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from commerce.inventory.errors import CountOverlapsError, LineFault
from commerce.inventory.rows import Units
from commerce.inventory.service.counts.sheet import OpenSheet, sheet_to_close, sheet_to_write_on
from commerce.inventory.service.statements import lock_levels
from commerce.inventory.service.terms import counted_goods, refuse, units_faults
from commerce.kernel.clock import utc_now
from commerce.kernel.statements import Statement

_ZONE = Statement("""
SELECT zone FROM level
WHERE merchant_id = :merchant AND variant_id = :variant AND location_id = :location
""")

_NEWEST = """(
  SELECT m.id FROM movement m
  WHERE m.merchant_id = :merchant AND m.variant_id = :variant AND m.location_id = :location
  ORDER BY m.id DESC LIMIT 1
)"""

# A figure that is typed anew mends a slip: the moment of the count stays the first one.
_COUNT = Statement(f"""
INSERT INTO count_line (merchant_id, sheet_id, variant_id, location_id, is_open, left_out,
                        counted, counted_by, counted_at, expected, movement_id)
VALUES (:merchant, :sheet, :variant, :location, true, false, :units, :actor, :now, :expected,
        {_NEWEST})
ON CONFLICT (merchant_id, sheet_id, variant_id) DO UPDATE
SET counted = excluded.counted, counted_by = excluded.counted_by,
  counted_at = coalesce(count_line.counted_at, excluded.counted_at),
  expected = coalesce(count_line.expected, excluded.expected),
  movement_id = CASE WHEN count_line.counted_at IS NULL THEN excluded.movement_id
                     ELSE count_line.movement_id END
WHERE NOT count_line.left_out
RETURNING variant_id
""")  # noqa: S608 - a text of ours

_RECOUNT = Statement(f"""
UPDATE count_line SET recounted = :units, recounted_by = :actor, recounted_at = :now,
  expected_again = :expected, movement_again_id = {_NEWEST}
WHERE merchant_id = :merchant AND sheet_id = :sheet AND variant_id = :variant
  AND counted IS NOT NULL AND NOT left_out
RETURNING variant_id
""")  # noqa: S608 - a text of ours

_LEAVE_OUT = Statement("""
UPDATE count_line SET left_out = true
WHERE merchant_id = :merchant AND sheet_id = :sheet AND variant_id = ANY(:variants)
RETURNING variant_id
""")


def enter_count(
    session: Session,
    *,
    merchant_id: UUID,
    sheet_id: UUID,
    variant_id: UUID,
    units: int,
    actor_id: UUID | None = None,
) -> None:
    """Write down how many units were found, also of goods that the sheet does not list.

    The first figure of a line takes what the books say at that moment; what is sold afterwards
    changes neither. A second figure only mends a slip; to look once more is `enter_recount`.

    Raises:
        NotFoundError: the merchant has no such sheet.
        CountClosedError: it was approved or cancelled.
        LinesRefusedError: the goods are not counted, lie in another zone or were struck, or the
            number cannot be meant.
        CountOverlapsError: they stand on another open sheet.
    """
    sheet, values = _look(session, merchant_id, sheet_id, variant_id, units, actor_id)
    if sheet.zone:
        where = {"merchant": merchant_id, "variant": variant_id, "location": sheet.location_id}
        zone = _ZONE.value(session, where)
        refuse(
            [LineFault(variant_id, "other-zone", {"zone": zone})]
            if zone not in {"", sheet.zone}
            else []
        )
    try:
        written = _COUNT.one_or_none(session, values)
    except IntegrityError as error:
        raise CountOverlapsError from error
    refuse([] if written else [LineFault(variant_id, "not-left-to-count")])


def enter_recount(
    session: Session,
    *,
    merchant_id: UUID,
    sheet_id: UUID,
    variant_id: UUID,
    units: int,
    actor_id: UUID | None = None,
) -> None:
    """Write down how many units were found when somebody looked once more; this figure counts.

    It has its own moment: what the books say is taken anew, each time.

    Raises:
        NotFoundError: the merchant has no such sheet.
        CountClosedError: it was approved or cancelled.
        LinesRefusedError: the goods were not counted before or were struck, or the number cannot
            be meant.
    """
    _, values = _look(session, merchant_id, sheet_id, variant_id, units, actor_id)
    written = _RECOUNT.one_or_none(session, values)
    refuse([] if written else [LineFault(variant_id, "not-counted-yet")])


def leave_out(
    session: Session, *, merchant_id: UUID, sheet_id: UUID, variant_ids: Sequence[UUID]
) -> None:
    """Strike goods from a sheet: nothing will be booked for them.

    Raises:
        NotFoundError: the merchant has no such sheet.
        CountClosedError: it was approved or cancelled.
        LinesRefusedError: the goods are not on it.
    """
    sheet_to_close(session, merchant_id=merchant_id, sheet_id=sheet_id)
    asked = {"merchant": merchant_id, "sheet": sheet_id, "variants": list(variant_ids)}
    struck = {row.variant_id for row in _LEAVE_OUT.all(session, asked)}
    refuse(LineFault(each, "not-on-it") for each in variant_ids if each not in struck)


def _look(  # noqa: PLR0917 - one figure
    session: Session,
    merchant_id: UUID,
    sheet_id: UUID,
    variant_id: UUID,
    units: int,
    actor_id: UUID | None,
) -> tuple[OpenSheet, dict[str, object]]:
    """Lock the level, so that nothing is sold between the figure and what the books say."""
    sheet = sheet_to_write_on(session, merchant_id=merchant_id, sheet_id=sheet_id)
    counted_goods(session, merchant_id=merchant_id, variant_ids=[variant_id])
    refuse(units_faults([(variant_id, units)], least=0))
    place = (variant_id, sheet.location_id)
    on_hand, _ = lock_levels(session, merchant_id=merchant_id, lines=[Units(*place, 0)])[place]
    return sheet, {
        "merchant": merchant_id,
        "sheet": sheet_id,
        "variant": variant_id,
        "location": sheet.location_id,
        "units": units,
        "actor": actor_id,
        "now": utc_now(),
        "expected": on_hand,
    }
