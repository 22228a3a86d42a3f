"""Which of several price lists counts first, told before and after one is opened.

The rule itself is the hot read's (`commerce.pricing.queries.prices`): of lists that count at the same
moment a passing one beats a lasting one, then one for a counter beats one for all, then the newer
beats the older.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from commerce.kernel.channel import Channel
from commerce.pricing.rows import PriceListRow


def overtaken(
    lists: Sequence[PriceListRow], *, currency: str, channel: Channel | None, at: datetime
) -> tuple[PriceListRow, ...]:
    """Return the lasting lists that another lasting one, opened for `at`, would come before.

    A list for one counter stays before a new one for all of them.
    """
    return tuple(
        each
        for each in lists
        if each.currency == currency
        and each.valid_to is None
        and each.valid_from <= at
        and (channel == each.channel or each.channel is None)
    )


def behind(lists: Sequence[PriceListRow], *, at: datetime) -> dict[UUID, tuple[PriceListRow, ...]]:
    """Return, by list, those whose prices count before its own at the moment `at`, the first first."""
    alive = sorted((each for each in lists if _counts(each, at)), key=_rank)
    return {
        each.id: tuple(
            other
            for other in alive[:place]
            if other.currency == each.currency and _meet(other.channel, each.channel)
        )
        for place, each in enumerate(alive)
    }


def _counts(each: PriceListRow, at: datetime) -> bool:
    return each.valid_from <= at and (each.valid_to is None or each.valid_to > at)


def _rank(each: PriceListRow) -> tuple[bool, bool, float, int]:
    return (
        each.valid_to is None,
        each.channel is None,
        -each.valid_from.timestamp(),
        -each.id.int,
    )


def _meet(one: Channel | None, other: Channel | None) -> bool:
    return one is None or other is None or one == other
