"""Count what lies on the shelves, safely while both counters sell."""

from commerce.inventory.service.counts.approve import approve_count, cancel_count
from commerce.inventory.service.counts.enter import enter_count, enter_recount, leave_out
from commerce.inventory.service.counts.sheet import open_count

__all__ = [
    "approve_count",
    "cancel_count",
    "enter_count",
    "enter_recount",
    "leave_out",
    "open_count",
]
