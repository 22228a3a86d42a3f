"""What could be promised where and from which day on: shelves, promises and what is on its way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.inventory.rows import AdvanceKind
from commerce.kernel.channel import Channel
from commerce.kernel.statements import Statement

# One statement for all variants and places: levels and announcements are added up side by side, since
# joining one with the other takes a loop in a loop. Goods of a place that is not sold from are left
# out, be they there or on their way.
_AVAILABILITY = Statement("""
SELECT s.variant_id, s.location_id, s.on_hand, s.held, s.safety, s.days, s.units,
       v.stock_tracked AND NOT v.sell_when_out AS counted
FROM (
  SELECT merchant_id, variant_id, location_id, max(on_hand) AS on_hand, max(held) AS held,
         max(safety) AS safety, array_agg(day) FILTER (WHERE units > 0) AS days,
         array_agg(units) FILTER (WHERE units > 0) AS units
  FROM (
    -- What has expired lies there and is nothing that could be promised.
    SELECT merchant_id, variant_id, location_id, on_hand - expired AS on_hand, held, safety,
           CAST(NULL AS date) AS day, CAST(0 AS bigint) AS units
    FROM level WHERE variant_id = ANY(:variants)
    UNION ALL
    SELECT merchant_id, variant_id, location_id, 0, 0, 0, expected_on, quantity
    FROM inbound WHERE variant_id = ANY(:variants)
  ) AS each
  GROUP BY merchant_id, variant_id, location_id
) AS s
JOIN variant v ON v.merchant_id = s.merchant_id AND v.id = s.variant_id
JOIN location p ON p.merchant_id = s.merchant_id AND p.id = s.location_id
WHERE p.active AND p.kind NOT IN ('transit', 'quarantine') AND (NOT :online OR p.sells_online)
ORDER BY s.variant_id, p.priority, p.code
""")


_AHEAD = Statement("""
SELECT variant_id, kind, cap - promised AS units, promised, available_on FROM advance_sale
WHERE variant_id = ANY(:variants) AND active AND (ends_on IS NULL OR ends_on >= :today)
""")


@dataclass(frozen=True, slots=True)
class Ahead:
    """What may be sold of a variant before it is there.

    Attributes:
        units: how many more; `promised` are already, and what comes first is for them.
        available_on: the day that the merchant names, if she does.
    """

    variant_id: UUID
    kind: AdvanceKind
    units: int
    promised: int
    available_on: date | None


@dataclass(frozen=True, slots=True)
class Earliest:
    """From which day on units can be promised, how many of them ahead, and as what."""

    on: date
    ahead: int = 0
    kind: AdvanceKind | None = None


@dataclass(frozen=True, slots=True)
class Inflow:
    """Units that come in by the end of a day."""

    on: date
    units: int


@dataclass(frozen=True, slots=True)
class Availability:
    """Stock of one variant at one place, now and later, in units.

    Attributes:
        inbound: what comes, day by day; nothing before today.
        counted: whether the variant can run out at all.
    """

    variant_id: UUID
    location_id: UUID
    on_hand: int
    held: int
    safety: int
    inbound: tuple[Inflow, ...]
    counted: bool = True

    @property
    def now(self) -> int:
        """Units that may be promised at once, never below zero."""
        return max(0, self.on_hand - self.held - self.safety)

    def by(self, day: date) -> int:
        """Return how many units may be promised for the end of `day`, if nothing is sold till then."""
        coming = sum(flow.units for flow in self.inbound if flow.on <= day)
        return max(0, self.on_hand + coming - self.held - self.safety)

    def first_day(self, units: int, *, today: date) -> date | None:
        """Return from when so many units may be promised; None when even all that comes is short."""
        days = (today, *(flow.on for flow in self.inbound))
        if units <= self.now:
            return today
        return next((day for day in days if self.by(day) >= units), None)


def availability(
    connection: Connection | Session,
    *,
    variant_ids: Sequence[UUID],
    channel: Channel,
    today: date,
) -> tuple[Availability, ...]:
    """Return what each place could promise of each variant, the first to serve first.

    The web shop and programs see the places that sell online, tills every active place. `today` is
    the merchant's own day. A place that has never had a variant and expects none is left out.
    """
    rows = _AVAILABILITY.all(
        connection, {"variants": list(variant_ids), "online": channel is not Channel.TILL}
    )
    return tuple(
        Availability(
            variant_id=row.variant_id,
            location_id=row.location_id,
            on_hand=row.on_hand,
            held=row.held,
            safety=row.safety,
            inbound=_by_day(row.days, row.units, today) if row.days else (),
            counted=row.counted,
        )
        for row in rows
    )


def _by_day(days: Iterable[date], units: Iterable[int], today: date) -> tuple[Inflow, ...]:
    """Add up what comes on each day; what should have come before today comes today."""
    coming: dict[date, int] = {}
    for day, count in zip(days, units, strict=True):
        on = max(day, today)
        coming[on] = coming.get(on, 0) + count
    return tuple(Inflow(day, coming[day]) for day in sorted(coming))


def first_day_of_all(
    known: Iterable[Availability], *, variant_id: UUID, units: int, today: date
) -> date | None:
    """Return from when `units` of a variant may be promised, all places together.

    None when even everything that comes is short.
    """
    there = [each for each in known if each.variant_id == variant_id]
    days = sorted({today, *(flow.on for each in there for flow in each.inbound)})
    return next((day for day in days if sum(each.by(day) for each in there) >= units), None)


def sold_ahead(
    connection: Connection | Session, *, variant_ids: Sequence[UUID], today: date
) -> Mapping[UUID, Ahead]:
    """Return what may be sold ahead on the merchant's day `today`, of those that are at all."""
    rows = _AHEAD.all(connection, {"variants": list(variant_ids), "today": today})
    return {
        row.variant_id: Ahead(
            row.variant_id, AdvanceKind(row.kind), row.units, row.promised, row.available_on
        )
        for row in rows
    }


def earliest(
    known: Sequence[Availability],
    ahead: Ahead | None,
    *,
    variant_id: UUID,
    units: int,
    today: date,
) -> Earliest | None:
    """Return when `units` of a variant can be promised for, None when they cannot be sold now.

    What is there is promised for today. What is not can only be sold ahead, within the cap, and for
    the day that the merchant names, or else that on which enough comes for all who were promised
    before as well; where neither is known it is not sold.
    """
    there = sum(each.now for each in known if each.variant_id == variant_id)
    missing = units - there
    if missing <= 0:
        return Earliest(today)
    if ahead is None or missing > ahead.units:
        return None
    comes = first_day_of_all(
        known, variant_id=variant_id, units=units + ahead.promised, today=today
    )
    day = ahead.available_on or comes
    return None if day is None else Earliest(max(day, today), missing, ahead.kind)
