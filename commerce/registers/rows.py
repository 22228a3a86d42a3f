"""What a till sends and is told: frozen rows, amounts in minor units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from commerce.kernel.money import Money
from commerce.park.queries.merchants import MerchantCard
from commerce.pricing.promotions.results import Adjustment, TurnedDown, Use
from commerce.registers.parked import Contents


@dataclass(frozen=True, slots=True)
class Discount:
    """Something off a line: a share in basis points (1,000 is 10 %) or an amount in minor units."""

    reason: str
    basis_points: int = 0
    amount_minor: int = 0


@dataclass(frozen=True, slots=True)
class ShownPromotion:
    """What the page showed that a promotion takes off a line, and the code that opened it."""

    promotion_id: UUID
    amount_minor: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class BasketLine:
    """So many units of one variant, as the clerk sees it."""

    variant_id: UUID
    quantity: int
    discount: Discount | None = None
    shown_minor: int | None = None
    """What the page showed as the price of one; counts only where the sale is a fact."""
    shown_promotions: tuple[ShownPromotion, ...] = ()
    """What the page showed of promotions; counts only where the sale is a fact."""


@dataclass(frozen=True, slots=True)
class CashTender:
    """Cash towards a sale: what it pays, what was handed over, and how it was rounded to coins."""

    amount_minor: int
    tendered_minor: int
    rounding_minor: int = 0


@dataclass(frozen=True, slots=True)
class CardTender:
    """An amount to be taken by a card reader."""

    amount_minor: int
    plugin: str


@dataclass(frozen=True, slots=True)
class GiftCardTender:
    """An amount to be taken off a gift card, which is known by the digest of its code."""

    amount_minor: int
    digest: bytes


Tender = CashTender | CardTender | GiftCardTender


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
    codes: tuple[str, ...] = ()
    """Codes of promotions that were typed or scanned, in the spelling of `code_key`."""
    happened: bool = False
    """Whether the customer has left with the goods: nobody can be asked any more."""
    waited: timedelta = timedelta()
    """How long ago the till made it, by the till's own clock."""

    @property
    def is_settled(self) -> bool:
        """Whether cash paid all of it: the one sale that a till finishes without the server."""
        paid = sum(each.amount_minor for each in self.tenders)
        return paid == self.total_minor and all(isinstance(t, CashTender) for t in self.tenders)

    @property
    def is_fact(self) -> bool:
        """Whether it is booked as it was, whatever the rules say (`commerce.registers.facts`)."""
        return self.happened and self.is_settled


class VarianceKind(StrEnum):
    """Which rule a sale that happened has against it. Stored: a name is never changed."""

    CASH_OFF = "cash-off"
    DISCOUNT = "discount"
    PRICE = "price"
    WITHDRAWN = "withdrawn"
    CLERK = "clerk"


@dataclass(frozen=True, slots=True)
class Variance:
    """A rule that a sale has against it, with what was done and what the rule says, as JSON values."""

    kind: VarianceKind
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class VarianceRow:
    """A variance that nobody has seen to yet."""

    id: UUID
    sale_id: UUID
    order_number: str
    register: str
    register_zh: str
    kind: VarianceKind
    facts: dict[str, Any]
    currency: str
    sold_at: datetime


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
    """What promotions and the clerk take off together."""
    net: Money
    tax: Money
    rate: Any
    reasons: tuple[dict[str, Any], ...]
    """Of the tax first, then one for each promotion."""

    @property
    def total(self) -> Money:
        """What the line costs, tax included."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class PricedBasket:
    """A basket with what it costs, and the promotions that it makes use of."""

    lines: tuple[PricedLine, ...]
    uses: tuple[Use, ...] = ()
    code_ids: Mapping[str, UUID] = field(default_factory=dict)
    """The codes of the shop among those that were typed."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, as promotions ask for it; nobody in particular unless the customer was asked."""

    customer_id: UUID | None = None
    email: str = ""


@dataclass(frozen=True, slots=True)
class Counter:
    """Where and when a basket is priced, and for whom."""

    merchant: MerchantCard
    country: str
    currency: str
    locale: str
    at: datetime
    buyer: Buyer = field(default_factory=Buyer)
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What promotions do for a basket before it is sold."""

    lines: tuple[tuple[Adjustment, ...], ...]
    """For each line of the basket, in its order."""
    turned_down: tuple[TurnedDown, ...]


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
    name_zh: str = ""
    reader: dict[str, Any] = field(default_factory=dict)

    def name_in(self, language: str) -> str:
        """Return the name in a language, or in the other where it is blank."""
        return (self.name_zh if language == "zh" else self.name) or self.name or self.name_zh


@dataclass(frozen=True, slots=True)
class PromisedCash:
    """A refund that the tills of a store are to pay; `handed` is what goes over the counter."""

    refund_id: UUID
    order_id: UUID
    order_number: str
    receipt: str
    location_id: UUID
    handed: Money
    reason: str
    asked_by: UUID
    asked_at: datetime


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
    contents: Contents
    actor_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class TakenBasket:
    """A basket that was set aside and is in hand again."""

    contents: Contents
    customer_id: UUID | None
