"""What could be promised where and from which day on: shelves, promises and what is on its way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.channel import Channel
from commerce.kernel.statements import Statement

# One statement for all variants and places. Goods of a place that is not sold from are left out, be
# they there or on their way. Days in the past are late arrivals: they come at the earliest today.
_AVAILABILITY = Statement("""
WITH asked AS (
  SELECT v.merchant_id, v.id AS variant_id, v.stock_tracked, v.sell_when_out
  FROM variant v WHERE v.id = ANY(:variants)
), coming AS (
  SELECT variant_id, location_id, array_agg(day ORDER BY day) AS days,
         array_agg(units ORDER BY day) AS units
  FROM (
    SELECT variant_id, location_id, greatest(expected_on, :today) AS day, sum(quantity) AS units
    FROM inbound WHERE variant_id = ANY(:variants)
    GROUP BY variant_id, location_id, greatest(expected_on, :today)
  ) AS i
  GROUP BY variant_id, location_id
)
SELECT a.variant_id, p.id AS location_id,
       COALESCE(l.on_hand, 0) AS on_hand, COALESCE(l.held, 0) AS held,
       COALESCE(l.safety, 0) AS safety, c.days, c.units,
       a.stock_tracked AND NOT a.sell_when_out AS counted
FROM asked a
JOIN location p ON p.merchant_id = a.merchant_id AND p.active
  AND (NOT :online OR p.sells_online)
LEFT JOIN level l ON l.merchant_id = a.merchant_id AND l.variant_id = a.variant_id
  AND l.location_id = p.id
LEFT JOIN coming c ON c.variant_id = a.variant_id AND c.location_id = p.id
WHERE l.variant_id IS NOT NULL OR c.variant_id IS NOT NULL
ORDER BY a.variant_id, p.priority, p.code
""")


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
        connection,
        {
            "variants": list(variant_ids),
            "online": channel is not Channel.TILL,
            "today": today,
        },
    )
    return tuple(
        Availability(
            variant_id=row.variant_id,
            location_id=row.location_id,
            on_hand=row.on_hand,
            held=row.held,
            safety=row.safety,
            inbound=tuple(map(Inflow, row.days, map(int, row.units))) if row.days else (),
            counted=row.counted,
        )
        for row in rows
    )


def first_day_of_all(
    known: Iterable[Availability], *, variant_id: UUID, units: int, today: date
) -> date | None:
    """Return from when `units` of a variant may be promised, all places together.

    None when even everything that comes is short.
    """
    there = [each for each in known if each.variant_id == variant_id]
    days = sorted({today, *(flow.on for each in there for flow in each.inbound)})
    return next((day for day in days if sum(each.by(day) for each in there) >= units), None)
