"""What of a timeline is still under way, and what has come to its end since."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from commerce.orders.rows import EventKind, EventRow

_ANSWERS = {
    EventKind.PAYMENT_STARTED: {
        EventKind.PAID,
        EventKind.PAYMENT_FAILED,
        EventKind.PLACED,
        EventKind.CANCELLED,
    },
    EventKind.HOLD_EXPIRED: {EventKind.PLACED, EventKind.CANCELLED},
}
_REFUND_ENDS = frozenset({EventKind.REFUNDED, EventKind.REFUND_FAILED})


def happened_at(event: EventRow) -> datetime:
    """Return when an event happened: a scan at its carrier's time, all else as it was written."""
    if event.kind is EventKind.TRACKED:
        return datetime.fromisoformat(str(event.facts["scanned_at"]))
    return event.at


def has_arrived(events: Sequence[EventRow]) -> bool:
    """Whether carriers say of every parcel that has left that it was delivered."""
    sent = {each.facts.get("fulfilment") for each in events if each.kind is EventKind.SHIPPED}
    arrived = {
        each.facts.get("fulfilment")
        for each in events
        if each.kind is EventKind.TRACKED and each.facts.get("stage") == "delivered"
    }
    return bool(sent) and sent <= arrived


def answered(events: Sequence[EventRow]) -> frozenset[UUID]:
    """Return which of these events, oldest first, had only begun something that is over since.

    A refund is answered by the end of one of the same amount, each by one.
    """
    ended = {
        event.id
        for place, event in enumerate(events, start=1)
        if any(later.kind in _ANSWERS.get(event.kind, ()) for later in events[place:])
    }
    begun: list[EventRow] = []
    for event in events:
        if event.kind is EventKind.REFUND_STARTED:
            begun.append(event)
        elif event.kind in _REFUND_ENDS:
            first = next((each for each in begun if _amount(each) == _amount(event)), None)
            if first is not None:
                begun.remove(first)
                ended.add(first.id)
    return frozenset(ended)


def _amount(event: EventRow) -> tuple[object, object]:
    return event.facts.get("amount_minor"), event.facts.get("currency")
