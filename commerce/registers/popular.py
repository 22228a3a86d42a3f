"""What a store's tills sell most: the quick keys of its selling page."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

_SPAN = timedelta(days=60)

_MOST_SOLD = text("""
SELECT l.variant_id FROM sales_order o
JOIN order_line l ON l.merchant_id = o.merchant_id AND l.order_id = o.id
JOIN variant v ON v.merchant_id = l.merchant_id AND v.id = l.variant_id AND v.retired_at IS NULL
WHERE o.channel = 'till' AND o.location_id = :location AND o.state = 'completed'
  AND o.placed_at >= :since AND o.placed_at < :until
GROUP BY l.variant_id ORDER BY count(*) DESC, l.variant_id LIMIT :most
""")


def ranked_at(moment: datetime, *, time_zone: str) -> datetime:
    """Return up to when sales count for the order of the quick keys: the beginning of a store's day.

    Clerks tap them by place: what is sold during the day, at whichever till, moves none of them.
    """
    day = moment.astimezone(ZoneInfo(time_zone)).date()
    return datetime.combine(day, time(), ZoneInfo(time_zone))


def most_sold(
    connection: Connection, *, location_id: UUID, until: datetime, most: int
) -> tuple[UUID, ...]:
    """Return the variants that were on most receipts of a store in the sixty days before `until`."""
    given = {"location": location_id, "since": until - _SPAN, "until": until, "most": most}
    return tuple(connection.scalars(_MOST_SOLD, given))
