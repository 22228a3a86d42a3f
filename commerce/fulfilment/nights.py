"""Hours that end the next morning: one span to people, two in the books, each within its own day.

Midnight is kept as 23:59, for a day of the books has no 24:00.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import time

from commerce.fulfilment.rows import OpenSpan

MIDNIGHT = time(23, 59)
LATEST_MORNING = time(8)
"""Until when an evening can last; what ends later began in the morning, or is a slip."""


def ends_next_morning(span: OpenSpan) -> bool:
    """Return whether the span lasts beyond midnight."""
    return span.closes < span.opens and span.closes <= LATEST_MORNING


def by_day(spans: Iterable[OpenSpan]) -> Iterator[OpenSpan]:
    """Give spans as they are kept: what lasts beyond midnight is cut there."""
    for span in spans:
        if span.closes == time():
            yield replace(span, closes=MIDNIGHT)
        elif ends_next_morning(span):
            yield replace(span, closes=MIDNIGHT)
            yield OpenSpan(span.weekday % 7 + 1, time(), span.closes)
        else:
            yield span


def by_evening(kept: Iterable[OpenSpan]) -> tuple[OpenSpan, ...]:
    """Return spans as people say them: a morning that goes on from the evening before belongs to it."""
    spans = tuple(kept)
    evenings = {
        span.weekday % 7 + 1
        for span in spans
        if span.closes == MIDNIGHT and span.opens > LATEST_MORNING
    }
    mornings = {
        span.weekday: span
        for span in spans
        if span.weekday in evenings and span.opens == time() and span.closes <= LATEST_MORNING
    }
    return tuple(
        _with_morning(span, mornings) for span in spans if mornings.get(span.weekday) is not span
    )


def _with_morning(span: OpenSpan, mornings: dict[int, OpenSpan]) -> OpenSpan:
    morning = mornings.get(span.weekday % 7 + 1)
    late = span.closes == MIDNIGHT and span.opens > LATEST_MORNING
    return replace(span, closes=morning.closes) if late and morning else span
