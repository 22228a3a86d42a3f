"""Which ways of delivery an order has, what each costs and when it arrives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.fulfilment.hours import OpeningHours
from commerce.fulfilment.promise import Calendar, promise
from commerce.fulfilment.queries.hours import opening_hours
from commerce.fulfilment.rows import DeliveryKind, DeliveryOption
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement

# Of a country's own group and the rest of the world, the own one counts; of the weight steps that
# can carry the order, the smallest. A parcel without a price in the currency is not offered, the
# other kinds cost nothing unless a price says so.
_OPTIONS = Statement("""
WITH terms AS (
  SELECT merchant_id, group_id FROM country_group_country
  WHERE country IN (:country, '*')
  ORDER BY country = '*'
  LIMIT 1
)
SELECT o.code, o.kind, o.name, o.name_zh, o.location_id, o.min_days, o.max_days, o.cut_off,
       o.prepare_minutes, o.working_days, p.amount_minor, p.free_from_minor, m.time_zone,
       ARRAY(SELECT c.day FROM closed_day c
             WHERE c.merchant_id = o.merchant_id AND c.location_id IS NULL) AS closed
FROM delivery_option o
JOIN merchant m ON m.id = o.merchant_id
LEFT JOIN LATERAL (
  SELECT s.amount_minor, s.free_from_minor FROM delivery_price s
  WHERE s.merchant_id = o.merchant_id AND s.option_id = o.id AND s.currency = :currency
    AND (s.up_to_grams IS NULL OR s.up_to_grams >= :grams)
  ORDER BY s.up_to_grams NULLS LAST
  LIMIT 1
) p ON true
WHERE o.active AND o.kind = ANY(:kinds)
  AND (cardinality(o.regions) = 0 OR :region = ANY(o.regions))
  AND (o.group_id IS NULL OR (o.merchant_id, o.group_id) IN (SELECT * FROM terms))
  AND (p.amount_minor IS NOT NULL OR NOT EXISTS (
    SELECT FROM delivery_price s WHERE s.merchant_id = o.merchant_id AND s.option_id = o.id
  ) AND o.kind <> 'parcel')
ORDER BY o.position, o.code
""")


_DELIVERED_IN = Statement("""
WITH terms AS (
  SELECT merchant_id, group_id FROM country_group_country
  WHERE country IN (:country, '*')
  ORDER BY country = '*'
  LIMIT 1
)
SELECT DISTINCT s.currency
FROM delivery_option o
JOIN delivery_price s ON s.merchant_id = o.merchant_id AND s.option_id = o.id
WHERE o.active AND o.kind = 'parcel'
  AND (o.group_id IS NULL OR (o.merchant_id, o.group_id) IN (SELECT * FROM terms))
  AND (s.up_to_grams IS NULL OR s.up_to_grams >= :grams)
""")


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """The merchant's own words on a delivery, which only she changes; good for any moment."""

    offers: tuple[Any, ...]
    hours: Mapping[UUID, OpeningHours]

    def options(self, *, subtotal: Money, at: datetime) -> Sequence[DeliveryOption]:
        """Return what these terms come to for goods of `subtotal` at the moment `at` (UTC)."""
        offered = (_option(offer, subtotal, self.hours, at) for offer in self.offers)
        return [option for option in offered if option is not None]


def terms_for(
    connection: Connection | Session,
    *,
    country: str,
    region: str | None = None,
    currency: str,
    weight_grams: int,
    kinds: Iterable[DeliveryKind | str],
) -> DeliveryTerms:
    """Return on which terms so much weight can reach `country`, in the merchant's order."""
    offers = _OPTIONS.all(
        connection,
        {
            "country": country,
            "region": region,
            "currency": currency,
            "grams": weight_grams,
            "kinds": [str(kind) for kind in kinds],
        },
    )
    stores = [offer.location_id for offer in offers if offer.location_id is not None]
    hours = opening_hours(connection, location_ids=stores) if stores else {}
    return DeliveryTerms(tuple(offers), hours)


def delivered_in(
    connection: Connection | Session, *, country: str, weight_grams: int = 0
) -> frozenset[str]:
    """Return the currencies in which a parcel of this weight has a price to `country`."""
    rows = _DELIVERED_IN.all(connection, {"country": country, "grams": weight_grams})
    return frozenset(row.currency for row in rows)


def options_for(
    connection: Connection | Session,
    *,
    country: str,
    region: str | None = None,
    subtotal: Money,
    weight_grams: int,
    kinds: Iterable[DeliveryKind | str],
    at: datetime,
) -> Sequence[DeliveryOption]:
    """Return the ways in which an order of the moment `at` (UTC) can reach `country`.

    What serves some regions only is offered once the `region` is known to be one of them.
    `subtotal` is the goods total: its currency is that of the prices, and from a certain amount
    on delivery may be free. In the merchant's order; empty when nothing is offered. A pickup at a
    store that is not open within a year is left out.
    """
    terms = terms_for(
        connection,
        country=country,
        region=region,
        currency=subtotal.currency,
        weight_grams=weight_grams,
        kinds=kinds,
    )
    return terms.options(subtotal=subtotal, at=at)


def _option(
    row: Any, subtotal: Money, hours: Mapping[UUID, OpeningHours], at: datetime
) -> DeliveryOption | None:
    zone = ZoneInfo(row.time_zone)
    full_price = Money(row.amount_minor or 0, subtotal.currency)
    free_from = (
        None if row.free_from_minor is None else Money(row.free_from_minor, subtotal.currency)
    )
    is_free = free_from is not None and subtotal >= free_from
    ready_at = None
    if row.location_id is not None:
        ready_at = hours[row.location_id].ready(at, minutes=row.prepare_minutes)
        if ready_at is None:
            return None
        earliest = latest = ready_at.astimezone(zone).date()
        order_by = at
    else:
        dates = promise(
            Calendar(zone, row.working_days, frozenset(row.closed), row.cut_off),
            at=at,
            min_days=row.min_days,
            max_days=row.max_days,
        )
        earliest, latest, order_by = dates.earliest, dates.latest, dates.order_by
    return DeliveryOption(
        key=row.code,
        kind=DeliveryKind(row.kind),
        name=row.name,
        name_zh=row.name_zh,
        price=Money.zero(subtotal.currency) if is_free else full_price,
        full_price=full_price,
        free_from=free_from,
        earliest=earliest,
        latest=latest,
        order_by=order_by,
        location_id=row.location_id,
        ready_at=ready_at,
    )
