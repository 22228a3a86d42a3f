"""Keep the parts in which an order leaves true to what its locations keep for it.

Holds, and the sources of goods that are sold without limit, say what waits where: that is the one
stock decision. A fulfilment repeats it for the people who pick, so whatever changes a hold of a
placed order calls a verb of this file in the same transaction:

- `align_fulfilments`, whenever the order's row is locked;
- `take_from_fulfilments` and `add_to_fulfilments`, where a sale over a counter takes a promise or
  gives it back. They change lines by what changed, so they need no lock on the order.

Levels are locked first, then holds, then fulfilments, then their lines.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.fulfilment.labels.giving_back import let_labels_go, let_labels_of_order_go
from commerce.fulfilment.rows import DeliveryKind, FulfilmentState
from commerce.inventory.rows import Units
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Statement
from commerce.orders.rows import OrderRow, OrderState

ACTIVE = "('open', 'picking', 'packed', 'ready')"

NOTHING_LEFT = "nothing-left"
"""Why a fulfilment ended whose goods went another way."""

# What waits at each place beside what its fulfilment says; only what differs.
_DIFFERENCES = Statement(f"""
WITH waiting AS (
  SELECT location_id, variant_id, sum(units) AS units FROM (
    SELECT location_id, variant_id, quantity AS units FROM hold
    WHERE merchant_id = :merchant AND owner_id = :order
    UNION ALL
    SELECT location_id, variant_id, quantity - sent FROM order_source
    WHERE merchant_id = :merchant AND order_id = :order AND NOT counted AND sent < quantity
  ) AS every WHERE :placed GROUP BY location_id, variant_id
), parts AS (
  SELECT id, location_id FROM fulfilment
  WHERE merchant_id = :merchant AND order_id = :order AND state IN {ACTIVE}
    AND location_id IS NOT NULL
), planned AS (
  SELECT p.location_id, l.variant_id, l.quantity AS units
  FROM parts p JOIN fulfilment_line l ON l.merchant_id = :merchant AND l.fulfilment_id = p.id
)
SELECT location_id, variant_id, p.id AS fulfilment_id, COALESCE(w.units, 0) AS units
FROM waiting w FULL JOIN planned n USING (location_id, variant_id)
LEFT JOIN parts p USING (location_id)
WHERE COALESCE(w.units, 0) <> COALESCE(n.units, 0)
ORDER BY location_id, variant_id
""")  # noqa: S608 - no word of it comes from outside

_OPEN = Statement(f"""
INSERT INTO fulfilment (merchant_id, id, order_id, location_id, kind, state, created_at, due_at,
                        reason, note)
SELECT :merchant, w.id, :order, w.location_id, :kind, 'open', :at, :due, '', ''
FROM unnest(CAST(:ids AS uuid[]), CAST(:locations AS uuid[])) AS w(id, location_id)
ON CONFLICT (merchant_id, order_id, location_id) WHERE state IN {ACTIVE} DO NOTHING
""")  # noqa: S608 - no word of it comes from outside

_PARTS = Statement(f"""
SELECT id, location_id FROM fulfilment
WHERE merchant_id = :merchant AND order_id = :order AND state IN {ACTIVE}
  AND location_id = ANY(:locations)
ORDER BY id FOR UPDATE
""")  # noqa: S608 - no word of it comes from outside

_LOCK_ALL = Statement(
    """
SELECT state FROM fulfilment WHERE merchant_id = :merchant AND order_id = :order
ORDER BY id FOR UPDATE
""",
    FulfilmentState,
)

_SET_LINES = Statement("""
INSERT INTO fulfilment_line (merchant_id, fulfilment_id, variant_id, quantity, picked, short)
SELECT :merchant, w.fulfilment_id, w.variant_id, w.units, 0, 0
FROM unnest(
  CAST(:fulfilments AS uuid[]), CAST(:variants AS uuid[]), CAST(:units AS bigint[])
) AS w(fulfilment_id, variant_id, units)
ON CONFLICT (merchant_id, fulfilment_id, variant_id) DO UPDATE
SET quantity = EXCLUDED.quantity, picked = LEAST(fulfilment_line.picked, EXCLUDED.quantity)
""")

_ADD_LINES = Statement("""
INSERT INTO fulfilment_line (merchant_id, fulfilment_id, variant_id, quantity, picked, short)
SELECT :merchant, w.fulfilment_id, w.variant_id, w.units, 0, 0
FROM unnest(
  CAST(:fulfilments AS uuid[]), CAST(:variants AS uuid[]), CAST(:units AS bigint[])
) AS w(fulfilment_id, variant_id, units)
ON CONFLICT (merchant_id, fulfilment_id, variant_id) DO UPDATE
SET quantity = fulfilment_line.quantity + EXCLUDED.quantity
""")

# Whatever a line says, the sale that took the goods is a fact and is never refused for it.
_TAKE_LINES = Statement("""
UPDATE fulfilment_line l
SET quantity = GREATEST(l.quantity - w.units, 0),
    picked = LEAST(l.picked, GREATEST(l.quantity - w.units, 0))
FROM unnest(
  CAST(:fulfilments AS uuid[]), CAST(:variants AS uuid[]), CAST(:units AS bigint[])
) AS w(fulfilment_id, variant_id, units)
WHERE l.merchant_id = :merchant AND l.fulfilment_id = w.fulfilment_id
  AND l.variant_id = w.variant_id
""")

# What has lost its last unit is over; what is packed and has more to pick is unpacked again.
_REVIEW = Statement("""
UPDATE fulfilment f
SET state = CASE WHEN n.units = 0 THEN 'cancelled' WHEN f.clerk_id IS NULL THEN 'open'
      ELSE 'picking' END,
    ended_at = CASE WHEN n.units = 0 THEN CAST(:at AS timestamptz) END,
    reason = CASE WHEN n.units = 0 THEN :reason ELSE f.reason END, ready_at = NULL
FROM (
  SELECT fulfilment_id, sum(quantity) AS units, sum(quantity - picked) AS unpicked
  FROM fulfilment_line WHERE merchant_id = :merchant AND fulfilment_id = ANY(:fulfilments)
  GROUP BY fulfilment_id
) AS n
WHERE f.merchant_id = :merchant AND f.id = n.fulfilment_id
  AND (n.units = 0 OR n.unpicked > 0 AND f.state IN ('packed', 'ready'))
RETURNING f.id
""")

_LEAVE = Statement(f"""
UPDATE fulfilment SET state = :to, left_at = :at, clerk_id = COALESCE(clerk_id, :actor)
WHERE merchant_id = :merchant AND order_id = :order AND state IN {ACTIVE}
  AND location_id IS NOT DISTINCT FROM CAST(:location AS uuid)
RETURNING id
""")  # noqa: S608 - no word of it comes from outside

_GONE_LINES = Statement("""
UPDATE fulfilment_line l SET quantity = COALESCE(w.units, 0), picked = COALESCE(w.units, 0)
FROM fulfilment_line k
LEFT JOIN unnest(CAST(:variants AS uuid[]), CAST(:units AS bigint[])) AS w(variant_id, units)
  ON w.variant_id = k.variant_id
WHERE k.merchant_id = :merchant AND k.fulfilment_id = :fulfilment
  AND l.merchant_id = k.merchant_id AND l.fulfilment_id = k.fulfilment_id
  AND l.variant_id = k.variant_id
""")

_CLOSE = Statement(f"""
UPDATE fulfilment SET state = 'cancelled', ended_at = :at, reason = :reason
WHERE merchant_id = :merchant AND order_id = :order AND state IN {ACTIVE}
""")  # noqa: S608 - no word of it comes from outside

_SERVICE_LINES = Statement("""
INSERT INTO fulfilment_line (merchant_id, fulfilment_id, variant_id, quantity, picked, short)
SELECT :merchant, :fulfilment, variant_id, sum(quantity), 0, 0 FROM order_line
WHERE merchant_id = :merchant AND order_id = :order AND variant_id IS NOT NULL
GROUP BY variant_id
""")


def open_fulfilments(session: Session, *, merchant_id: UUID, order: OrderRow) -> None:
    """Make the parts of an order that is placed in this very transaction."""
    if order.delivery.get("kind") == DeliveryKind.SERVICE:
        _open_service(session, merchant_id, order)
        return
    align_fulfilments(session, merchant_id=merchant_id, order=order, state=OrderState.PLACED)


def align_fulfilments(
    session: Session, *, merchant_id: UUID, order: OrderRow, state: OrderState | None = None
) -> None:
    """Make an order's parts what its locations keep for it now; the order's row is locked.

    A place that keeps something new for it opens a part; one that keeps nothing any more ends its
    own. Of an order that is not placed every part ends. `state` is the order's, where it changed
    since `order` was read. Called again it changes nothing.
    """
    placed = (state or order.state) is OrderState.PLACED
    where = {"merchant": merchant_id, "order": order.id}
    found = _DIFFERENCES.all(session, {**where, "placed": placed})
    if not found:
        return
    known = {row.location_id: row.fulfilment_id for row in found if row.fulfilment_id}
    missing = {row.location_id for row in found} - known.keys()
    opened = _opened(session, merchant_id, order, missing)
    parts = known | opened
    _SET_LINES.run(
        session,
        {
            "merchant": merchant_id,
            "fulfilments": [parts[row.location_id] for row in found],
            "variants": [row.variant_id for row in found],
            "units": [int(row.units) for row in found],
        },
    )
    _review(session, merchant_id, list(known.values()))


def add_to_fulfilments(
    session: Session, *, merchant_id: UUID, order: OrderRow, units: Units
) -> None:
    """Let a location pick more units for a placed order than before, beside what it has in hand."""
    parts = _opened(session, merchant_id, order, {units.location_id})
    _change(session, _ADD_LINES, merchant_id, parts, [units])


def take_from_fulfilments(
    session: Session, *, merchant_id: UUID, order_id: UUID, units: Units
) -> None:
    """Let a location pick fewer units for an order: a sale over a counter took them."""
    where = {"merchant": merchant_id, "order": order_id, "locations": [units.location_id]}
    parts = {row.location_id: row.id for row in _PARTS.all(session, where)}
    _change(session, _TAKE_LINES, merchant_id, parts, [units])


def fulfilment_left(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    location_id: UUID | None,
    kind: DeliveryKind,
    left: Sequence[Units] = (),
    actor_id: UUID | None,
    at: datetime | None = None,
) -> UUID | None:
    """Note that an order's part at a location has left it with the units `left`, once.

    Return which part it was; None when nothing of the order waits there. A service is delivered
    with this, and goods over a counter are collected.
    """
    part = _LEAVE.value(
        session,
        {
            "merchant": merchant_id,
            "order": order_id,
            "location": location_id,
            "to": _LEFT[kind].value,
            "at": at or utc_now(),
            "actor": actor_id,
        },
    )
    if part is None or location_id is None:
        return None if part is None else UUID(str(part))
    gone: dict[UUID, int] = defaultdict(int)
    for each in left:
        gone[each.variant_id] += each.quantity
    _GONE_LINES.run(
        session,
        {
            "merchant": merchant_id,
            "fulfilment": part,
            "variants": list(gone),
            "units": list(gone.values()),
        },
    )
    return UUID(str(part))


def lock_parts(
    session: Session, *, merchant_id: UUID, order_id: UUID
) -> tuple[FulfilmentState, ...]:
    """Return how far each part of an order has come; none moves on until the transaction ends."""
    return tuple(_LOCK_ALL.all(session, {"merchant": merchant_id, "order": order_id}))


def close_fulfilments(session: Session, *, merchant_id: UUID, order_id: UUID, reason: str) -> None:
    """End every part of an order that still waits: it was called off."""
    _CLOSE.run(
        session,
        {"merchant": merchant_id, "order": order_id, "reason": reason, "at": utc_now()},
    )
    let_labels_of_order_go(session, merchant_id=merchant_id, order_id=order_id)


_LEFT = {
    DeliveryKind.PARCEL: FulfilmentState.SENT,
    DeliveryKind.PICKUP: FulfilmentState.COLLECTED,
    DeliveryKind.HAND_OVER: FulfilmentState.COLLECTED,
    DeliveryKind.SERVICE: FulfilmentState.DELIVERED,
}


def kind_of(order: OrderRow) -> DeliveryKind:
    """Return in which way an order leaves; one without a word about it is sent."""
    return DeliveryKind(order.delivery.get("kind") or DeliveryKind.PARCEL)


def _opened(
    session: Session, merchant_id: UUID, order: OrderRow, locations: set[UUID]
) -> dict[UUID, UUID]:
    """Return the part of each location, locked, opened where there is none."""
    if not locations:
        return {}
    _OPEN.run(session, _new(merchant_id, order, {each: new_id() for each in sorted(locations)}))
    where = {"merchant": merchant_id, "order": order.id, "locations": sorted(locations)}
    return {row.location_id: row.id for row in _PARTS.all(session, where)}


def _new(
    merchant_id: UUID, order: OrderRow, parts: Mapping[UUID, UUID] | Mapping[None, UUID]
) -> dict[str, Any]:
    ready = order.delivery.get("ready_at")
    return {
        "merchant": merchant_id,
        "order": order.id,
        "ids": list(parts.values()),
        "locations": list(parts),
        "kind": kind_of(order).value,
        "at": utc_now(),
        # A pickup is due when the shopper was told; the clock reckons the others.
        "due": datetime.fromisoformat(ready) if ready else None,
    }


def _open_service(session: Session, merchant_id: UUID, order: OrderRow) -> None:
    part = new_id()
    if _OPEN.run(session, _new(merchant_id, order, {None: part})):
        _SERVICE_LINES.run(
            session, {"merchant": merchant_id, "fulfilment": part, "order": order.id}
        )


def _change(
    session: Session,
    statement: Statement[Any],
    merchant_id: UUID,
    parts: Mapping[UUID, UUID],
    units: Sequence[Units],
) -> None:
    changed = [each for each in units if each.location_id in parts]
    if not changed:
        return
    statement.run(
        session,
        {
            "merchant": merchant_id,
            "fulfilments": [parts[each.location_id] for each in changed],
            "variants": [each.variant_id for each in changed],
            "units": [each.quantity for each in changed],
        },
    )
    _review(session, merchant_id, list(parts.values()))


def _review(session: Session, merchant_id: UUID, parts: Sequence[UUID]) -> None:
    if not parts:
        return
    changed = _REVIEW.all(
        session,
        {
            "merchant": merchant_id,
            "fulfilments": list(parts),
            "at": utc_now(),
            "reason": NOTHING_LEFT,
        },
    )
    if changed:
        ids = [row.id for row in changed]
        let_labels_go(session, merchant_id=merchant_id, fulfilment_ids=ids)
