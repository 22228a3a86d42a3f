"""What fulfilment does: delivery options, countries, opening hours, and from where orders come."""

from commerce.fulfilment.service.countries import put_country_group
from commerce.fulfilment.service.dispatch import (
    set_dispatch_rates,
    set_dispatch_terms,
    set_sourcing_policy,
)
from commerce.fulfilment.service.hours import (
    close_on,
    open_differently_on,
    open_on,
    set_store_hours,
)
from commerce.fulfilment.service.options import put_delivery_option
from commerce.fulfilment.service.sources import (
    keep_sources,
    replace_owed_sources,
    replace_sources,
    shrink_sources,
)
from commerce.fulfilment.service.sourcing_rules import adopt_drafted_rules, put_sourcing_rules
from commerce.fulfilment.service.uncounted import (
    release_uncounted,
    send_uncounted,
    take_back_uncounted,
)

__all__ = [
    "adopt_drafted_rules",
    "close_on",
    "keep_sources",
    "open_differently_on",
    "open_on",
    "put_country_group",
    "put_delivery_option",
    "put_sourcing_rules",
    "release_uncounted",
    "replace_owed_sources",
    "replace_sources",
    "send_uncounted",
    "set_dispatch_rates",
    "set_dispatch_terms",
    "set_sourcing_policy",
    "set_store_hours",
    "shrink_sources",
    "take_back_uncounted",
]
