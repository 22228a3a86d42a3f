"""What is ordered from suppliers and comes in, in one part or in several."""

from commerce.inventory.service.purchases.draft import (
    change_purchase,
    draft_purchase,
    order_purchase,
)
from commerce.inventory.service.purchases.end import close_purchase, expect_purchase_on
from commerce.inventory.service.purchases.receive import receive_purchase
from commerce.inventory.service.purchases.suppliers import add_supplier, change_supplier

__all__ = [
    "add_supplier",
    "change_purchase",
    "change_supplier",
    "close_purchase",
    "draft_purchase",
    "expect_purchase_on",
    "order_purchase",
    "receive_purchase",
]
