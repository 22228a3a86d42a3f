"""Goods on their way between two places: asked for, sent, received, and what went wrong.

Every verb locks the transfer first, then its levels, so that of two people one is first and the
other is told.
"""

from commerce.inventory.service.transfers.draft import (
    cancel_transfer,
    change_transfer,
    draft_transfer,
)
from commerce.inventory.service.transfers.receive import receive_transfer
from commerce.inventory.service.transfers.send import expect_transfer_on, send_transfer
from commerce.inventory.service.transfers.settle import return_the_rest, write_off_the_rest

__all__ = [
    "cancel_transfer",
    "change_transfer",
    "draft_transfer",
    "expect_transfer_on",
    "receive_transfer",
    "return_the_rest",
    "send_transfer",
    "write_off_the_rest",
]
