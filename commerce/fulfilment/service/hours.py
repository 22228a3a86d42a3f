"""Set when stores are open, and on which days they or the warehouse are closed."""

from collections.abc import Sequence
from datetime import date, time
from itertools import pairwise
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.fulfilment.errors import OpeningHoursError
from commerce.fulfilment.nights import by_day
from commerce.fulfilment.rows import OpenSpan
from commerce.kernel.ids import new_id
from commerce.park.content import bump_content_version

_CLEAR = text("DELETE FROM store_hours WHERE merchant_id = :merchant AND location_id = :location")

_ADD = text("""
INSERT INTO store_hours (merchant_id, id, location_id, weekday, opens, closes)
VALUES (:merchant, :id, :location, :weekday, :opens, :closes)
""")

_CLOSE = text("""
INSERT INTO closed_day (merchant_id, id, location_id, day, reason, reason_zh, opens, closes)
VALUES (:merchant, :id, :location, :day, :reason, :reason_zh, :opens, :closes)
ON CONFLICT (merchant_id, location_id, day) DO UPDATE
  SET reason = EXCLUDED.reason, reason_zh = EXCLUDED.reason_zh,
      opens = EXCLUDED.opens, closes = EXCLUDED.closes
""")

_OPEN = text("""
DELETE FROM closed_day
WHERE merchant_id = :merchant AND day = :day AND location_id IS NOT DISTINCT FROM :location
""")


def set_store_hours(
    session: Session, *, merchant_id: UUID, location_id: UUID, spans: Sequence[OpenSpan]
) -> None:
    """Set the weekly hours of a store (merchant's local time); none means it is never open.

    A span that ends before it begins ends the next morning, at eight at the latest.

    Raises:
        OpeningHoursError: spans overlap, or one ends before it begins and not in the early morning.
    """
    kept = tuple(by_day(spans))
    _check(kept)
    session.execute(_CLEAR, {"merchant": merchant_id, "location": location_id})
    if kept:
        session.execute(
            _ADD,
            [
                {
                    "merchant": merchant_id,
                    "id": new_id(),
                    "location": location_id,
                    "weekday": span.weekday,
                    "opens": span.opens,
                    "closes": span.closes,
                }
                for span in kept
            ],
        )
    bump_content_version(session, merchant_id=merchant_id, network=True)


def close_on(
    session: Session,
    *,
    merchant_id: UUID,
    day: date,
    location_id: UUID | None = None,
    reason: str = "",
    reason_zh: str = "",
) -> None:
    """Close a store on a day; without a store, let no order leave or arrive on it.

    What was said about the day before is replaced.
    """
    _set_day(
        session,
        merchant_id=merchant_id,
        location_id=location_id,
        day=day,
        reason=(reason, reason_zh),
        hours=(None, None),
    )


def open_differently_on(
    session: Session,
    *,
    merchant_id: UUID,
    day: date,
    location_id: UUID,
    opens: time,
    closes: time,
    reason: str = "",
    reason_zh: str = "",
) -> None:
    """Open a store at these hours (merchant's local time) on one day, and at no others.

    What was said about the day before is replaced.

    Raises:
        OpeningHoursError: the span ends before it begins.
    """
    if closes <= opens:
        raise OpeningHoursError(weekday=day.isoweekday())
    _set_day(
        session,
        merchant_id=merchant_id,
        location_id=location_id,
        day=day,
        reason=(reason, reason_zh),
        hours=(opens, closes),
    )


def _set_day(
    session: Session,
    *,
    merchant_id: UUID,
    location_id: UUID | None,
    day: date,
    reason: tuple[str, str],
    hours: tuple[time | None, time | None],
) -> None:
    session.execute(
        _CLOSE,
        {
            "merchant": merchant_id,
            "id": new_id(),
            "location": location_id,
            "day": day,
            "reason": reason[0],
            "reason_zh": reason[1],
            "opens": hours[0],
            "closes": hours[1],
        },
    )
    bump_content_version(session, merchant_id=merchant_id, network=True)


def open_on(
    session: Session, *, merchant_id: UUID, day: date, location_id: UUID | None = None
) -> None:
    """Take back that a day is closed or has hours of its own."""
    session.execute(_OPEN, {"merchant": merchant_id, "location": location_id, "day": day})
    bump_content_version(session, merchant_id=merchant_id, network=True)


def _check(spans: Sequence[OpenSpan]) -> None:
    for span in spans:
        if span.closes <= span.opens:
            raise OpeningHoursError(weekday=span.weekday)
    ordered = sorted(spans, key=lambda span: (span.weekday, span.opens))
    for before, after in pairwise(ordered):
        if before.weekday == after.weekday and after.opens < before.closes:
            raise OpeningHoursError(weekday=after.weekday)
