"""Reserve stock, make a promise firm, give it back, let it expire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import HoldLostError, OutOfStockError, Shortfall
from commerce.inventory.rows import Stage, Units
from commerce.inventory.service.statements import columns_of, merged
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Statement

# One statement for all lines: the first step locks the levels in order, the second takes only what
# is free in the newest version of each row, the third writes the promises. Nothing is read first,
# so there is no moment in which somebody else could sell what was just counted.
_HOLD_WHAT_IS_FREE = """
WITH want AS (
  SELECT * FROM unnest(
    CAST(:ids AS uuid[]), CAST(:variants AS uuid[]), CAST(:locations AS uuid[]),
    CAST(:quantities AS bigint[])
  ) AS w(id, variant_id, location_id, quantity)
), locked AS (
  SELECT l.variant_id, l.location_id
  FROM level l JOIN want w USING (variant_id, location_id)
  WHERE l.merchant_id = :merchant
  ORDER BY l.variant_id, l.location_id
  FOR UPDATE OF l
), taken AS (
  UPDATE level l SET held = l.held + w.quantity
  FROM want w JOIN locked k USING (variant_id, location_id)
  WHERE l.merchant_id = :merchant
    AND l.variant_id = w.variant_id AND l.location_id = w.location_id
    AND l.on_hand - l.held - l.safety - l.expired >= w.quantity
  RETURNING w.id, l.variant_id, l.location_id, w.quantity
)
INSERT INTO hold (merchant_id, id, owner_id, variant_id, location_id, quantity, stage,
                  expires_at, created_at)
SELECT :merchant, id, :owner, variant_id, location_id, quantity, :stage, :expires_at, now()
FROM taken
"""
_HELD = "RETURNING variant_id, location_id"

_RESERVE = Statement(_HOLD_WHAT_IS_FREE + _HELD)
_RESERVE_MORE = Statement(f"""{_HOLD_WHAT_IS_FREE}
ON CONFLICT (merchant_id, owner_id, variant_id, location_id)
  DO UPDATE SET quantity = hold.quantity + excluded.quantity
{_HELD}""")

_AVAILABLE = Statement("""
SELECT variant_id, location_id, greatest(on_hand - held - safety - expired, 0) AS available
FROM level
WHERE merchant_id = :merchant AND variant_id = ANY(:variants)
""")

_FIRM_UP = Statement("""
UPDATE hold SET stage = :stage, expires_at = :expires_at
WHERE merchant_id = :merchant AND owner_id = :owner
RETURNING id
""")

_RESTAGE = Statement("""
UPDATE hold SET stage = :stage
WHERE merchant_id = :merchant AND owner_id = :owner AND location_id = :location
  AND stage IN ('placed', 'picking', 'shelf')
""")

_LOCK_OF_OWNER = Statement("""
SELECT count(*) FROM (
  SELECT 1 FROM level l
  WHERE l.merchant_id = :merchant AND (l.variant_id, l.location_id) IN (
    SELECT variant_id, location_id FROM hold
    WHERE merchant_id = :merchant AND owner_id = :owner
  )
  ORDER BY l.variant_id, l.location_id
  FOR UPDATE
) AS locked
""")

_RELEASE = Statement("""
WITH gone AS (
  DELETE FROM hold WHERE merchant_id = :merchant AND owner_id = :owner
  RETURNING variant_id, location_id, quantity
)
UPDATE level l SET held = l.held - g.quantity
FROM gone g
WHERE l.merchant_id = :merchant
  AND l.variant_id = g.variant_id AND l.location_id = g.location_id
RETURNING l.variant_id, l.location_id, g.quantity
""")

_LOCK_DUE = Statement("""
SELECT l.merchant_id FROM level l
WHERE (l.merchant_id, l.variant_id, l.location_id) IN (
  SELECT merchant_id, variant_id, location_id FROM hold WHERE expires_at <= :now
  ORDER BY expires_at LIMIT :most
)
ORDER BY l.merchant_id, l.variant_id, l.location_id
FOR UPDATE
""")

_EXPIRE = Statement("""
WITH gone AS (
  DELETE FROM hold h USING level l
  WHERE h.expires_at <= :now AND (h.merchant_id, h.id) IN (
      SELECT merchant_id, id FROM hold WHERE expires_at <= :now ORDER BY expires_at LIMIT :most
    )
    AND l.merchant_id = h.merchant_id
    AND l.variant_id = h.variant_id AND l.location_id = h.location_id
  RETURNING h.merchant_id, h.owner_id, h.variant_id, h.location_id, h.quantity
), freed AS (
  UPDATE level l SET held = l.held - s.quantity
  FROM (
    SELECT merchant_id, variant_id, location_id, sum(quantity) AS quantity
    FROM gone GROUP BY merchant_id, variant_id, location_id
  ) AS s
  WHERE l.merchant_id = s.merchant_id
    AND l.variant_id = s.variant_id AND l.location_id = s.location_id
  RETURNING 1
)
SELECT DISTINCT merchant_id, owner_id FROM gone
""")


def reserve(
    session: Session,
    *,
    merchant_id: UUID,
    owner_id: UUID,
    lines: Sequence[Units],
    stage: Stage,
    expires_at: datetime | None,
) -> None:
    """Hold all of `lines` for `owner_id`, who holds none of them yet, or nothing.

    Lines of the same variant and location are added up. `expires_at` is required for the stages
    cart and payment and must be None for the others.

    Raises:
        OutOfStockError: names every line that fell short. The caller's transaction must roll back,
            which gives back the lines that did not.
    """
    _reserve(session, _RESERVE, merchant_id, owner_id, lines, stage, expires_at)


def reserve_more(
    session: Session,
    *,
    merchant_id: UUID,
    owner_id: UUID,
    lines: Sequence[Units],
    stage: Stage,
) -> None:
    """Hold `lines` for `owner_id` beside what is held already, for as long as it takes, or nothing.

    What is held of the same variant at the same place keeps its own stage.

    Raises:
        OutOfStockError: names every line that fell short. The caller's transaction must roll back.
    """
    _reserve(session, _RESERVE_MORE, merchant_id, owner_id, lines, stage, None)


def _reserve(  # noqa: PLR0917 - what a hold is
    session: Session,
    statement: Statement[Any],
    merchant_id: UUID,
    owner_id: UUID,
    lines: Sequence[Units],
    stage: Stage,
    expires_at: datetime | None,
) -> None:
    wanted = merged(lines)
    if not wanted:
        return
    taken = statement.all(
        session,
        {
            "merchant": merchant_id,
            "owner": owner_id,
            "stage": stage.value,
            "expires_at": expires_at,
            "ids": [new_id() for _ in wanted],
            **columns_of(wanted),
        },
    )
    if len(taken) < len(wanted):
        held = {(row.variant_id, row.location_id) for row in taken}
        missed = [w for w in wanted if (w.variant_id, w.location_id) not in held]
        raise OutOfStockError(_shortfalls(session, merchant_id=merchant_id, missed=missed))


def firm_up_holds(
    session: Session,
    *,
    merchant_id: UUID,
    owner_id: UUID,
    stage: Stage,
    expires_at: datetime | None = None,
    expected: int,
) -> None:
    """Move the owner's holds to `stage`.

    `expected` is how many holds there must be, so that an order is never placed on a promise that
    has meanwhile expired or been displaced.

    Raises:
        HoldLostError: there are fewer or more holds than expected.
    """
    moved = _FIRM_UP.all(
        session,
        {
            "merchant": merchant_id,
            "owner": owner_id,
            "stage": stage.value,
            "expires_at": expires_at,
        },
    )
    if len(moved) != expected:
        raise HoldLostError


def restage_holds(
    session: Session, *, merchant_id: UUID, owner_id: UUID, location_id: UUID, stage: Stage
) -> None:
    """Say how far the goods have come that a place keeps for a paid order: placed, picking or shelf.

    The further they have come, the later a sale over a counter takes them.
    """
    _RESTAGE.run(
        session,
        {
            "merchant": merchant_id,
            "owner": owner_id,
            "location": location_id,
            "stage": stage.value,
        },
    )


def release_holds(session: Session, *, merchant_id: UUID, owner_id: UUID) -> int:
    """Give back everything held for `owner_id`; return how many units became free."""
    owner = {"merchant": merchant_id, "owner": owner_id}
    _LOCK_OF_OWNER.run(session, owner)
    return sum(row.quantity for row in _RELEASE.all(session, owner))


def expire_holds(session: Session, *, now: datetime, most: int = 1000) -> list[tuple[UUID, UUID]]:
    """Give back holds whose time has passed, of every merchant; needs the park's scope.

    At most `most` holds end at once, so that no level stays locked for long; call again while
    owners come back. Returns (merchant, owner) of each promise that ended.
    """
    due = {"now": now, "most": most}
    _LOCK_DUE.run(session, due)
    return [(row.merchant_id, row.owner_id) for row in _EXPIRE.all(session, due)]


def _shortfalls(
    session: Session, *, merchant_id: UUID, missed: Sequence[Units]
) -> tuple[Shortfall, ...]:
    rows = _AVAILABLE.all(
        session, {"merchant": merchant_id, "variants": [line.variant_id for line in missed]}
    )
    available = {(row.variant_id, row.location_id): int(row.available) for row in rows}
    return tuple(
        Shortfall(
            variant_id=line.variant_id,
            location_id=line.location_id,
            wanted=line.quantity,
            available=available.get((line.variant_id, line.location_id), 0),
        )
        for line in missed
    )
