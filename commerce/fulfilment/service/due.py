"""Reckon until when places are to have the parts of orders ready: the clock of every store."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from commerce.fulfilment.hours import OpeningHours
from commerce.fulfilment.promise import Calendar, leaving_day
from commerce.fulfilment.queries.hours import opening_hours
from commerce.kernel.statements import Statement

USUAL_MINUTES = 240
"""Opening minutes that a store has for an order, where it offers no pickup that says so."""

_EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)

# A parcel leaves on the days and until the hour of the delivery that was sold; a pickup option of
# the store says how fast it works.
_UNDATED = Statement("""
SELECT f.id, f.location_id, f.created_at, m.time_zone,
  (SELECT min(p.prepare_minutes) FROM delivery_option p
   WHERE p.merchant_id = f.merchant_id AND p.location_id = f.location_id AND p.kind = 'pickup'
     AND p.active) AS minutes,
  LEAST(d.cut_off, t.cut_off) AS cut_off, d.working_days,
  ARRAY(SELECT c.day FROM closed_day c WHERE c.merchant_id = f.merchant_id
        AND c.location_id IS NULL AND c.day >= f.created_at - interval '2 days') AS closed
FROM fulfilment f
JOIN merchant m ON m.id = f.merchant_id
JOIN sales_order o ON o.merchant_id = f.merchant_id AND o.id = f.order_id
LEFT JOIN delivery_option d ON d.merchant_id = o.merchant_id AND d.code = o.delivery ->> 'key'
LEFT JOIN dispatch_terms t ON t.merchant_id = f.merchant_id AND t.location_id = f.location_id
WHERE f.merchant_id = :merchant AND f.location_id IS NOT NULL AND f.due_at IS NULL
  AND f.state IN ('open', 'picking', 'packed', 'ready')
ORDER BY f.id LIMIT :most
""")

_SET = Statement("""
UPDATE fulfilment f SET due_at = w.due
FROM unnest(CAST(:ids AS uuid[]), CAST(:dues AS timestamptz[])) AS w(id, due)
WHERE f.merchant_id = :merchant AND f.id = w.id AND f.due_at IS NULL
""")


def set_due(session: Session, *, merchant_id: UUID, most: int = 200) -> int:
    """Say of every part that waits and has no hour yet until when it is due; return how many had none.

    A place with opening hours works while it is open: it has the minutes of its quickest pickup, or
    `USUAL_MINUTES`. A place without is due at the end of the day on which the delivery leaves.
    """
    found = _UNDATED.all(session, {"merchant": merchant_id, "most": most})
    if not found:
        return 0
    hours = opening_hours(session, location_ids={row.location_id for row in found})
    dues = [_due(row, hours) for row in found]
    _SET.run(session, {"merchant": merchant_id, "ids": [row.id for row in found], "dues": dues})
    return len(found)


def _due(row: Any, hours: Mapping[UUID, OpeningHours]) -> datetime:
    here = hours.get(row.location_id)
    minutes = USUAL_MINUTES if row.minutes is None else row.minutes
    ready = here.ready(row.created_at, minutes=minutes) if here is not None else None
    return ready or _end_of_leaving_day(row)


def _end_of_leaving_day(row: Any) -> datetime:
    zone = ZoneInfo(row.time_zone)
    calendar = Calendar(
        zone=zone,
        working_days=row.working_days or _EVERY_DAY,
        closed=frozenset(row.closed),
        cut_off=row.cut_off or time(23, 59),
    )
    day = leaving_day(calendar, at=row.created_at)
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
