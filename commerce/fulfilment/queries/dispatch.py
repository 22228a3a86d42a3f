"""What places take to send orders, as the merchant has set it, for the desk."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.fulfilment.rows import DispatchRateRow, DispatchTermsRow
from commerce.kernel.statements import Statement

_TERMS = Statement(
    """
SELECT location_id, handling_minor, handling_unit_minor, capacity_per_day, cut_off
FROM dispatch_terms ORDER BY location_id
""",
    DispatchTermsRow,
)

_RATES = Statement("""
SELECT location_id, option_code, country, base_minor, per_kg_minor, duty_ppm, min_days, max_days
FROM dispatch_rate ORDER BY location_id, option_code NULLS LAST, country DESC
""")


def dispatch_terms(connection: Connection | Session) -> Mapping[UUID, DispatchTermsRow]:
    """Return the terms of each location that has some."""
    return {terms.location_id: terms for terms in _TERMS.all(connection)}


def dispatch_rates(connection: Connection | Session) -> Mapping[UUID, tuple[DispatchRateRow, ...]]:
    """Return what sending from each location costs."""
    rates: dict[UUID, list[DispatchRateRow]] = defaultdict(list)
    for row in _RATES.all(connection):
        rates[row.location_id].append(
            DispatchRateRow(
                option_code=row.option_code,
                country=row.country,
                base_minor=row.base_minor,
                per_kg_minor=row.per_kg_minor,
                duty_ppm=row.duty_ppm,
                days=None if row.min_days is None else (row.min_days, row.max_days),
            )
        )
    return {location: tuple(each) for location, each in rates.items()}
