"""The journey of an order as its page tells it: what has happened, and what comes when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _

from commerce.fulfilment.carriers import waybill_of
from commerce.kernel.money import Money
from commerce.orders.rows import (
    Actor,
    EventKind,
    EventRow,
    OrderLineRow,
    OrderRow,
    OrderState,
)
from commerce.orders.story import answered, happened_at, has_arrived
from commerce.web.formats import money
from commerce.web.tracking_words import scan_place, stage_name, stage_of, stage_state
from storefront.shop.order_outlook import Outlook, given_up_title, goods_words
from storefront.shop.promised import promised_words
from storefront.shop.sold_names import SoldName
from storefront.shop.visit import Visit


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the journey, as `components/timeline.html` wants it."""

    title: str
    state: str
    at: datetime | None = None
    text: str = ""
    link: dict[str, str] | None = None


# Attempts to pay stand among the payments; here they would come before the order itself.
_TOLD = {
    EventKind.HOLD_EXPIRED: "wait",
    EventKind.NOT_COLLECTED: "wait",
    EventKind.CANCELLED: "bad",
    EventKind.REFUND_STARTED: "wait",
    EventKind.RETURN_REFUSED: "bad",
}

# What the shopper was told by another step already: that an order is closed is the shop's own matter
# once everything has been sent, handed over or done.
_ENDINGS = frozenset({EventKind.SHIPPED, EventKind.HANDED_OVER, EventKind.SERVICE_DELIVERED})

_BACK = frozenset({EventKind.RETURNED, EventKind.RETURN_RECEIVED})

_BEGINNINGS = frozenset({EventKind.PLACED, EventKind.SOLD})


def _titles(order: OrderRow, events: Sequence[EventRow]) -> dict[EventKind, str]:
    return {
        EventKind.GIVEN_UP: given_up_title(order.delivery.get("kind")),
        EventKind.PAID: _("Paid"),
        EventKind.PLACED: _("Order placed"),
        EventKind.SOLD: _("Bought in the store"),
        EventKind.HOLD_EXPIRED: _("The goods were let go"),
        EventKind.READY: _("Ready for pickup"),
        EventKind.NOT_COLLECTED: _("Nobody came for it in time"),
        EventKind.HANDED_OVER: _("Handed over"),
        EventKind.SHIPPED: _("Sent"),
        EventKind.TRACKED: "",  # a scan names itself
        EventKind.CANCELLED: _("Cancelled"),
        EventKind.REFUND_STARTED: _("Refund begun"),
        EventKind.REFUNDED: _("Refunded"),
        EventKind.RETURNED: _("Goods came back"),
        EventKind.RETURN_ASKED: _("Return asked for"),
        EventKind.RETURN_APPROVED: _("Return agreed"),
        EventKind.RETURN_REFUSED: _("Return not accepted"),
        EventKind.RETURN_CANCELLED: _("Return taken back"),
        EventKind.RETURN_RECEIVED: _("Your return has arrived"),
        EventKind.SERVICE_DELIVERED: _("Service delivered"),
        EventKind.COMPLETED: _("Order closed") if never_left(order, events) else _("Completed"),
        EventKind.MAIL_SENT: _("Confirmation sent by e-mail"),
    }


def journey(
    visit: Visit,
    order: OrderRow,
    events: Sequence[EventRow],
    *,
    lines: tuple[OrderLineRow, ...],
    names: Mapping[UUID, SoldName],
    outlook: Outlook,
) -> list[Step]:
    """Return what has happened, and what comes when: nothing, where nothing is left to come."""
    titles = _titles(order, events)
    past = sorted(sent_in_time(events), key=_as_thought_of)
    over = answered(past)
    told = [
        Step(
            title=titles[event.kind],
            state="done" if event.id in over else _TOLD.get(event.kind, "done"),
            at=event.at,
            text=goods_words(event, lines, names) or _event_words(visit, event),
            link=_tracking(visit, event),
        )
        if event.kind is not EventKind.TRACKED
        else _scanned(visit, event)
        for event in past
        if event.kind in titles and not _is_told_otherwise(event, past, over)
    ]
    waited = not past or past[0].kind not in _BEGINNINGS
    if order.state is OrderState.AWAITING_PAYMENT or waited:
        told.insert(0, Step(_("We have your order"), "done", at=order.created_at))
    return [*told, *_to_come(visit, order, events, outlook)]


def _is_told_otherwise(event: EventRow, past: Sequence[EventRow], over: frozenset[UUID]) -> bool:
    """Whether another step tells it: the refund that followed, the parcel that closed the order."""
    if event.kind is EventKind.COMPLETED:
        return any(each.kind in _ENDINGS for each in past)
    return event.kind is EventKind.REFUND_STARTED and event.id in over


def sent_in_time(events: Sequence[EventRow]) -> list[EventRow]:
    """Return the events with each parcel sent by its first scan, whenever somebody said so."""
    scanned: dict[object, datetime] = {}
    for event in events:
        if event.kind is EventKind.TRACKED:
            at, part = happened_at(event), event.facts.get("fulfilment")
            scanned[part] = min(at, scanned.get(part, at))
    return [
        replace(event, at=min(event.at, scanned.get(event.facts.get("fulfilment"), event.at)))
        if event.kind is EventKind.SHIPPED
        else event
        for event in events
    ]


def _as_thought_of(event: EventRow) -> tuple[datetime, bool, datetime, bool]:
    """Return where an event stands: minute by minute, and the order before what came of it.

    An order counts as placed once it is paid, a moment later; people order first and pay then.
    """
    at = happened_at(event)
    return (
        at.replace(second=0, microsecond=0),
        event.kind not in _BEGINNINGS,
        at,
        event.kind is EventKind.TRACKED,
    )


def _scanned(visit: Visit, event: EventRow) -> Step:
    told, stage = event.facts, stage_of(event.facts)
    return Step(
        title=stage_name(stage, visit.language),
        state=stage_state(stage),
        at=happened_at(event),
        text=scan_place(str(told.get("place", "")), str(told.get("country", "")), visit.language),
    )


def _event_words(visit: Visit, event: EventRow) -> str:
    told = event.facts
    if "amount_minor" in told and "currency" in told:
        return money(Money(int(told["amount_minor"]), str(told["currency"])))
    if event.kind is EventKind.CANCELLED:
        sold_out = event.actor is Actor.SYSTEM and told.get("reason") == "sold_out"
        why = _("The goods sold out while your payment was under way.") if sold_out else ""
        if event.actor is Actor.SYSTEM and told.get("reason") == "not_collected":
            why = _("Nobody came for the goods in time.")
        return str(told.get("told") or why)
    waybill = waybill_of(told)
    return " ".join(filter(None, (waybill.carrier_in(visit.language), waybill.number)))


def _tracking(visit: Visit, event: EventRow) -> dict[str, str] | None:
    waybill = waybill_of(event.facts)
    if not waybill.url:
        return None
    label = _("Follow the parcel at %(carrier)s", carrier=waybill.carrier_in(visit.language))
    return {"label": label, "url": waybill.url}


def _to_come(
    visit: Visit, found: OrderRow, events: Sequence[EventRow], outlook: Outlook
) -> list[Step]:
    past = {event.kind for event in events}
    if found.state is OrderState.AWAITING_PAYMENT:
        return [Step(_("Your payment"), "wait")]
    if still_coming(visit, found, events):
        last = promised_words(visit.language, found, visit.facts.store_names)
        return [Step(last, "next")] if last else []
    if found.state is not OrderState.PLACED or not outlook.awaited:
        return []
    kind = found.delivery.get("kind")
    steps = []
    if kind == "pickup" and EventKind.READY in past:
        return [Step(_("You pick it up"), "now")]
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


def never_left(found: OrderRow, events: Sequence[EventRow]) -> bool:
    """Whether an order is closed of which every unit was given up and nothing was ever sent."""
    past = {event.kind for event in events}
    gone = past & {EventKind.SHIPPED, EventKind.HANDED_OVER}
    return found.state is OrderState.COMPLETED and EventKind.GIVEN_UP in past and not gone


def still_coming(visit: Visit, found: OrderRow, events: Sequence[EventRow]) -> bool:
    """Whether an order of which everything was sent can still be on its way.

    What came back has arrived before, and nobody waits for what was paid back whole.
    """
    back = any(event.kind in _BACK for event in events)
    if back or paid_back(found, events) or never_left(found, events) or has_arrived(events):
        return False
    latest = found.delivery.get("latest")
    sent = found.state is OrderState.COMPLETED and found.delivery.get("kind") == "parcel"
    return bool(sent and latest and date.fromisoformat(str(latest)) >= visit.at.date())


def paid_back(found: OrderRow, events: Sequence[EventRow]) -> bool:
    """Whether the whole of an order was given back."""
    back = sum(
        int(event.facts.get("amount_minor", 0))
        for event in events
        if event.kind is EventKind.REFUNDED
    )
    return back >= found.total_minor > 0
