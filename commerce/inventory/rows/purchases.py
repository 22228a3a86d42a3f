"""Suppliers, and what was ordered from them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from commerce.kernel.money import Money


class PurchaseState(StrEnum):
    """How far a purchase is."""

    DRAFT = "draft"
    ORDERED = "ordered"
    RECEIVED = "received"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CostedUnits:
    """Units of one variant, and what one of them costs."""

    variant_id: UUID
    quantity: int
    unit_cost: Money


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """Somebody whom the merchant buys goods from."""

    id: UUID
    code: str
    name: str
    name_zh: str
    email: str
    phone: str
    lead_days: int
    active: bool


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """A purchase from a supplier; units are of all lines together."""

    id: UUID
    number: str
    supplier_id: UUID
    location_id: UUID
    state: PurchaseState
    reference: str
    expected_on: date | None
    note: str
    ordered_by: UUID | None
    created_at: datetime
    ordered_at: datetime | None
    ended_at: datetime | None
    ordered: int
    received: int


@dataclass(frozen=True, slots=True)
class PurchaseLineRow:
    """Units of one variant in a purchase."""

    variant_id: UUID
    ordered: int
    received: int
    surplus: int
    lots: bool
    """Whether a lot has to be told when they come."""
    unit_cost: Money

    @property
    def outstanding(self) -> int:
        """Units that have not come yet."""
        return self.ordered - self.received
