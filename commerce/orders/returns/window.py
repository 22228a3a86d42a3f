"""Until when goods of an order may be sent back."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commerce.orders.rows import EventKind, EventRow, OrderRow

_HANDED = frozenset({EventKind.HANDED_OVER, EventKind.SOLD})


def arrived_on(order: OrderRow, events: Sequence[EventRow], *, zone: str) -> date | None:
    """Return the day on which the last of what was sent has reached the buyer; None before any was.

    Nobody tells when a parcel arrives, so it counts as arrived on the last day that was promised, or
    as many days after it left as had been promised from the order on.
    """
    days = [_arrival(order, event, zone) for event in events]
    return max((day for day in days if day is not None), default=None)


def last_moment(arrived: date, *, days: int, zone: str) -> datetime:
    """Return the end of the last day on which goods that came on `arrived` may be sent back.

    The day itself does not count, and the last day ends at midnight (Regulation 1182/71, article 3).
    """
    after = arrived + timedelta(days=days + 1)
    return datetime.combine(after, time(), tzinfo=ZoneInfo(zone))


def _arrival(order: OrderRow, event: EventRow, zone: str) -> date | None:
    day = event.at.astimezone(ZoneInfo(zone)).date()
    if event.kind in _HANDED:
        return day
    if event.kind is not EventKind.SHIPPED:
        return None
    latest = order.delivery.get("latest")
    if not latest:
        return day
    promised = date.fromisoformat(str(latest))
    ordered = (order.placed_at or order.created_at).astimezone(ZoneInfo(zone)).date()
    return max(promised, day + max(promised - ordered, timedelta()))
