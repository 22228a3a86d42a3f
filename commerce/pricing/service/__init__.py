"""What pricing does. Every verb works in the caller's transaction."""

from commerce.pricing.service.exchange import add_exchange_rate, state_own_rate
from commerce.pricing.service.lists import create_price_list, end_price_list, open_base_list
from commerce.pricing.service.prices import (
    remove_price,
    remove_prices,
    reprice,
    set_price,
    set_prices,
)
from commerce.pricing.service.rounding import set_rounding
from commerce.pricing.service.taxes import (
    add_tax_rate,
    confirm_tax_rate,
    define_tax_class,
    end_tax_rate,
    name_source_in_chinese,
    register_for_tax,
    switch_off_tax_rate,
)

__all__ = [
    "add_exchange_rate",
    "add_tax_rate",
    "confirm_tax_rate",
    "create_price_list",
    "define_tax_class",
    "end_price_list",
    "end_tax_rate",
    "name_source_in_chinese",
    "open_base_list",
    "register_for_tax",
    "remove_price",
    "remove_prices",
    "reprice",
    "set_price",
    "set_prices",
    "set_rounding",
    "state_own_rate",
    "switch_off_tax_rate",
]
