"""When stores are open and pickups ready."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.fulfilment.hours import OpeningHours
from commerce.fulfilment.nights import by_evening
from commerce.fulfilment.rows import OpenSpan
from commerce.kernel.statements import Statement

_HOURS = Statement("""
SELECT l.id, m.time_zone,
       ARRAY(SELECT h.weekday FROM store_hours h
             WHERE h.merchant_id = l.merchant_id AND h.location_id = l.id
             ORDER BY h.weekday, h.opens) AS weekdays,
       ARRAY(SELECT h.opens FROM store_hours h
             WHERE h.merchant_id = l.merchant_id AND h.location_id = l.id
             ORDER BY h.weekday, h.opens) AS opens,
       ARRAY(SELECT h.closes FROM store_hours h
             WHERE h.merchant_id = l.merchant_id AND h.location_id = l.id
             ORDER BY h.weekday, h.opens) AS closes,
       ARRAY(SELECT c.day FROM closed_day c
             WHERE c.merchant_id = l.merchant_id AND c.location_id = l.id
             ORDER BY c.day) AS special_days,
       ARRAY(SELECT c.opens FROM closed_day c
             WHERE c.merchant_id = l.merchant_id AND c.location_id = l.id
             ORDER BY c.day) AS special_opens,
       ARRAY(SELECT c.closes FROM closed_day c
             WHERE c.merchant_id = l.merchant_id AND c.location_id = l.id
             ORDER BY c.day) AS special_closes
FROM location l JOIN merchant m ON m.id = l.merchant_id
WHERE l.id = ANY(:locations)
""")

_CLOSED = Statement("""
SELECT day, location_id, reason, reason_zh, opens, closes FROM closed_day
WHERE day >= :since
ORDER BY day, location_id NULLS FIRST
""")

_LEAD = Statement("""
SELECT prepare_minutes FROM delivery_option
WHERE location_id = :location AND kind = 'pickup' AND active
ORDER BY prepare_minutes LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class ClosedDayRow:
    """A day on which a store is closed, or on which nothing leaves (no location).

    With `opens` and `closes` (local time) the store is open, at these hours only.
    """

    day: date
    location_id: UUID | None
    reason: str
    reason_zh: str
    opens: time | None = None
    closes: time | None = None


def opening_hours(
    connection: Connection | Session, *, location_ids: Iterable[UUID]
) -> Mapping[UUID, OpeningHours]:
    """Return the hours of each location; one that is never open has no spans."""
    rows = _HOURS.all(connection, {"locations": list(location_ids)})
    return {row.id: _hours(row) for row in rows}


def _hours(row: Any) -> OpeningHours:
    days = list(zip(row.special_days, row.special_opens, row.special_closes, strict=True))
    return OpeningHours(
        zone=ZoneInfo(row.time_zone),
        spans=by_evening(map(OpenSpan, row.weekdays, row.opens, row.closes)),
        closed=frozenset(day for day, opens, _closes in days if opens is None),
        special={
            day: OpenSpan(day.isoweekday(), opens, closes)
            for day, opens, closes in days
            if opens is not None
        },
    )


def open_now(connection: Connection | Session, *, location_id: UUID, at: datetime) -> bool:
    """Return whether the store is open at the moment `at` (UTC)."""
    hours = opening_hours(connection, location_ids=[location_id]).get(location_id)
    return hours is not None and hours.is_open(at)


def next_opening(
    connection: Connection | Session, *, location_id: UUID, at: datetime
) -> datetime | None:
    """Return when (UTC) the store opens next after `at`; None if not within a year."""
    hours = opening_hours(connection, location_ids=[location_id]).get(location_id)
    return None if hours is None else hours.next_opening(at)


def pickup_ready(
    connection: Connection | Session, *, location_id: UUID, at: datetime
) -> datetime | None:
    """Return when (UTC) what is ordered at `at` can be picked up; None if the store offers none."""
    minutes = _LEAD.value(connection, {"location": location_id})
    hours = opening_hours(connection, location_ids=[location_id]).get(location_id)
    return None if minutes is None or hours is None else hours.ready(at, minutes=minutes)


def closed_days(connection: Connection | Session, *, since: date) -> tuple[ClosedDayRow, ...]:
    """Return the closed days from `since` on, for the desk and the store pages."""
    return tuple(ClosedDayRow(*row) for row in _CLOSED.all(connection, {"since": since}))
