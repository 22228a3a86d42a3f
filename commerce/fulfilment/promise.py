"""On which dates an order arrives: calendar arithmetic without a database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_LONGEST_SEARCH = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which orders leave and arrive, and the hour until which they leave at once."""

    zone: ZoneInfo
    working_days: Collection[int]
    closed: Collection[date]
    cut_off: time

    def works_on(self, day: date) -> bool:
        """Return whether orders leave and arrive on `day`."""
        return day.isoweekday() in self.working_days and day not in self.closed


@dataclass(frozen=True, slots=True)
class Promise:
    """Dates in the merchant's zone, both included, that hold for orders until `order_by` (UTC)."""

    earliest: date
    latest: date
    order_by: datetime


def promise(
    calendar: Calendar,
    *,
    at: datetime,
    min_days: int,
    max_days: int,
    not_before: date | None = None,
) -> Promise:
    """Return when an order of the moment `at` arrives, in working days after the day it leaves.

    Goods that come in on the day `not_before` leave on it at the earliest.

    It leaves today when today is a working day and the cut-off has not passed, else on the next
    working day.
    """
    leaves = leaving_day(calendar, at=at)
    if not_before is not None and not_before > leaves:
        leaves = _working_day(calendar, not_before)
    last_call = datetime.combine(leaves, calendar.cut_off, tzinfo=calendar.zone)
    return Promise(
        earliest=working_days_after(calendar, leaves, min_days),
        latest=working_days_after(calendar, leaves, max_days),
        order_by=last_call.astimezone(UTC),
    )


def leaving_day(calendar: Calendar, *, at: datetime) -> date:
    """Return on which day an order of the moment `at` leaves.

    Today, when today is a working day and the cut-off has not passed, else the next working day.
    """
    local = at.astimezone(calendar.zone)
    day = local.date()
    if local.time() >= calendar.cut_off:
        day += timedelta(days=1)
    return _working_day(calendar, day)


def working_days_after(calendar: Calendar, day: date, working_days: int) -> date:
    """Return the day that is so many working days after `day`."""
    for _ in range(working_days):
        day = _working_day(calendar, day + timedelta(days=1))
    return day


def _working_day(calendar: Calendar, day: date) -> date:
    """Return `day`, or the next one on which work is done."""
    last = day + _LONGEST_SEARCH
    while not calendar.works_on(day):
        day += timedelta(days=1)
        if day > last:
            raise ValueError("a calendar without a working day in three years")
    return day
