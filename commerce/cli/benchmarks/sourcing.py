"""What sourcing costs: ten lines over fifty places, decided in this process, without a database."""

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any
from uuid import UUID

from commerce.cli.benchmarks.yardstick import SET_AT_MICROSECONDS
from commerce.fulfilment.sourcing import Conditions, Demand, Effect, Line, Place, Rule, Way, decide

AIM_MILLISECONDS = 5
_LINES, _PLACES, _ORDERS = 10, 50, 30
_MOMENT = datetime(2026, 11, 23, 4, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shelves:
    """How goods lie: how many of the places have a variant, how many units, how many are wanted."""

    name: str
    spread: float
    units: tuple[int, int]
    wanted: tuple[int, int]
    by_weight: bool = False
    """Whether sending costs by weight, so that it matters which units come from where."""


SHELVES = (
    Shelves("one place has all", 0.95, (3, 9), (1, 3)),
    Shelves("usual", 0.6, (1, 6), (1, 3)),
    Shelves("usual, by weight", 0.6, (1, 6), (1, 3), by_weight=True),
    Shelves("few places have it", 0.15, (1, 4), (1, 2)),
    Shelves("single units everywhere", 0.5, (1, 2), (2, 5)),
)


@dataclass(frozen=True, slots=True)
class Sourcing:
    """Processor time of one decision in milliseconds, and how many of the orders were solved."""

    shelves: str
    median: float
    longest: float
    exact: int
    orders: int

    def facts(self) -> dict[str, Any]:
        """Return the figure in JSON values."""
        return {
            "shelves": self.shelves,
            "milliseconds_median": round(self.median, 2),
            "milliseconds_longest": round(self.longest, 2),
            "exact": self.exact,
            "orders": self.orders,
        }

    def where_aims_were_set(self, bare_microseconds: int) -> float:
        """Return the median as it would be where the aims were set."""
        return self.median * SET_AT_MICROSECONDS / (bare_microseconds or SET_AT_MICROSECONDS)


def measure_sourcing() -> list[Sourcing]:
    """Decide orders over shelves of every kind; the same ones on every machine."""
    return [_measured(shelves) for shelves in SHELVES]


def _measured(shelves: Shelves) -> Sourcing:
    took, exact = [], 0
    for seed in range(_ORDERS):
        demand, places, rules = situation(shelves, seed)
        began = time.process_time()
        exact += decide(demand, places, rules).exact
        took.append((time.process_time() - began) * 1000)
    return Sourcing(shelves.name, median(took), max(took), exact, _ORDERS)


def situation(shelves: Shelves, seed: int) -> tuple[Demand, list[Place], list[Rule]]:
    """Return an order that can be served, the places, and three rules."""
    chance = random.Random(seed)  # noqa: S311 - the same orders every time, no secret
    lines = tuple(
        Line(
            UUID(int=chance.getrandbits(128)),
            chance.randint(*shelves.wanted),
            grams=chance.randint(100, 2000),
            value_minor=chance.randint(1000, 90_000),
            tags=frozenset({chance.choice(["tea", "fragile"])}),
        )
        for _ in range(_LINES)
    )
    places = [_place(shelves, lines, chance, at) for at in range(_PLACES)]
    return Demand(lines, "CN", _MOMENT), places, _rules()


def _place(shelves: Shelves, lines: tuple[Line, ...], chance: random.Random, at: int) -> Place:
    stock = {
        line.variant_id: chance.randint(*shelves.units)
        for line in lines
        if chance.random() < shelves.spread
    }
    if at == 0:
        # The biggest warehouse has everything, far away and dear.
        stock = {line.variant_id: line.quantity for line in lines}
    return Place(
        UUID(int=chance.getrandbits(128)),
        chance.choice(["store", "store", "warehouse"]),
        stock,
        (
            Way(
                "parcel",
                base_minor=40_000 if at == 0 else chance.randint(500, 3000),
                per_kg_minor=chance.randint(100, 900) if shelves.by_weight else 0,
            ),
        ),
        priority=chance.randint(1, 100),
        handling_minor=chance.randint(0, 500),
        km=chance.uniform(1, 2500),
    )


def _rules() -> list[Rule]:
    return [
        Rule(
            UUID(int=1),
            Effect.KEEP_BACK,
            "Keep one in each store",
            "每店留一件",
            Conditions(kinds=frozenset({"store"}), tags=frozenset({"tea"})),
            1,
        ),
        Rule(
            UUID(int=2),
            Effect.PREFER,
            "Warehouses first",
            "优先仓库",
            Conditions(kinds=frozenset({"warehouse"})),
            300,
        ),
        Rule(
            UUID(int=3),
            Effect.EXCLUDE,
            "Stores send nothing abroad",
            "门店不发国外",
            Conditions(kinds=frozenset({"store"}), countries=frozenset({"DE"})),
        ),
    ]
