"""What fulfilment takes and gives: frozen rows; amounts in minor units, weights in grams."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from commerce.kernel.money import Money


class DeliveryKind(StrEnum):
    """How the buyer receives what was bought."""

    PARCEL = "parcel"
    PICKUP = "pickup"
    HAND_OVER = "hand_over"
    SERVICE = "service"


class Occasion(StrEnum):
    """When it was decided from where an order is served. Stored: a name is never changed."""

    PLACED = "placed"
    HELD_AGAIN = "held_again"
    FOUND_AGAIN = "found_again"
    REROUTED = "rerouted"


class FulfilmentState(StrEnum):
    """How far a part of an order has come. Stored: a name is never changed."""

    OPEN = "open"
    PICKING = "picking"
    PACKED = "packed"
    READY = "ready"
    SENT = "sent"
    COLLECTED = "collected"
    DELIVERED = "delivered"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    RETURNED = "returned"

    @property
    def active(self) -> bool:
        """Whether its goods still wait at its location."""
        return self in _ACTIVE


_ACTIVE = frozenset(
    {
        FulfilmentState.OPEN,
        FulfilmentState.PICKING,
        FulfilmentState.PACKED,
        FulfilmentState.READY,
    }
)


class ShortReason(StrEnum):
    """Why units cannot be picked where they should be. Stored: a name is never changed."""

    NOT_FOUND = "not_found"
    DAMAGED = "damaged"


class DeclineReason(StrEnum):
    """Why a place does not serve a part of an order. Stored: a name is never changed."""

    TOO_BUSY = "too_busy"
    CLOSING = "closing"
    CANNOT_PACK = "cannot_pack"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FulfilmentLineRow:
    """Units of one variant in a fulfilment: to leave (or gone), picked of them, and not found."""

    variant_id: UUID
    quantity: int
    picked: int
    short: int


@dataclass(frozen=True, slots=True)
class FulfilmentRow:
    """The part of an order that leaves from one location in one way; all times UTC."""

    id: UUID
    order_id: UUID
    location_id: UUID | None
    kind: DeliveryKind
    state: FulfilmentState
    created_at: datetime
    due_at: datetime | None
    clerk_id: UUID | None
    ready_at: datetime | None
    collect_by: datetime | None
    left_at: datetime | None
    reason: str
    note: str
    lines: tuple[FulfilmentLineRow, ...] = ()

    @property
    def units(self) -> int:
        """How many units leave, or left, with it."""
        return sum(line.quantity for line in self.lines)

    @property
    def picked(self) -> int:
        """How many of them are picked."""
        return sum(line.picked for line in self.lines)


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    """One way to receive this very order: what it costs and on which dates it arrives.

    Attributes:
        key: the option's code, which an order keeps.
        price: what the shopper pays, in the currency of the goods.
        full_price: what it costs below `free_from`.
        free_from: goods total from which it costs nothing, if there is one.
        earliest, latest: the promised dates in the merchant's time zone, both included.
        order_by: until when (UTC) these dates hold.
        location_id: the store of a pickup.
        ready_at: when (UTC) a pickup is ready, within the store's opening hours.
    """

    key: str
    kind: DeliveryKind
    name: str
    name_zh: str
    price: Money
    full_price: Money
    free_from: Money | None
    earliest: date
    latest: date
    order_by: datetime
    location_id: UUID | None = None
    ready_at: datetime | None = None

    def name_in(self, locale: str) -> str:
        """Return the name in `locale` ("zh" or "en")."""
        return self.name_zh if locale.startswith("zh") else self.name


@dataclass(frozen=True, slots=True)
class DeliveryPrice:
    """What an option costs up to a weight; `up_to_grams` None means any weight."""

    amount: Money
    free_from: Money | None = None
    up_to_grams: int | None = None


@dataclass(frozen=True, slots=True)
class DeliverySetting:
    """A delivery option as the merchant sets it; `group` is the code of a country group.

    `regions` are keys as addresses have them (`江苏省`, `CA`); without any it serves all of the group.
    """

    code: str
    kind: DeliveryKind
    name: str
    name_zh: str
    group: str | None = None
    regions: tuple[str, ...] = ()
    location_id: UUID | None = None
    min_days: int = 0
    max_days: int = 0
    cut_off: time = time(14)
    prepare_minutes: int = 0
    keep_days: int = 7
    working_days: tuple[int, ...] = (1, 2, 3, 4, 5)
    position: int = 0
    active: bool = True
    prices: tuple[DeliveryPrice, ...] = ()


@dataclass(frozen=True, slots=True)
class CountryGroupRow:
    """Countries with the same delivery terms; `*` stands for all that no group names."""

    id: UUID
    code: str
    name: str
    name_zh: str
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """A span on an ISO weekday (Monday 1) during which a store is open, local time."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class DispatchTermsRow:
    """What it takes a location to send an order, in minor units of the merchant's currency.

    `capacity_per_day` orders leave a day (None: any number), until `cut_off` (local time) on the
    same one, where that is earlier than the delivery option's.
    """

    location_id: UUID
    handling_minor: int = 0
    handling_unit_minor: int = 0
    capacity_per_day: int | None = None
    cut_off: time | None = None


@dataclass(frozen=True, slots=True)
class DispatchRateRow:
    """What a parcel from a location costs the merchant, in minor units of the merchant's currency.

    For one delivery option (None: every other) to one country (`*`: every other). Duty is in parts
    per million of the goods' value; `days` are working days on the way, where not the option's.
    """

    option_code: str | None = None
    country: str = "*"
    base_minor: int = 0
    per_kg_minor: int = 0
    duty_ppm: int = 0
    days: tuple[int, int] | None = None
