"""The journey of an order as its page tells it: what has happened, and what comes when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from commerce.kernel.money import Money
from commerce.orders.rows import EventKind, EventRow, OrderRow, OrderState
from commerce.web.formats import money
from storefront.shop.promised import promised_words
from storefront.shop.visit import Visit


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the journey, as `components/timeline.html` wants it."""

    title: str
    state: str
    at: datetime | None = None
    text: str = ""
    link: None = None


# Attempts to pay stand among the payments; here they would come before the order itself.
_TOLD = {
    EventKind.HOLD_EXPIRED: "wait",
    EventKind.CANCELLED: "bad",
    EventKind.REFUND_STARTED: "wait",
}

_BEGINNINGS = frozenset({EventKind.PLACED, EventKind.SOLD})


def _titles() -> dict[EventKind, str]:
    return {
        EventKind.PAID: _("Paid"),
        EventKind.PLACED: _("Order placed"),
        EventKind.SOLD: _("Bought in the store"),
        EventKind.HOLD_EXPIRED: _("The goods were let go"),
        EventKind.HANDED_OVER: _("Handed over"),
        EventKind.SHIPPED: _("Sent"),
        EventKind.CANCELLED: _("Cancelled"),
        EventKind.REFUND_STARTED: _("Refund begun"),
        EventKind.REFUNDED: _("Refunded"),
        EventKind.RETURNED: _("Goods came back"),
        EventKind.GIVEN_UP: _("No longer to be sent"),
        EventKind.SERVICE_DELIVERED: _("Service delivered"),
        EventKind.COMPLETED: _("Completed"),
        EventKind.MAIL_SENT: _("Confirmation sent by e-mail"),
    }


def journey(visit: Visit, order: OrderRow, events: Sequence[EventRow]) -> list[Step]:
    """Return what has happened, and what comes when."""
    titles = _titles()
    told = [
        Step(
            title=titles[event.kind],
            state=_TOLD.get(event.kind, "done"),
            at=event.at,
            text=_event_words(event.facts),
        )
        for event in sorted(events, key=_as_thought_of)
        if event.kind in titles
    ]
    return [*told, *_to_come(visit, order, {event.kind for event in events})]


def _as_thought_of(event: EventRow) -> tuple[datetime, bool, datetime]:
    """Return where an event stands: minute by minute, and the order before what came of it.

    An order counts as placed once it is paid, a moment later; people order first and pay then.
    """
    minute = event.at.replace(second=0, microsecond=0)
    return minute, event.kind not in _BEGINNINGS, event.at


def _event_words(told: dict[str, Any]) -> str:
    if "amount_minor" in told and "currency" in told:
        return money(Money(int(told["amount_minor"]), str(told["currency"])))
    carrier, tracking = told.get("carrier"), told.get("tracking")
    return " ".join(str(part) for part in (carrier, tracking) if part)


def _to_come(visit: Visit, found: OrderRow, past: set[EventKind]) -> list[Step]:
    if found.state is OrderState.AWAITING_PAYMENT:
        return [Step(_("Your payment"), "now")]
    if still_coming(visit, found):
        last = promised_words(visit.language, found, visit.facts.store_names)
        return [Step(last, "next")] if last else []
    if found.state is not OrderState.PLACED:
        return []
    kind = found.delivery.get("kind")
    steps = []
    if kind == "pickup":
        steps.append(Step(_("We put it aside in the store"), "now"))
    elif kind == "parcel" and EventKind.SHIPPED not in past:
        steps.append(Step(_("We pack it"), "now"))
    last = promised_words(visit.language, found, visit.facts.store_names)
    if last:
        steps.append(Step(last, "next" if steps else "now"))
    if kind == "service":
        steps.append(Step(_("We deliver your service, and say so here"), "next" if last else "now"))
    return steps


def still_coming(visit: Visit, found: OrderRow) -> bool:
    """Whether an order of which everything was sent can still be on its way."""
    latest = found.delivery.get("latest")
    sent = found.state is OrderState.COMPLETED and found.delivery.get("kind") == "parcel"
    return bool(sent and latest and date.fromisoformat(str(latest)) >= visit.at.date())
