"""What the inventory knows: places, levels, the ledger, and the work in progress on them."""

from commerce.inventory.queries.coming import Coming, coming_units
from commerce.inventory.queries.counts import (
    count_progress,
    count_sheet_by_id,
    count_sheets,
    counted_lines,
)
from commerce.inventory.queries.keepers import posts_of
from commerce.inventory.queries.lots import (
    LotStep,
    kept_by_lot,
    lots_expiring,
    lots_of,
    steps_of_lot,
)
from commerce.inventory.queries.purchases import purchase_by_id, purchases, receipts_of, suppliers
from commerce.inventory.queries.reorder import reorder_proposals, reorder_rules
from commerce.inventory.queries.stock import (
    DiscrepancyRow,
    HoldRow,
    Source,
    available_online,
    discrepancies,
    history,
    holds_of,
    levels_at,
    levels_of,
    locations,
    online_sources,
    zones_of,
)
from commerce.inventory.queries.transfers import transfer_by_id, transfers
from commerce.inventory.queries.work import Waiting, last_costs, waiting_work

__all__ = [
    "Coming",
    "DiscrepancyRow",
    "HoldRow",
    "LotStep",
    "Source",
    "Waiting",
    "available_online",
    "coming_units",
    "count_progress",
    "count_sheet_by_id",
    "count_sheets",
    "counted_lines",
    "discrepancies",
    "history",
    "holds_of",
    "kept_by_lot",
    "last_costs",
    "levels_at",
    "levels_of",
    "locations",
    "lots_expiring",
    "lots_of",
    "online_sources",
    "posts_of",
    "purchase_by_id",
    "purchases",
    "receipts_of",
    "reorder_proposals",
    "reorder_rules",
    "steps_of_lot",
    "suppliers",
    "transfer_by_id",
    "transfers",
    "waiting_work",
    "zones_of",
]
