"""What pricing knows: prices by channel and day, lists, taxes, exchange rates, rounding."""

from commerce.pricing.queries.exchange import exchange_rate, own_rates
from commerce.pricing.queries.history import lowest_of_30_days
from commerce.pricing.queries.lists import base_list, listed_prices, price_list, price_lists
from commerce.pricing.queries.prices import prices_for
from commerce.pricing.queries.rounding import rounding_of
from commerce.pricing.queries.taxes import (
    tax_classes,
    tax_for_lines,
    tax_rates,
    tax_registrations,
    tax_table,
)
from commerce.pricing.taxation import TaxableLine, TaxedLine, TaxedSale

__all__ = [
    "TaxableLine",
    "TaxedLine",
    "TaxedSale",
    "base_list",
    "exchange_rate",
    "listed_prices",
    "lowest_of_30_days",
    "own_rates",
    "price_list",
    "price_lists",
    "prices_for",
    "rounding_of",
    "tax_classes",
    "tax_for_lines",
    "tax_rates",
    "tax_registrations",
    "tax_table",
]
