"""What letters say when goods have left, or a service is delivered."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from commerce.fulfilment.carriers import waybill_of
from commerce.orders.rows import EventKind, EventRow, OrderLineRow, OrderRow
from commerce.orders.story import happened_at
from commerce.park.queries.merchants import MerchantCard
from commerce.web.mails.facts import (
    AboutOrder,
    ToldGoods,
    address_of,
    days_of,
    language_of,
    order_url,
)
from commerce.web.tracking_words import scan_line


@dataclass(frozen=True, slots=True)
class DepartureFacts(AboutOrder):
    """Everything in the letter, ready to be read."""

    lines: tuple[ToldGoods, ...]
    further: bool
    """Whether another parcel of the order left before this one."""
    more: bool
    """Whether the order still waits for something."""
    carrier: str
    number: str
    track_url: str
    """The carrier's own page about the parcel; empty where none is known."""
    steps: tuple[str, ...]
    """Where the parcel was seen before the letter was written, each in one line."""
    days: str
    """The promised days, while they lie ahead."""
    address: tuple[str, ...]

    @property
    def subject(self) -> str:
        """What stands in the list of letters."""
        number = self.order.number
        if self.language == "zh":
            told = "已发货"
            if self.further or self.more:
                told = "又有包裹发出" if self.further else "部分商品已发货"
            return f"{self.shop}：订单 {number} {told}"
        what = f"order {number}"
        if self.further or self.more:
            what = f"{'another parcel' if self.further else 'a part'} of order {number}"
        return f"{self.shop}: {what} is on its way"


@dataclass(frozen=True, slots=True)
class ServiceFacts(AboutOrder):
    """What the letter about a service that is delivered says."""

    lines: tuple[ToldGoods, ...]

    @property
    def subject(self) -> str:
        """What stands in the list of letters."""
        if self.language == "zh":
            return f"{self.shop}：订单 {self.order.number} 的服务已完成"
        return f"{self.shop}: the service of order {self.order.number} is delivered"


def departure_facts(
    *,
    order: OrderRow,
    lines: Iterable[OrderLineRow],
    event: EventRow,
    told: Iterable[EventRow],
    more: bool,
    merchant: MerchantCard,
    public_url: str,
) -> DepartureFacts:
    """Return what the letter about the parcel of `event` says; `told` is what happened so far."""
    language = language_of(order)
    waybill, story = waybill_of(event.facts), tuple(told)
    promised = str(order.delivery.get("latest") or "") >= event.at.date().isoformat()
    return DepartureFacts(
        order=order,
        language=language,
        shop=merchant.name_in(language),
        reply_to=merchant.reply_to,
        url=order_url(merchant, public_url, language),
        lines=_packed(tuple(lines), event),
        further=any(each.kind is EventKind.SHIPPED and each.id < event.id for each in story),
        more=more,
        carrier=waybill.carrier_in(language),
        number=waybill.number,
        track_url=waybill.url,
        steps=_steps(story, event, merchant.time_zone, language),
        days=days_of(order.delivery, language) if promised else "",
        address=address_of(order, language),
    )


def _steps(
    told: Iterable[EventRow], event: EventRow, time_zone: str, language: str
) -> tuple[str, ...]:
    """Return the scans of the parcel that `event` tells of, by the clock of its merchant."""
    part = event.facts.get("fulfilment")
    scans = [
        each
        for each in told
        if each.kind is EventKind.TRACKED and part and each.facts.get("fulfilment") == part
    ]
    return tuple(
        scan_line(each.facts, happened_at(each).astimezone(ZoneInfo(time_zone)), language)
        for each in sorted(scans, key=happened_at)
    )


def service_facts(
    *, order: OrderRow, lines: Iterable[OrderLineRow], merchant: MerchantCard, public_url: str
) -> ServiceFacts:
    """Return what the letter about a delivered service says."""
    language = language_of(order)
    return ServiceFacts(
        order=order,
        language=language,
        shop=merchant.name_in(language),
        reply_to=merchant.reply_to,
        url=order_url(merchant, public_url, language),
        lines=tuple(ToldGoods(each.name, each.variant_name, each.quantity) for each in lines),
    )


def _packed(lines: tuple[OrderLineRow, ...], event: EventRow) -> tuple[ToldGoods, ...]:
    """Return what is in the parcel, called as it was sold."""
    sold = {line.variant_id: line for line in lines}
    packed = [
        (sold.get(UUID(goods["variant_id"])), int(goods["quantity"]))
        for goods in event.facts.get("goods", ())
    ]
    return tuple(ToldGoods(line.name, line.variant_name, units) for line, units in packed if line)
