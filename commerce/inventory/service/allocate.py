"""Which lots a line of the ledger moves: the ones that are meant, else the first to expire.

Every level in question is locked by the caller, and lots at a place change only under that lock.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.rows import LotUnits, MovementKind
from commerce.kernel.statements import Statement


@dataclass(frozen=True, slots=True)
class BookedLine:
    """A line of the ledger whose variant asks for lots; signed units."""

    movement_id: UUID
    variant_id: UUID
    location_id: UUID
    quantity: int


Place = tuple[UUID, UUID]
"""A variant and a location."""

# What is to be sold again is good; what is lost, broken or set aside is the oldest.
_GOOD_FIRST = frozenset({MovementKind.SOLD, MovementKind.MOVED_OUT})

_LEAVING = Statement("""
SELECT t.variant_id, n.location_id, n.lot_id, n.on_hand AS units
FROM lot_level n JOIN lot t ON t.merchant_id = n.merchant_id AND t.id = n.lot_id
WHERE n.merchant_id = :merchant AND n.on_hand > 0
  AND (t.variant_id, n.location_id) IN (
    SELECT * FROM unnest(CAST(:variants AS uuid[]), CAST(:locations AS uuid[]))
  )
ORDER BY :good_first AND t.expired_at IS NOT NULL, t.expires_on NULLS LAST, t.code, t.id
""")

# What comes back of a sale is of the lots that the sale took, the last to expire first.
_COMING_BACK = Statement("""
SELECT m.variant_id, ml.lot_id, -sum(ml.quantity) AS units
FROM movement m
JOIN movement_lot ml ON ml.merchant_id = m.merchant_id AND ml.movement_id = m.id
JOIN lot t ON t.merchant_id = ml.merchant_id AND t.id = ml.lot_id
WHERE m.merchant_id = :merchant AND m.subject_id = :subject AND m.variant_id = ANY(:variants)
  AND m.kind IN ('sold', 'returned')
GROUP BY m.variant_id, ml.lot_id, t.expires_on
HAVING sum(ml.quantity) < 0
ORDER BY t.expires_on DESC NULLS FIRST, ml.lot_id
""")

_UNTOLD = Statement("""
SELECT variant_id, id FROM lot
WHERE merchant_id = :merchant AND code = '' AND variant_id = ANY(:variants)
""")

_WRITE = Statement("""
WITH moved AS (
  SELECT * FROM unnest(
    CAST(:movements AS uuid[]), CAST(:lots AS uuid[]), CAST(:locations AS uuid[]),
    CAST(:quantities AS bigint[])
  ) AS w(movement_id, lot_id, location_id, quantity)
), told AS (
  INSERT INTO movement_lot (merchant_id, movement_id, lot_id, quantity)
  SELECT :merchant, movement_id, lot_id, quantity FROM moved
), there AS (
  -- Rows exist before units leave; a lot that comes for the first time gets its row below.
  UPDATE lot_level n SET on_hand = n.on_hand + c.quantity
  FROM (SELECT lot_id, location_id, sum(quantity) AS quantity FROM moved
        GROUP BY lot_id, location_id) AS c
  WHERE n.merchant_id = :merchant AND n.lot_id = c.lot_id AND n.location_id = c.location_id
  RETURNING n.lot_id, n.location_id
)
INSERT INTO lot_level (merchant_id, lot_id, location_id, on_hand)
SELECT :merchant, lot_id, location_id, sum(quantity) FROM moved
WHERE (lot_id, location_id) NOT IN (SELECT lot_id, location_id FROM there)
GROUP BY lot_id, location_id
""")

_COUNT_EXPIRED = Statement("""
UPDATE level l SET expired = s.expired
FROM (
  SELECT w.variant_id, w.location_id, coalesce(sum(n.on_hand), 0) AS expired
  FROM unnest(CAST(:variants AS uuid[]), CAST(:locations AS uuid[])) AS w(variant_id, location_id)
  LEFT JOIN lot t ON t.merchant_id = :merchant AND t.variant_id = w.variant_id
    AND t.expired_at IS NOT NULL
  LEFT JOIN lot_level n ON n.merchant_id = :merchant AND n.lot_id = t.id
    AND n.location_id = w.location_id
  GROUP BY w.variant_id, w.location_id
) AS s
WHERE l.merchant_id = :merchant
  AND l.variant_id = s.variant_id AND l.location_id = s.location_id AND l.expired <> s.expired
""")


def move_lots(
    session: Session,
    *,
    merchant_id: UUID,
    kind: MovementKind,
    booked: Sequence[BookedLine],
    subject_id: UUID | None,
    chosen: Sequence[LotUnits],
) -> tuple[LotUnits, ...]:
    """Move lots with lines of the ledger that have just been booked; return what was moved."""
    found = _choices(session, merchant_id, kind, booked, subject_id)
    meant: dict[Place, list[LotUnits]] = defaultdict(list)
    for lot in chosen:
        meant[lot.variant_id, lot.location_id].append(lot)
    parts = [
        (line, lot_id, units)
        for line in booked
        for lot_id, units in _divided(line, meant[line.variant_id, line.location_id], found)
    ]
    _WRITE.run(
        session,
        {
            "merchant": merchant_id,
            "movements": [line.movement_id for line, _, _ in parts],
            "lots": [lot_id for _, lot_id, _ in parts],
            "locations": [line.location_id for line, _, _ in parts],
            "quantities": [units if line.quantity > 0 else -units for line, _, units in parts],
        },
    )
    count_expired(
        session,
        merchant_id=merchant_id,
        places=[(line.variant_id, line.location_id) for line in booked],
    )
    return tuple(
        LotUnits(lot_id, line.variant_id, line.location_id, units) for line, lot_id, units in parts
    )


def count_expired(session: Session, *, merchant_id: UUID, places: Sequence[Place]) -> None:
    """Write on each level how many units of expired lots it has; the levels are locked."""
    distinct = sorted(set(places))
    _COUNT_EXPIRED.run(
        session,
        {
            "merchant": merchant_id,
            "variants": [variant_id for variant_id, _ in distinct],
            "locations": [location_id for _, location_id in distinct],
        },
    )


def _choices(
    session: Session,
    merchant_id: UUID,
    kind: MovementKind,
    booked: Sequence[BookedLine],
    subject_id: UUID | None,
) -> Mapping[Place, list[tuple[UUID, int]]]:
    """Return the lots to choose from for each line, the first choice first, with their units."""
    asked = {"merchant": merchant_id, "variants": [line.variant_id for line in booked]}
    found: dict[Place, list[tuple[UUID, int]]] = defaultdict(list)
    if booked[0].quantity < 0:
        where = {**asked, "locations": [line.location_id for line in booked]}
        for row in _LEAVING.all(session, {**where, "good_first": kind in _GOOD_FIRST}):
            found[row.variant_id, row.location_id].append((row.lot_id, row.units))
        return found
    places = {line.variant_id: (line.variant_id, line.location_id) for line in booked}
    if kind is MovementKind.RETURNED and subject_id is not None:
        for row in _COMING_BACK.all(session, {**asked, "subject": subject_id}):
            found[places[row.variant_id]].append((row.lot_id, int(row.units)))
    untold = {row.variant_id: row.id for row in _UNTOLD.all(session, asked)}
    for line in booked:
        place = (line.variant_id, line.location_id)
        found[place].append((untold[line.variant_id], line.quantity))
    return found


def _divided(
    line: BookedLine, meant: Sequence[LotUnits], found: Mapping[Place, list[tuple[UUID, int]]]
) -> Iterator[tuple[UUID, int]]:
    """Divide the units of a line among lots: those that are meant, then those to choose from.

    Raises:
        AssertionError: the lots of a level are fewer units than the level itself.
    """
    left = abs(line.quantity)
    taken: dict[UUID, int] = defaultdict(int)
    for lot_id, units in (
        *((lot.lot_id, lot.quantity) for lot in meant),
        *found[line.variant_id, line.location_id],
    ):
        there_is = units if line.quantity > 0 or lot_id not in taken else units - taken[lot_id]
        part = min(left, there_is)
        if part > 0:
            taken[lot_id] += part
            left -= part
    if left:
        raise AssertionError(f"{left} units of {line.variant_id} are in no lot")
    yield from taken.items()
