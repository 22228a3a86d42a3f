"""What a quote's promotions cost: ten lines and twenty promotions, in processor time.

Run as `python -m commerce.cli.benchmarks.promotions`. The aim is 1,500 microseconds on the machine of
the other aims; see `yardstick` for how another one compares.
"""

import time
from datetime import UTC, datetime
from statistics import median
from uuid import UUID

from rich.console import Console

from commerce.kernel.channel import Channel
from commerce.pricing.promotions.engine import reckon
from commerce.pricing.promotions.rows import (
    Amount,
    Basket,
    BasketLine,
    Bundle,
    BuyGet,
    Conditions,
    Effect,
    Part,
    Percentage,
    Promotion,
    Selection,
    Shipping,
    Stacking,
)

AIM_MICROSECONDS = 1500
_ROUNDS, _CALLS = 30, 20
_TAGS = ("tea", "cup", "pot", "silk", "gift")


def ten_lines() -> Basket:
    """Return a basket in which every promotion finds something."""
    lines = tuple(
        BasketLine(
            key=UUID(int=number),
            product_id=UUID(int=100 + number),
            quantity=1 + number % 3,
            unit_price_minor=1900 + 1370 * number,
            categories=frozenset({UUID(int=200 + number % 4)}),
            tags=frozenset({_TAGS[number % 5], _TAGS[(number + 2) % 5]}),
        )
        for number in range(10)
    )
    return Basket(
        currency="CNY",
        lines=lines,
        shipping_minor=2000,
        channel=Channel.WEB,
        country="CN",
        at=datetime(2026, 11, 23, tzinfo=UTC),
    )


def twenty_promotions() -> tuple[Promotion, ...]:
    """Return four of every kind and of every way to stand together; sets fight for the same units."""
    effects: tuple[Effect, ...] = (
        *(Percentage(points) for points in (500, 1000, 1500, 2000)),
        *(Amount({"CNY": 300 * n}, each=n % 2 == 0) for n in range(1, 5)),
        BuyGet(2, 1),
        BuyGet(1, 1, 5000),
        BuyGet(2, 1, 5000, goods=_tagged("cup")),
        BuyGet(3, 1, most=1),
        Bundle((Part(_tagged("tea"), 1), Part(_tagged("pot"), 1)), {"CNY": 9900}),
        Bundle((Part(_tagged("silk"), 2),), {"CNY": 8800}),
        Bundle((Part(Selection(), 5),), {"CNY": 30000}),
        Bundle((Part(_tagged("gift"), 1), Part(_tagged("cup"), 2)), {"CNY": 12000}),
        *(Shipping(points) for points in (2500, 5000, 7500, 10000)),
    )
    return tuple(
        Promotion(
            id=UUID(int=300 + number),
            name=f"Promotion {number}",
            name_zh=f"活动{number}",
            effect=effect,
            goods=_tagged(_TAGS[number % 5]) if number % 3 else Selection(),
            conditions=Conditions(minimum_quantity=1),
            stacking=Stacking.COMBINE if number % 4 else Stacking.EXCLUSIVE,
        )
        for number, effect in enumerate(effects)
    )


def microseconds() -> float:
    """Return the processor time of one reckoning: of several rounds the one in the middle."""
    basket, promotions = ten_lines(), twenty_promotions()
    rounds = []
    for _ in range(_ROUNDS):
        before = time.process_time()
        for _ in range(_CALLS):
            reckon(basket, promotions)
        rounds.append((time.process_time() - before) * 1e6 / _CALLS)
    return median(rounds)


def _tagged(*tags: str) -> Selection:
    return Selection(tags=frozenset(tags))


if __name__ == "__main__":
    Console().print(
        f"ten lines, twenty promotions: {microseconds():,.0f} us (aim {AIM_MICROSECONDS:,})"
    )
