"""Until when goods of an order may be sent back."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commerce.orders.rows import EventKind, EventRow, OrderRow

_HANDED = frozenset({EventKind.HANDED_OVER, EventKind.SOLD})
_DELIVERED = "delivered"


def arrived_on(order: OrderRow, events: Sequence[EventRow], *, zone: str) -> date | None:
    """Return the day on which the last of what was sent has reached the buyer; None before any was.

    Once carriers have told of every parcel that it was delivered, their days count. Until then a parcel
    counts as arrived on the last day that was promised, or as many days after it left as had been
    promised from the order on: too late rather than too early.
    """
    handed = [_local(event.at, zone) for event in events if event.kind in _HANDED]
    sent = [_promised(order, event, zone) for event in events if event.kind is EventKind.SHIPPED]
    scanned = _scanned(events, zone)
    days = [*handed, *(scanned if len(scanned) >= len(sent) else (*scanned, *sent))]
    return max(days, default=None) if handed or sent else None


def last_moment(arrived: date, *, days: int, zone: str) -> datetime:
    """Return the end of the last day on which goods that came on `arrived` may be sent back.

    The day itself does not count, and the last day ends at midnight (Regulation 1182/71, article 3).
    """
    after = arrived + timedelta(days=days + 1)
    return datetime.combine(after, time(), tzinfo=ZoneInfo(zone))


def _scanned(events: Sequence[EventRow], zone: str) -> list[date]:
    """Return the day of each parcel's delivery, as its carrier told it, the latest where it told two."""
    told: dict[str, date] = {}
    for event in events:
        if event.kind is EventKind.TRACKED and event.facts.get("stage") == _DELIVERED:
            at = datetime.fromisoformat(str(event.facts.get("scanned_at") or event.at.isoformat()))
            parcel = str(event.facts.get("label") or event.id)
            told[parcel] = max(told.get(parcel, date.min), _local(at, zone))
    return list(told.values())


def _promised(order: OrderRow, event: EventRow, zone: str) -> date:
    day = _local(event.at, zone)
    latest = order.delivery.get("latest")
    if not latest:
        return day
    promised = date.fromisoformat(str(latest))
    ordered = _local(order.placed_at or order.created_at, zone)
    return max(promised, day + max(promised - ordered, timedelta()))


def _local(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
