"""What a till sends and is told: frozen rows, amounts in minor units."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from commerce.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Discount:
    """Something off a line: a share in basis points (1,000 is 10 %) or an amount in minor units."""

    reason: str
    basis_points: int = 0
    amount_minor: int = 0


@dataclass(frozen=True, slots=True)
class BasketLine:
    """So many units of one variant, as the clerk sees it."""

    variant_id: UUID
    quantity: int
    discount: Discount | None = None


@dataclass(frozen=True, slots=True)
class CashTender:
    """Cash towards a sale: what it pays and what was handed over."""

    amount_minor: int
    tendered_minor: int


@dataclass(frozen=True, slots=True)
class CardTender:
    """An amount to be taken by a card reader."""

    amount_minor: int
    plugin: str


Tender = CashTender | CardTender


@dataclass(frozen=True, slots=True)
class SaleCommand:
    """A sale as the till names and totals it. `id` is the order's id, a UUIDv7 made by the till."""

    id: UUID
    register_id: UUID
    currency: str
    locale: str
    lines: tuple[BasketLine, ...]
    tenders: tuple[Tender, ...]
    total_minor: int
    """What the customer was shown."""
    customer_id: UUID | None = None
    """Whose sale it is, if the customer was asked."""


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A basket line with what it costs; amounts are for the whole line."""

    line: BasketLine
    sku: str
    name: str
    variant_name: str
    image: str
    stock_tracked: bool
    unit_price: Money
    discount: Money
    net: Money
    tax: Money
    rate: Any
    reasons: tuple[dict[str, Any], ...]

    @property
    def total(self) -> Money:
        """What the line costs, tax included."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One till."""

    id: UUID
    location_id: UUID
    name: str
    series: str
    device_hash: str | None
    next_receipt: int
    printer: dict[str, Any]
    active: bool


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A register from open to Z close."""

    id: UUID
    register_id: UUID
    number: int
    currency: str
    float_minor: int
    opened_by: UUID
    opened_at: datetime
    closed_by: UUID | None
    closed_at: datetime | None
    counted_minor: int | None
    report: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """A basket set aside."""

    id: UUID
    location_id: UUID
    label: str
    customer_id: UUID | None
    lines: tuple[dict[str, Any], ...]
    actor_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class TakenBasket:
    """A basket that was set aside and is in hand again."""

    lines: tuple[dict[str, Any], ...]
    customer_id: UUID | None
