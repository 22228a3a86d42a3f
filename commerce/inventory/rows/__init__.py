"""What the inventory takes and gives: frozen rows, quantities in whole units."""

from commerce.inventory.rows.counts import CountedLine, CountProgress, CountSheetRow
from commerce.inventory.rows.lots import LotLabel, LotRow, LotUnits
from commerce.inventory.rows.purchases import (
    CostedUnits,
    PurchaseLineRow,
    PurchaseRow,
    PurchaseState,
    SupplierRow,
)
from commerce.inventory.rows.reorder import AcceptedProposal, Drafts, Proposal, ReorderRuleRow
from commerce.inventory.rows.stock import (
    AdvanceKind,
    AdvanceTerms,
    Corrected,
    Correction,
    Displacement,
    Expected,
    LevelRow,
    LocationRow,
    MovementKind,
    MovementRow,
    Stage,
    Units,
)
from commerce.inventory.rows.transfers import (
    Arrived,
    Portion,
    ReceiptLineRow,
    ReceiptRow,
    TransferLineRow,
    TransferRow,
    TransferState,
)

__all__ = [
    "AcceptedProposal",
    "AdvanceKind",
    "AdvanceTerms",
    "Arrived",
    "Corrected",
    "Correction",
    "CostedUnits",
    "CountProgress",
    "CountSheetRow",
    "CountedLine",
    "Displacement",
    "Drafts",
    "Expected",
    "LevelRow",
    "LocationRow",
    "LotLabel",
    "LotRow",
    "LotUnits",
    "MovementKind",
    "MovementRow",
    "Portion",
    "Proposal",
    "PurchaseLineRow",
    "PurchaseRow",
    "PurchaseState",
    "ReceiptLineRow",
    "ReceiptRow",
    "ReorderRuleRow",
    "Stage",
    "SupplierRow",
    "TransferLineRow",
    "TransferRow",
    "TransferState",
    "Units",
]
