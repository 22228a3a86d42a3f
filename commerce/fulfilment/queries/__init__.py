"""What fulfilment knows: ways of delivery with their promises, opening hours, pickups."""

from commerce.fulfilment.queries.counter import (
    CounterWork,
    WaitingPickup,
    counter_work,
    waiting_pickups,
)
from commerce.fulfilment.queries.dispatch import dispatch_rates, dispatch_terms
from commerce.fulfilment.queries.dry_run import DryRun, OrderTried, dry_run
from commerce.fulfilment.queries.hours import (
    closed_days,
    next_opening,
    open_now,
    opening_hours,
    pickup_ready,
)
from commerce.fulfilment.queries.network import Network, network_of, sourcing_rules
from commerce.fulfilment.queries.options import (
    DeliveryTerms,
    delivered_in,
    options_for,
    terms_for,
)
from commerce.fulfilment.queries.parts import (
    fulfilment_by_id,
    fulfilments_of,
    lines_by_fulfilment,
)
from commerce.fulfilment.queries.settings import country_groups, delivery_settings
from commerce.fulfilment.queries.sources import SourceRow, places_without_limit, sources_of
from commerce.fulfilment.queries.sourcing import (
    DecisionRow,
    Sourced,
    decisions_of,
    described,
    source_order,
)
from commerce.fulfilment.queries.taking_out import (
    LeftBehind,
    left_behind,
    to_take_out,
    was_taken_out_since,
)
from commerce.fulfilment.queries.tasks import (
    Stranded,
    TaskRow,
    stranded,
    task_counts,
    tasks,
    zones_of,
)

__all__ = [
    "CounterWork",
    "DecisionRow",
    "DeliveryTerms",
    "DryRun",
    "LeftBehind",
    "Network",
    "OrderTried",
    "SourceRow",
    "Sourced",
    "Stranded",
    "TaskRow",
    "WaitingPickup",
    "closed_days",
    "counter_work",
    "country_groups",
    "decisions_of",
    "delivered_in",
    "delivery_settings",
    "described",
    "dispatch_rates",
    "dispatch_terms",
    "dry_run",
    "fulfilment_by_id",
    "fulfilments_of",
    "left_behind",
    "lines_by_fulfilment",
    "network_of",
    "next_opening",
    "open_now",
    "opening_hours",
    "options_for",
    "pickup_ready",
    "places_without_limit",
    "source_order",
    "sources_of",
    "sourcing_rules",
    "stranded",
    "task_counts",
    "tasks",
    "terms_for",
    "to_take_out",
    "waiting_pickups",
    "was_taken_out_since",
    "zones_of",
]
