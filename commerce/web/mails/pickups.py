"""What letters say about goods that lie ready: where, until when, and the code to show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from commerce.fulfilment.hours import OpeningHours
from commerce.fulfilment.pickup_codes import spaced
from commerce.fulfilment.rows import FulfilmentRow
from commerce.fulfilment.service import PickupCode
from commerce.inventory.rows import LocationRow
from commerce.orders.rows import OrderLineRow, OrderRow
from commerce.park.queries.merchants import MerchantCard
from commerce.web.formats import day_in
from commerce.web.mails.facts import AboutOrder, ToldGoods, language_of, order_url, place_lines

_WEEK = range(1, 8)


@dataclass(frozen=True, slots=True)
class PickupFacts(AboutOrder):
    """Everything in the letter, ready to be read."""

    lines: tuple[ToldGoods, ...]
    reminds: bool
    """Whether the customer was told before."""
    digits: str
    picture_url: str
    """The code as a picture, at the shop; it opens with the order's link."""
    until: str
    """The last day on which the goods are kept."""
    place: tuple[str, ...]
    hours: tuple[str, ...]

    @property
    def subject(self) -> str:
        """What stands in the list of letters."""
        number = self.order.number
        if self.language == "zh":
            told = f"请于{self.until}前到店自提" if self.reminds else "可以自提了"
            return f"{self.shop}：订单 {number} {told}"
        told = f"still waits for you, until {self.until}" if self.reminds else "is ready for pickup"
        return f"{self.shop}: order {number} {told}"


def pickup_facts(
    *,
    order: OrderRow,
    part: FulfilmentRow,
    lines: Iterable[OrderLineRow],
    code: PickupCode,
    store: LocationRow | None,
    hours: OpeningHours | None,
    merchant: MerchantCard,
    public_url: str,
    reminds: bool,
) -> PickupFacts:
    """Return what the letter about a part that lies ready says."""
    language = language_of(order)
    url = order_url(merchant, public_url, language)
    return PickupFacts(
        order=order,
        language=language,
        shop=merchant.name_in(language),
        reply_to=merchant.reply_to,
        url=url,
        lines=_ready(part, tuple(lines)),
        reminds=reminds,
        digits=spaced(code.digits),
        picture_url=f"{url}/pickup/{part.id}.png",
        until=day_in(last_day(part, merchant.time_zone), language),
        place=place_lines(store, language) if store else (),
        hours=hours_in_words(hours, language) if hours else (),
    )


def last_day(part: FulfilmentRow, time_zone: str) -> date:
    """Return the last local day on which a part that lies ready is kept."""
    if part.collect_by is None:
        raise ValueError(f"{part.id} does not lie ready")
    local = part.collect_by.astimezone(ZoneInfo(time_zone))
    return (local - timedelta(microseconds=1)).date()


def hours_in_words(hours: OpeningHours, language: str) -> tuple[str, ...]:
    """Return the weekly hours, days with the same ones together: Mon – Fri 10:00–21:00."""
    names = get_day_names("abbreviated", locale=language)
    joint = "至" if language == "zh" else " – "
    told = []
    for spans, days in groupby(_WEEK, key=lambda day: _spans(hours, day)):
        named = [names[day - 1] for day in days]
        if spans:
            when = named[0] if len(named) == 1 else f"{named[0]}{joint}{named[-1]}"
            told.append(f"{when} {spans}")
    return tuple(told)


def _spans(hours: OpeningHours, weekday: int) -> str:
    spans = sorted((each.opens, each.closes) for each in hours.spans if each.weekday == weekday)
    return ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in spans)


def _ready(part: FulfilmentRow, lines: Sequence[OrderLineRow]) -> tuple[ToldGoods, ...]:
    """Return what lies ready, called as it was sold."""
    sold: Mapping[UUID | None, OrderLineRow] = {line.variant_id: line for line in lines}
    return tuple(
        ToldGoods(line.name, line.variant_name, each.quantity)
        for each in part.lines
        if each.quantity and (line := sold.get(each.variant_id))
    )
