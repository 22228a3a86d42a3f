"""What the counter of a store has before it: what to get ready, and what waits for its customers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.fulfilment.queries.parts import lines_by_fulfilment
from commerce.fulfilment.rows import FulfilmentLineRow
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement


@dataclass(frozen=True, slots=True)
class CounterWork:
    """How much a store has to do, and a mark that changes with anything about it."""

    to_do: int
    late: int
    """Of what is to be done, how much should be done by now."""
    ready: int
    mark: str


@dataclass(frozen=True, slots=True)
class WaitingPickup:
    """What lies on the pickup shelf for one order; times UTC."""

    id: UUID
    order_id: UUID
    number: str
    name: str
    phone: str
    email: str
    shelf: str
    ready_at: datetime
    collect_by: datetime
    reason: str
    """Why it waits for the merchant (`not_collected`), or nothing."""
    due: Money
    """What nobody has paid of the order yet."""
    lines: tuple[FulfilmentLineRow, ...]


_WORK = Statement(
    """
SELECT count(*) FILTER (WHERE f.state <> 'ready'),
  count(*) FILTER (WHERE f.state <> 'ready' AND f.due_at < :at),
  count(*) FILTER (WHERE f.state = 'ready'),
  md5(COALESCE(string_agg(concat_ws(' ', f.id, f.state, f.clerk_id, f.due_at, f.collect_by,
                                    f.reason, n.units, n.picked, n.short), '/' ORDER BY f.id), ''))
FROM fulfilment f
JOIN LATERAL (
  SELECT sum(l.quantity) AS units, sum(l.picked) AS picked, sum(l.short) AS short
  FROM fulfilment_line l WHERE l.merchant_id = f.merchant_id AND l.fulfilment_id = f.id
) AS n ON true
WHERE f.location_id = :location AND f.state IN ('open', 'picking', 'packed', 'ready')
""",
    CounterWork,
)

# Where a part was laid stands in the timeline, with the newest word about it.
_READY = Statement("""
SELECT f.id, f.order_id, o.number,
  COALESCE(NULLIF(o.ship_to ->> 'name', ''), c.name, '') AS name,
  COALESCE(NULLIF(o.ship_to ->> 'phone', ''), c.phone, '') AS phone, o.email,
  f.ready_at, f.collect_by, f.reason, o.currency,
  GREATEST(0, o.total_minor - (
    SELECT COALESCE(sum(GREATEST(p.authorised_minor, p.captured_minor)), 0) FROM payment p
    WHERE p.merchant_id = o.merchant_id AND p.order_id = o.id
      AND p.state IN ('authorised', 'captured'))) AS due_minor,
  COALESCE((
    SELECT e.facts ->> 'shelf' FROM order_event e
    WHERE e.merchant_id = f.merchant_id AND e.order_id = f.order_id AND e.kind = 'ready'
      AND e.facts ->> 'fulfilment' = CAST(f.id AS text) ORDER BY e.id DESC LIMIT 1), '') AS shelf
FROM fulfilment f
JOIN sales_order o ON o.merchant_id = f.merchant_id AND o.id = f.order_id
LEFT JOIN customer c ON c.merchant_id = o.merchant_id AND c.id = o.customer_id
WHERE f.location_id = :location AND f.state = 'ready'
ORDER BY f.collect_by, f.id LIMIT :most
""")


def counter_work(
    connection: Connection | Session, *, location_id: UUID, at: datetime
) -> CounterWork:
    """Return how much a store has to do, and what is late at the time `at`."""
    return _WORK.one(connection, {"location": location_id, "at": at})


def waiting_pickups(
    connection: Connection | Session, *, location_id: UUID, most: int
) -> tuple[WaitingPickup, ...]:
    """Return what lies ready at a store, what is let go first at the head."""
    rows = _READY.all(connection, {"location": location_id, "most": most})
    lines = lines_by_fulfilment(connection, [row.id for row in rows])
    return tuple(
        WaitingPickup(
            id=row.id,
            order_id=row.order_id,
            number=row.number,
            name=row.name,
            phone=row.phone,
            email=row.email,
            shelf=row.shelf,
            ready_at=row.ready_at,
            collect_by=row.collect_by,
            reason=row.reason,
            due=Money(int(row.due_minor), row.currency),
            lines=tuple(lines[row.id]),
        )
        for row in rows
    )
