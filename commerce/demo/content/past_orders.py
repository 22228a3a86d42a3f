"""Sixty days of trade that never happened: a recipe a seeding step places through the real services.

Nothing is priced here and no stock is moved; each order says who bought what, where, when and how
paid. The same park, moment and seed always give the same orders.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from random import Random
from typing import Final, Literal

from commerce.demo.content.errors import DemoContentError
from commerce.demo.content.goods import Currency
from commerce.demo.content.places import DeliveryOption, Register
from commerce.demo.content.records import Merchant, Park, Shopper

Tender = Literal["cash", "card"]
Counter = Literal["web", "till"]

# China has kept one time all year since 1992; a fixed offset needs no time zone files.
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Which counter of which merchant an order comes from, and how often in a hundred.
_COUNTERS: Final[tuple[tuple[str, Counter, int], ...]] = (
    ("porcelain-road", "till", 38),
    ("porcelain-road", "web", 27),
    ("harbour-imports", "web", 20),
    ("harbour-imports", "till", 10),
    ("lingang-counsel", "web", 5),
)
# Visits per hour of the day: a store fills after lunch and again before dinner ends; the web is
# busy at noon and late in the evening.
_TILL_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 5, 5, 6, 9, 10, 9, 7, 6, 8, 7, 3, 1, 0)
_WEB_HOURS = (4, 2, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 8, 6, 5, 5, 5, 5, 6, 7, 10, 12, 10, 7)
_BASKET_SIZES, _BASKET_WEIGHTS = (1, 2, 3, 4), (46, 32, 16, 6)
# Of a hundred weekday visits a store gets 65 for every 100 of a weekend day; of web visits 60 lead
# to an order on an ordinary day, all of them on Singles' Day.
_WEEKDAY_SHARE, _ORDINARY_WEB_SHARE = 0.65, 0.6
_SATURDAY, _SINGLES_DAY = 5, (11, 11)
_QUANTITIES, _QUANTITY_WEIGHTS = (1, 2, 3), (78, 17, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLine:
    """Name one line of a past order."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOrder:
    """Describe one past order of either counter.

    A till order names register and clerk, is paid in CNY and mostly knows no shopper. A web order
    names a shopper and, for goods, a delivery option. `location` is where the goods leave from;
    services leave from nowhere. `placed_at` is UTC.
    """

    placed_at: datetime
    merchant: str
    channel: Counter
    lines: tuple[PastLine, ...]
    currency: Currency
    tender: Tender
    location: str | None
    register: str | None = None
    clerk: str | None = None
    shopper: Shopper | None = None
    delivery: str | None = None


def generate_past_orders(
    park: Park, *, until: datetime, count: int = 200, days: int = 60, seed: int = 2026
) -> tuple[PastOrder, ...]:
    """Invent `count` orders of the `days` days before `until`, oldest first.

    Together they sell at most half of any opening stock, so every one of them can be placed.
    `until` must be aware; later hours of its day stay empty.

    Raises:
        DemoContentError: `count` is more than half of the stock can serve.
    """
    chance = Random(seed)  # noqa: S311 - a demo needs the same luck every time, not good luck
    shelves = _Shelves(park)
    merchants = {merchant.slug: merchant for merchant in park.merchant}
    orders = []
    for _ in range(count):
        slug, counter, _share = chance.choices(_COUNTERS, [share for *_, share in _COUNTERS])[0]
        merchant = merchants[slug]
        if counter == "till":
            orders.append(_till_order(park, merchant, shelves, chance, until=until, days=days))
        else:
            orders.append(_web_order(park, merchant, shelves, chance, until=until, days=days))
    return tuple(
        sorted(orders, key=lambda order: (order.placed_at, order.merchant, order.lines[0].sku))
    )


class _Shelves:
    """What may still be sold of each variant at each location: half of the opening stock."""

    def __init__(self, park: Park) -> None:
        self._left = {
            (variant.sku, location): count // 2
            for merchant in park.merchant
            for product in merchant.product
            for variant in product.variant
            for location, count in variant.stock.items()
        }

    def holds(self, sku: str, location: str | None) -> bool:
        """Say whether one more can be sold there; services, at no location, never run out."""
        return location is None or self._left.get((sku, location), 0) > 0

    def take(self, sku: str, location: str | None, wanted: int) -> int:
        """Take up to `wanted` units and return how many; a service is bought once."""
        if location is None:
            return 1
        taken = min(wanted, self._left[sku, location])
        self._left[sku, location] -= taken
        return taken


def _till_order(
    park: Park, merchant: Merchant, shelves: _Shelves, chance: Random, *, until: datetime, days: int
) -> PastOrder:
    register = chance.choice(merchant.register)
    clerk = next(s.email for s in merchant.staff if s.location == register.location)
    return PastOrder(
        placed_at=_store_moment(park, merchant, register, chance, until=until, days=days),
        merchant=merchant.slug,
        channel="till",
        lines=_basket(merchant, register.location, shelves, chance),
        currency="CNY",
        tender=chance.choices(("cash", "card"), (28, 72))[0],
        location=register.location,
        register=register.code,
        clerk=clerk,
    )


def _web_order(
    park: Park, merchant: Merchant, shelves: _Shelves, chance: Random, *, until: datetime, days: int
) -> PastOrder:
    shopper = chance.choice([s for s in park.shopper if merchant.slug in s.merchants])
    location = _dispatch_location(merchant)
    return PastOrder(
        placed_at=_web_moment(chance, until=until, days=days),
        merchant=merchant.slug,
        channel="web",
        lines=_basket(merchant, location, shelves, chance),
        currency=_currency_for(park, merchant, shopper),
        tender="card",
        location=location,
        shopper=shopper,
        delivery=_delivery_code(
            delivery_options_to(park, merchant, shopper.address.country), chance
        ),
    )


def _dispatch_location(merchant: Merchant) -> str | None:
    """Return where a merchant's parcels leave from: its warehouse, not its stores."""
    kept = (place.handle for place in merchant.location if place.kind != "experience-store")
    return next(kept, None)


def delivery_options_to(park: Park, merchant: Merchant, country: str) -> tuple[DeliveryOption, ...]:
    """Return the merchant's delivery options for an ISO 3166 country, cheapest first in the file."""
    return tuple(
        option for option in merchant.delivery if country in park.country_group[option.group]
    )


def _delivery_code(options: Sequence[DeliveryOption], chance: Random) -> str | None:
    if not options:
        return None
    return chance.choices(options, (4, 1)[: len(options)])[0].code


def _currency_for(park: Park, merchant: Merchant, shopper: Shopper) -> Currency:
    country = shopper.address.country
    if country in park.country_group["domestic"] or merchant.currencies == ("CNY",):
        return "CNY"
    return "EUR" if country in park.country_group["eu"] else "USD"


def _basket(
    merchant: Merchant, location: str | None, shelves: _Shelves, chance: Random
) -> tuple[PastLine, ...]:
    """Fill a basket; early products of the files sell best, as they do on a shop's first page."""
    variants = [variant for product in merchant.product for variant in product.variant]
    on_shelf = [v.sku for v in variants if shelves.holds(v.sku, location)]
    if not on_shelf:
        raise DemoContentError(faults=(f"{merchant.slug} has nothing left at {location}",))
    weights = [1 / (4 + rank) for rank in range(len(on_shelf))]
    size = 1 if location is None else chance.choices(_BASKET_SIZES, _BASKET_WEIGHTS)[0]
    lines: dict[str, int] = {}
    for sku in chance.choices(on_shelf, weights, k=size):
        if sku not in lines:
            wanted = chance.choices(_QUANTITIES, _QUANTITY_WEIGHTS)[0]
            lines[sku] = shelves.take(sku, location, wanted)
    return tuple(PastLine(sku=sku, quantity=quantity) for sku, quantity in lines.items())


def _store_moment(
    park: Park,
    merchant: Merchant,
    register: Register,
    chance: Random,
    *,
    until: datetime,
    days: int,
) -> datetime:
    """Pick a moment at which the register's store was open; weekends weigh more."""
    place = next(place for place in merchant.location if place.handle == register.location)
    hours = next(premises.hours for premises in park.premises if premises.handle == place.premises)
    while True:
        moment = _moment(chance, _TILL_HOURS, until=until, days=days)
        opening = hours.get(_WEEKDAYS[moment.weekday()])
        is_busy = moment.weekday() >= _SATURDAY or chance.random() < _WEEKDAY_SHARE
        if opening and is_busy and _clock(opening[0]) <= moment.time() < _clock(opening[1]):
            return moment.astimezone(UTC)


def _web_moment(chance: Random, *, until: datetime, days: int) -> datetime:
    """Pick a moment for a web order; Singles' Day, 11 November, keeps what it gets."""
    while True:
        moment = _moment(chance, _WEB_HOURS, until=until, days=days)
        if (moment.month, moment.day) == _SINGLES_DAY or chance.random() < _ORDINARY_WEB_SHARE:
            return moment.astimezone(UTC)


def _moment(chance: Random, hours: Sequence[int], *, until: datetime, days: int) -> datetime:
    """Pick a Shanghai moment in the `days` before `until`; trade grows towards the end."""
    last = until.astimezone(SHANGHAI)
    while True:
        day = (last - timedelta(days=days * (1 - chance.random() ** 0.8))).date()
        hour = chance.choices(range(24), hours)[0]
        at = time(hour, chance.randrange(60), chance.randrange(60), tzinfo=SHANGHAI)
        moment = datetime.combine(day, at)
        if last - timedelta(days=days) <= moment < last:
            return moment


def _clock(wall_time: str) -> time:
    hour, minute = wall_time.split(":")
    return time.max if hour == "24" else time(int(hour), int(minute))
