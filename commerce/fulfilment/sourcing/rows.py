"""What sourcing takes and gives: frozen facts. Costs are minor units of the merchant's currency."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from commerce.inventory.rows import Units
from commerce.kernel.channel import Channel


@dataclass(frozen=True, slots=True)
class Line:
    """Units of one variant that an order needs; each variant stands in one line.

    Attributes:
        grams: weight of one unit.
        value_minor: price of one unit; None when it is not known in the merchant's currency.
    """

    variant_id: UUID
    quantity: int
    grams: int = 0
    value_minor: int | None = None
    tags: frozenset[str] = frozenset()
    categories: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Demand:
    """What is wanted where, how and when (UTC).

    Attributes:
        option: the delivery option that the shopper chose, by its code.
        promised: the latest day that the shopper was told; who arrives later is late.
        only_at: the place where everything is collected; no rule asks anything of it.
    """

    lines: tuple[Line, ...]
    country: str
    at: datetime
    channel: Channel = Channel.WEB
    region: str | None = None
    option: str = ""
    promised: date | None = None
    only_at: UUID | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How goods can leave a place for the destination of the order.

    Attributes:
        option: the delivery option, by its code.
        base_minor, per_kg_minor: what the parcel costs, and each started gram in proportion.
        duty_ppm: duty and import tax on the goods' value, in parts per million.
        earliest, latest: the days on which it arrives; None where nobody says.
    """

    option: str
    base_minor: int = 0
    per_kg_minor: int = 0
    duty_ppm: int = 0
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A location that might serve.

    Attributes:
        available: units of each variant that it could promise.
        priority: the smaller number serves first when all else costs the same.
        handling_minor, handling_unit_minor: what each parcel and each unit costs to prepare.
        km: how far away the destination is, if that is known.
        days_busy: working days until its staff come to the order, because today's are full.
    """

    id: UUID
    kind: str
    available: Mapping[UUID, int]
    ways: tuple[Way, ...]
    priority: int = 100
    handling_minor: int = 0
    handling_unit_minor: int = 0
    km: float | None = None
    is_open: bool = True
    days_busy: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """What the merchant's trade-offs cost, and what happens when the rules leave no place.

    Attributes:
        split_minor: each parcel after the first one.
        late_day_minor: each day that a parcel arrives after the promised one.
        per_100_km_minor: each started hundred kilometres of a parcel.
        priority_minor: each point of a place's priority.
        serve_anyway: let rules give way, the last one first, before an order is refused.
    """

    split_minor: int = 2000
    late_day_minor: int = 500
    per_100_km_minor: int = 0
    priority_minor: int = 1
    serve_anyway: bool = True


class Effect(StrEnum):
    """What a rule does to the places it is about. Stored: a name is never changed."""

    EXCLUDE = "exclude"
    ONLY = "only"
    PREFER = "prefer"
    PENALTY = "penalty"
    KEEP_BACK = "keep_back"

    @property
    def hard(self) -> bool:
        """Whether it can leave an order without a place; the others only cost."""
        return self in {Effect.EXCLUDE, Effect.ONLY, Effect.KEEP_BACK}


@dataclass(frozen=True, slots=True)
class Conditions:
    """Which orders, goods and places a rule is about; an empty condition is met by all.

    The values of one condition are alternatives; of several conditions all must be met. Weight
    (grams) and value are of the whole order, from the first to below the second figure; a value
    that nobody knows meets no condition. `open_now` asks whether somebody is at the place.
    """

    countries: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    options: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    categories: frozenset[UUID] = frozenset()
    kinds: frozenset[str] = frozenset()
    places: frozenset[UUID] = frozenset()
    open_now: bool | None = None
    grams_from: int | None = None
    grams_below: int | None = None
    value_from: int | None = None
    value_below: int | None = None

    @property
    def about_goods(self) -> bool:
        """Whether some of an order's goods may be meant and others not."""
        return bool(self.tags or self.categories)

    @property
    def about_places(self) -> bool:
        """Whether some places are meant and others not."""
        return bool(self.kinds or self.places) or self.open_now is not None


@dataclass(frozen=True, slots=True)
class Rule:
    """A wish of the merchant's; of two that contradict each other the earlier one holds.

    Attributes:
        amount: minor units for `prefer` and `penalty`, units of stock for `keep_back`, else 0. A
            rule about some goods counts it for every unit of these, any other once for a parcel.
        starts_at, ends_at: when it is in force, from the first to before the second (UTC).
    """

    id: UUID
    effect: Effect
    name: str
    name_zh: str
    when: Conditions = field(default_factory=Conditions)
    amount: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    active: bool = True

    def in_force(self, at: datetime) -> bool:
        """Return whether it counts at the moment `at`."""
        begun = self.starts_at is None or self.starts_at <= at
        return self.active and begun and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of the explanation, as a stable code and what it is filled with (JSON)."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cost:
    """A part of what a parcel costs; rules name themselves by their id."""

    code: str
    minor: int
    rule_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves one place in one way."""

    location_id: UUID
    option: str
    units: tuple[Units, ...]
    costs: tuple[Cost, ...]
    earliest: date | None
    latest: date | None

    @property
    def minor(self) -> int:
        """What it costs, apart from being one of several."""
        return sum(cost.minor for cost in self.costs)


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """Other places that were weighed, and what serving from them would have cost."""

    location_ids: tuple[UUID, ...]
    minor: int


@dataclass(frozen=True, slots=True)
class Decision:
    """From where an order is served, and why.

    Attributes:
        minor: what it costs in all, splitting included.
        exact: nothing can be cheaper; else it is the cheapest that was found in time.
        lifted: hard rules that gave way, since nothing could be served with them.
    """

    parcels: tuple[Parcel, ...]
    minor: int
    split_minor: int
    why: tuple[Reason, ...]
    runners_up: tuple[RunnerUp, ...]
    exact: bool
    lifted: tuple[UUID, ...] = ()

    @property
    def units(self) -> tuple[Units, ...]:
        """All that is served, by variant and location."""
        every = (part for parcel in self.parcels for part in parcel.units)
        return tuple(sorted(every, key=lambda part: (part.variant_id, part.location_id)))

    @property
    def latest(self) -> date | None:
        """The day on which the last parcel arrives at the latest, if all of them say."""
        days = [parcel.latest for parcel in self.parcels]
        return max((day for day in days if day), default=None) if all(days) else None

    @property
    def earliest(self) -> date | None:
        """The first day on which everything can have arrived, if all parcels say."""
        days = [parcel.earliest for parcel in self.parcels]
        return max((day for day in days if day), default=None) if all(days) else None
