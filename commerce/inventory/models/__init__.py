"""Tables of the inventory, private to it."""

from commerce.inventory.models.counts import CountLine, CountSheet
from commerce.inventory.models.keepers import StockKeeper
from commerce.inventory.models.lots import Lot, LotLevel, MovementLot
from commerce.inventory.models.purchases import Purchase, PurchaseLine, Supplier
from commerce.inventory.models.receipts import GoodsReceipt, GoodsReceiptLine
from commerce.inventory.models.reorder import ReorderRule
from commerce.inventory.models.stock import (
    AdvancePromise,
    AdvanceSale,
    Discrepancy,
    Hold,
    Inbound,
    Level,
    Location,
    Movement,
)
from commerce.inventory.models.transfers import Transfer, TransferLine

__all__ = [
    "AdvancePromise",
    "AdvanceSale",
    "CountLine",
    "CountSheet",
    "Discrepancy",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "Hold",
    "Inbound",
    "Level",
    "Location",
    "Lot",
    "LotLevel",
    "Movement",
    "MovementLot",
    "Purchase",
    "PurchaseLine",
    "ReorderRule",
    "StockKeeper",
    "Supplier",
    "Transfer",
    "TransferLine",
]
