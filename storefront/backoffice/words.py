"""What the desk calls states, channels, movements and events, in the page's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from commerce.checkout.owing import OrderStanding, Owing
from commerce.customers.phones import phone_in_groups
from commerce.fulfilment.carriers import waybill_of
from commerce.inventory.rows import MovementKind
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.kernel.territories import territory_name
from commerce.orders.rows import EventKind, EventRow, OrderState
from commerce.payments.rows import PaymentState, Tender
from commerce.web.formats import days_in, money
from commerce.web.formats import moment as written_moment
from commerce.web.languages import language, time_zone
from commerce.web.refusals import why_refused
from commerce.web.tracking_words import scan_place, stage_name, stage_of, stage_state
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext


@dataclass(frozen=True, slots=True)
class Label:
    """A word with the kind of tag it is drawn as."""

    word: str
    kind: str = ""


def order_state(
    state: OrderState | str, kind: str = "", standing: OrderStanding | None = None
) -> Label:
    """Return what the desk calls an order's state; a pickup is handed over, a service delivered.

    With its `standing`, one that owes nothing any more says so, and so does one that is all repaid.
    """
    if standing is not None and standing.owing is Owing.NOTHING:
        return Label(_("To close"), "wait")
    if standing is not None and standing.repaid and state == OrderState.COMPLETED:
        return Label(_("Refunded"))
    if kind == "service" and state == OrderState.PLACED:
        return Label(_("To deliver"), "info")
    if kind == "pickup" and state == OrderState.PLACED:
        return Label(_("To hand over"), "info")
    return {
        OrderState.AWAITING_PAYMENT: Label(_("Awaiting payment"), "wait"),
        OrderState.PLACED: Label(_("To send"), "info"),
        OrderState.COMPLETED: Label(_("Completed")),
        OrderState.CANCELLED: Label(_("Cancelled")),
    }[OrderState(state)]


def channel_name(channel: Channel | str) -> str:
    """Return what the desk calls a counter."""
    return {Channel.WEB: _("Web"), Channel.TILL: _("Till"), Channel.API: _("API")}[Channel(channel)]


def product_state(status: str) -> Label:
    """Return what the desk calls a product's state."""
    return {
        "active": Label(_("On sale"), "good"),
        "draft": Label(_("Draft"), "wait"),
        "archived": Label(_("Archived")),
    }[status]


def payment_state(state: PaymentState) -> Label:
    """Return what the desk calls a payment's state."""
    return {
        PaymentState.STARTED: Label(_("Started"), "wait"),
        PaymentState.PENDING: Label(_("On its way"), "wait"),
        PaymentState.ACTION_REQUIRED: Label(_("Waiting for the customer"), "wait"),
        PaymentState.UNKNOWN: Label(_("Being looked into"), "wait"),
        PaymentState.AUTHORISED: Label(_("Authorised"), "info"),
        PaymentState.CAPTURED: Label(_("Paid"), "good"),
        PaymentState.FAILED: Label(_("Failed"), "bad"),
        PaymentState.CANCELLED: Label(_("Given up")),
    }[state]


def refund_state(state: str) -> Label:
    """Return what the desk calls a refund's state."""
    return {
        "requested": Label(_("On its way"), "wait"),
        "done": Label(_("Given back"), "good"),
        "failed": Label(_("Failed"), "bad"),
    }[state]


def tender_name(tender: Tender | str) -> str:
    """Return what people pay with."""
    return {
        Tender.CASH: _("Cash"),
        Tender.CARD: _("Card"),
        Tender.ONLINE: _("Online"),
        Tender.GIFT_CARD: _("Gift card"),
        Tender.STORE_CREDIT: _("Store credit"),
    }[Tender(tender)]


def movement_name(kind: MovementKind | str) -> str:
    """Return why stock changed."""
    return {
        MovementKind.OPENING: _("Opening stock"),
        MovementKind.RECEIVED: _("Received"),
        MovementKind.SOLD: _("Sold"),
        MovementKind.RETURNED: _("Came back"),
        MovementKind.COUNTED: _("Counted"),
        MovementKind.ADJUSTED: _("Adjusted"),
        MovementKind.DAMAGED: _("Damaged"),
        MovementKind.MOVED_OUT: _("Moved out"),
        MovementKind.MOVED_IN: _("Moved in"),
        MovementKind.DISCREPANCY: _("Not on the books"),
    }[MovementKind(kind)]


def place_kind(kind: str) -> str:
    """Return what the desk calls a kind of place."""
    return {
        "warehouse": _("Warehouse"),
        "bonded": _("Bonded warehouse"),
        "store": _("Store"),
        "overseas": _("Overseas warehouse"),
        "transit": _("In transit"),
        "quarantine": _("Quarantine"),
    }[kind]


def country_name(code: str) -> str:
    """Return a country's name in the page's language, or the code itself."""
    return territory_name(code, language())


def in_language(english: str, chinese: str) -> str:
    """Return the wording of the page's language, or the other where it is blank."""
    return (chinese or english) if language() == "zh" else (english or chinese)


_EVENT_STATES = {
    EventKind.PAYMENT_FAILED: "bad",
    EventKind.STOCK_SHORT: "bad",
    EventKind.DECLINED: "wait",
    EventKind.NOT_COLLECTED: "wait",
    EventKind.LABEL_REFUSED: "bad",
    EventKind.LABEL_KEPT: "wait",
    EventKind.PICKED_SHORT: "wait",
    EventKind.TO_TAKE_OUT: "wait",
    EventKind.REFUND_FAILED: "bad",
    EventKind.HOLD_EXPIRED: "wait",
    EventKind.PAYMENT_STARTED: "wait",
    EventKind.REFUND_STARTED: "wait",
}


def event_state(event: EventRow) -> str:
    """Return how the timeline draws an event."""
    if event.kind is EventKind.TRACKED:
        return stage_state(stage_of(event.facts))
    return "done" if _is_called_off(event) else _EVENT_STATES.get(event.kind, "done")


def _is_called_off(event: EventRow) -> bool:
    """Return whether a refund ended because the desk took back that a till pays it."""
    return event.kind is EventKind.REFUND_FAILED and event.facts.get("reason") == "withdrawn"


def event_title(event: EventRow) -> str:
    """Return what the timeline calls an event."""
    if _is_called_off(event):
        return _("Refund called off")
    if event.kind is EventKind.TRACKED:
        return stage_name(stage_of(event.facts), language())
    return {
        EventKind.PAYMENT_STARTED: _("Payment begun"),
        EventKind.PAYMENT_FAILED: _("Payment failed"),
        EventKind.PAID: _("Paid"),
        EventKind.PLACED: _("Order placed"),
        EventKind.SOLD: _("Sold at the till"),
        EventKind.STOCK_SHORT: _("Goods sold to somebody else")
        if event.facts.get("sold_by")
        else _("Goods are missing"),
        EventKind.HOLD_EXPIRED: _("Reservation expired"),
        EventKind.PICKING: _("Picking begun"),
        EventKind.PUT_BACK: _("Laid back on the shelf"),
        EventKind.PICKED_SHORT: _("Not to be found"),
        EventKind.DECLINED: _("Declined"),
        EventKind.REROUTED: _("Comes from another place"),
        EventKind.PACKED: _("Packed"),
        EventKind.READY: _("Ready for pickup"),
        EventKind.PICKUP_REMINDED: _("Reminded of the pickup"),
        EventKind.NOT_COLLECTED: _("Not collected in time"),
        EventKind.HANDED_OVER: _("Handed over"),
        EventKind.LABEL_BOOKED: _("Label booked"),
        EventKind.LABEL_REFUSED: _("The carrier refused the parcel"),
        EventKind.LABEL_CANCELLED: _("Label cancelled"),
        EventKind.LABEL_KEPT: _("The carrier keeps the label"),
        EventKind.SHIPPED: _("Sent"),
        EventKind.CANCELLED: _("Cancelled"),
        EventKind.REFUND_STARTED: _("Refund begun"),
        EventKind.REFUNDED: _("Refunded"),
        EventKind.REFUND_FAILED: _("Refund failed"),
        EventKind.RETURNED: _("Goods came back"),
        EventKind.RETURN_ASKED: _("Return asked for"),
        EventKind.RETURN_APPROVED: _("Return agreed"),
        EventKind.RETURN_REFUSED: _("Return refused"),
        EventKind.RETURN_CANCELLED: _("Return taken back"),
        EventKind.RETURN_RECEIVED: _("Return received"),
        EventKind.RETURN_INSPECTED: _("Return looked at"),
        EventKind.GIVEN_UP: _("No longer to be sent"),
        EventKind.TO_TAKE_OUT: _("To be taken out of what is picked"),
        EventKind.TAKEN_OUT: _("Taken out and laid back"),
        EventKind.SERVICE_DELIVERED: _("Service delivered"),
        EventKind.COMPLETED: _("Completed"),
        EventKind.MAIL_SENT: _("Mail sent"),
        EventKind.NOTE: _("Note"),
    }[event.kind]


def event_text(event: EventRow, places: Mapping[str, str], people: Mapping[str, str]) -> str:
    """Return the particulars of an event in a few words, and who did it."""
    facts = event.facts
    if event.kind is EventKind.TRACKED:
        return _scan_words(facts)
    said: list[str] = []
    if "amount_minor" in facts:
        said.append(money(Money(int(facts["amount_minor"]), facts["currency"])))
    if "units" in facts:
        count = int(facts["units"])
        said.append(ngettext("%(num)d unit", "%(num)d units", count))
    if place := places.get(str(facts.get("location"))):
        said.append(place)
    said += _waybill_words(facts)
    if facts.get("sold_by"):
        said.append(_("by sale %(number)s", number=facts["sold_by"]))
    said += _reasons(event)
    if shelf := facts.get("shelf"):
        said.append(_("shelf %(name)s", name=shelf))
    if told := facts.get("told"):
        said.append(_("to the customer: %(words)s", words=told))
    if name := people.get(str(event.actor_id)):
        said.append(name)
    return " · ".join(said)


def _reasons(event: EventRow) -> list[str]:
    """Return why it was done, and what was written beside it."""
    reason = "" if _is_called_off(event) else _reason(event.facts)
    note = event.facts.get("note") if event.facts.get("reason") else ""
    return [str(each) for each in (reason, note) if each]


def _scan_words(facts: Mapping[str, Any]) -> str:
    where = scan_place(str(facts.get("place", "")), str(facts.get("country", "")), language())
    return " · ".join(filter(None, (where, waybill_of(facts).number)))


def _waybill_words(facts: Mapping[str, Any]) -> list[str]:
    waybill = waybill_of(facts)
    number = _("tracking number %(number)s", number=waybill.number) if waybill.number else ""
    return [word for word in (waybill.carrier_in(language()), number) if word]


def automatic_findings() -> dict[str, str]:
    """Return what Quayside itself says came of goods that a till had taken, by its code."""
    return {
        "goods-found-again": _("goods found at another place"),
        "goods-came-back": _("the goods came back"),
        "goods-given-up": _("no longer to be sent"),
    }


def reason_name(told: str) -> str:
    """Return a reason in the page's language if Quayside itself gave it, else as it was typed."""
    known = {
        "sold_out": _("sold out"),
        **automatic_findings(),
        "handed-over-twice": _("handed over at two tills, booked once"),
        "handed-over-unbooked": _("handed over without the network, not booked: put it right here"),
        "refused_at_counter": _("refused at the counter"),
        "expired": _("not paid in time"),
        "abandoned": _("given up"),
        "withdrawn": _("called off"),
        "return": _("return"),
        "late": _("paid too late"),
        "not owed": _("paid though nothing was owed"),
        "opening stock": _("stock at the start"),
        "import": _("import of a file"),
        "import undone": _("import taken back"),
        "sold at the till, not on the books": _("sold at the till, not on the books"),
        "sold on when it was out": _("sold on when it was out"),
        "not found when picking": _("not found when picking"),
        "damaged when picking": _("damaged when picking"),
        "not_found": _("not found"),
        "damaged": _("damaged"),
        "too_busy": _("too busy"),
        "closing": _("closing"),
        "cannot_pack": _("cannot be packed here"),
        "not_collected": _("not collected in time"),
    }
    return known.get(told, told)


def _reason(facts: Mapping[str, Any]) -> str:
    for name in ("reason", "note"):
        if told := facts.get(name):
            return reason_name(str(told))
    return why_refused(
        plugin=str(facts.get("plugin", "")),
        refusal=str(facts.get("refusal", "")),
        detail=str(facts.get("detail", "")),
    )


def when(moment: datetime) -> str:
    """Return a moment as the shop and its papers write it."""
    return written_moment(moment)


def when_briefly(moment: datetime) -> str:
    """Return a moment for a list: the year is told only of other years than this one."""
    zone = ZoneInfo(time_zone())
    local = moment.astimezone(zone)
    if local.year != utc_now().astimezone(zone).year:
        return written_moment(moment)
    if language() == "zh":
        return f"{local.month}月{local.day}日 {local:%H:%M}"
    return f"{local.day} {local:%b}, {local:%H:%M}"


def town(name: str) -> str:
    """Return a town as one reads it; some countries' post writes it in capitals on letters."""
    return name.title() if name.isupper() else name


def span_of_days(first: str, last: str) -> str:
    """Return promised days, kept as ISO dates, in words."""
    return days_in(date.fromisoformat(first), date.fromisoformat(last), language())


def install() -> dict[str, Any]:
    """Return the words that templates use."""
    return {
        "order_state": order_state,
        "channel_name": channel_name,
        "product_state": product_state,
        "payment_state": payment_state,
        "refund_state": refund_state,
        "tender_name": tender_name,
        "movement_name": movement_name,
        "place_kind": place_kind,
        "country_name": country_name,
        "phone_in_groups": phone_in_groups,
        "reason_name": reason_name,
        "in_language": in_language,
        "minor": Money,
        "when": when,
        "when_briefly": when_briefly,
        "why_refused": why_refused,
        "span_of_days": span_of_days,
    }
