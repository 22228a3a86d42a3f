"""What fulfilment knows: ways of delivery with their promises, opening hours, pickups."""

from commerce.fulfilment.queries.hours import (
    closed_days,
    next_opening,
    open_now,
    opening_hours,
    pickup_ready,
)
from commerce.fulfilment.queries.options import DeliveryTerms, options_for, terms_for
from commerce.fulfilment.queries.settings import country_groups, delivery_settings
from commerce.fulfilment.queries.sources import SourceRow, places_without_limit, sources_of

__all__ = [
    "DeliveryTerms",
    "SourceRow",
    "closed_days",
    "country_groups",
    "delivery_settings",
    "next_opening",
    "open_now",
    "opening_hours",
    "options_for",
    "pickup_ready",
    "places_without_limit",
    "sources_of",
    "terms_for",
]
