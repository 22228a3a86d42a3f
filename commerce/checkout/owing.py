"""What orders still owe their customers, and what they never will: the one answer for every reader.

Badges, lists and counts of the desk ask here, and so do the order's own page, its letters and the API.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    and_,
    bindparam,
    literal_column,
    text,
    true,
)

from commerce.kernel.statements import Statement
from commerce.orders.rows import EventKind, EventRow, OrderLineRow


class Owing(StrEnum):
    """What is left to be done for a placed order."""

    GOODS = "goods"
    SERVICE = "service"
    NOTHING = "nothing"
    """Every unit was given up before it left, and some of the money was kept: somebody closes it."""


# Units that were given up leave their source at 0. Goods without a source had no place to leave from.
_OWING = """
CASE WHEN sales_order.state <> 'placed' THEN NULL
  WHEN sales_order.delivery ->> 'kind' = 'service' THEN 'service'
  WHEN EXISTS (SELECT FROM order_source s WHERE s.merchant_id = sales_order.merchant_id
               AND s.order_id = sales_order.id AND s.quantity > 0) THEN 'goods'
  WHEN EXISTS (SELECT FROM order_line l
               JOIN variant v ON v.merchant_id = l.merchant_id AND v.id = l.variant_id
               WHERE l.merchant_id = sales_order.merchant_id AND l.order_id = sales_order.id
                 AND v.requires_shipping AND NOT EXISTS (
                   SELECT FROM order_source s WHERE s.merchant_id = l.merchant_id
                     AND s.order_id = l.order_id AND s.variant_id = l.variant_id)) THEN 'goods'
  ELSE 'nothing' END
"""

_GAVE_BACK = """
EXISTS (SELECT FROM payment p WHERE p.merchant_id = sales_order.merchant_id
        AND p.order_id = sales_order.id AND p.refunded_minor + p.refunding_minor > 0)
"""

_COUNTED = Statement(f"""
SELECT {_OWING} AS owing, count(*) AS orders
FROM sales_order WHERE state = 'placed' GROUP BY 1
""")  # noqa: S608 - no word of it comes from outside

_STANDING = Statement(f"""
SELECT sales_order.id, {_OWING} AS owing, COALESCE(p.paid, 0) AS paid, COALESCE(p.back, 0) AS back
FROM sales_order
LEFT JOIN LATERAL (
  SELECT sum(captured_minor) AS paid, sum(refunded_minor + refunding_minor) AS back
  FROM payment WHERE payment.merchant_id = sales_order.merchant_id
    AND payment.order_id = sales_order.id
) AS p ON true
WHERE sales_order.id = ANY(:orders)
""")  # noqa: S608 - no word of it comes from outside

_WAS_WANTED = """
sales_order.channel <> 'till' OR sales_order.state <> 'cancelled'
  OR sales_order.placed_at IS NOT NULL OR EXISTS (
    SELECT FROM payment p WHERE p.merchant_id = sales_order.merchant_id
      AND p.order_id = sales_order.id AND p.captured_minor > 0
  )
"""

_GAVE_BACK_BETWEEN = """EXISTS (
  SELECT FROM payment p JOIN refund r ON r.merchant_id = p.merchant_id AND r.payment_id = p.id
  WHERE p.merchant_id = sales_order.merchant_id AND p.order_id = sales_order.id
    AND r.state = 'done'
    AND r.settled_at >= COALESCE(:repaid_since, CAST('-infinity' AS timestamptz))
    AND r.settled_at < COALESCE(:repaid_until, CAST('infinity' AS timestamptz))
)"""

# Sources tell how much is served, so what they lack of the lines was given up; but only once somebody
# said so, because the sources of goods that nobody has any more are gone as well.
_GIVEN_UP = Statement("""
SELECT l.variant_id, sum(l.quantity) - max(s.units) AS units
FROM order_line l
JOIN LATERAL (
  SELECT sum(quantity) AS units FROM order_source
  WHERE merchant_id = l.merchant_id AND order_id = l.order_id AND variant_id = l.variant_id
) AS s ON s.units IS NOT NULL
WHERE l.order_id = :order
GROUP BY l.variant_id HAVING sum(l.quantity) > max(s.units)
""")


@dataclass(frozen=True, slots=True)
class OrderStanding:
    """What is left to be done for an order, and how much of its money went back.

    Amounts are in minor units of the order's currency; what is on its way back counts.
    """

    owing: Owing | None
    paid_minor: int
    back_minor: int

    @property
    def repaid(self) -> bool:
        """Whether the customer has all the money back."""
        return 0 < self.paid_minor <= self.back_minor

    @property
    def awaited(self) -> bool:
        """Whether the customer has anything to wait for: nobody waits for what was repaid whole."""
        return self.owing in {Owing.GOODS, Owing.SERVICE} and not self.repaid


def owes(what: Owing) -> ColumnElement[bool]:
    """Return the condition by which a list of orders keeps those that owe `what`."""
    # The state stands beside it because the index of open orders is by it.
    return and_(
        literal_column("sales_order.state") == "placed", literal_column(f"({_OWING})") == what.value
    )


def gave_back() -> ColumnElement[bool]:
    """Return the condition by which a list of orders keeps those of which money went back."""
    return literal_column(f"({_GAVE_BACK})").is_(true())


def was_wanted() -> ColumnElement[bool]:
    """Return the condition that leaves out sales a till gave up before any money came.

    A card that was declined leaves such a one behind each time, and no customer ever knew of it.
    """
    return literal_column(f"({_WAS_WANTED})").is_(true())


def gave_back_between(since: datetime | None, until: datetime | None) -> ColumnElement[bool]:
    """Return the condition by which a list keeps orders of which money went back in that time."""
    found = text(_GAVE_BACK_BETWEEN).bindparams(
        bindparam("repaid_since", since, DateTime(timezone=True)),
        bindparam("repaid_until", until, DateTime(timezone=True)),
    )
    return and_(true(), found)


def count_owing(connection: Connection) -> dict[Owing, int]:
    """Return how many placed orders owe what."""
    return {Owing(row.owing): int(row.orders) for row in _COUNTED.all(connection, {})}


def standings(connection: Connection, *, order_ids: Sequence[UUID]) -> dict[UUID, OrderStanding]:
    """Return how orders stand, by id."""
    return {
        row.id: OrderStanding(Owing(row.owing) if row.owing else None, int(row.paid), int(row.back))
        for row in _STANDING.all(connection, {"orders": list(order_ids)})
    }


def given_up_of(
    connection: Connection,
    *,
    order_id: UUID,
    lines: Iterable[OrderLineRow],
    events: Iterable[EventRow],
) -> Mapping[UUID, int]:
    """Return how many units of each of the order's lines will never come, by the line's id.

    `events` are its timeline: nothing is read where nobody has given anything up. Of two lines of
    one variant the last loses its units first.
    """
    if not any(event.kind is EventKind.GIVEN_UP for event in events):
        return {}
    left = Counter[UUID](
        {row.variant_id: int(row.units) for row in _GIVEN_UP.all(connection, {"order": order_id})}
    )
    gone: dict[UUID, int] = {}
    for line in sorted(lines, key=lambda each: each.position, reverse=True):
        if line.variant_id is None:
            continue
        units = min(left[line.variant_id], line.quantity)
        if units:
            gone[line.id] = units
            left[line.variant_id] -= units
    return gone
