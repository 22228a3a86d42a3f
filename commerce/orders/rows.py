"""What the order record takes and gives: frozen rows, amounts in minor units."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from commerce.kernel.channel import Channel
from commerce.kernel.money import Money


class OrderState(StrEnum):
    """How far an order has come."""

    AWAITING_PAYMENT = "awaiting_payment"
    PLACED = "placed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Actor(StrEnum):
    """Who made something happen."""

    SHOPPER = "shopper"
    STAFF = "staff"
    SYSTEM = "system"
    PROVIDER = "provider"


class EventKind(StrEnum):
    """What a timeline tells. Stored: a name is never changed."""

    PAYMENT_STARTED = "payment_started"
    PAYMENT_FAILED = "payment_failed"
    PAID = "paid"
    PLACED = "placed"
    SOLD = "sold"
    STOCK_SHORT = "stock_short"
    HOLD_EXPIRED = "hold_expired"
    PICKING = "picking"
    PUT_BACK = "put_back"
    PICKED_SHORT = "picked_short"
    DECLINED = "declined"
    REROUTED = "rerouted"
    PACKED = "packed"
    READY = "ready"
    PICKUP_REMINDED = "pickup_reminded"
    NOT_COLLECTED = "not_collected"
    HANDED_OVER = "handed_over"
    LABEL_BOOKED = "label_booked"
    LABEL_REFUSED = "label_refused"
    LABEL_CANCELLED = "label_cancelled"
    LABEL_KEPT = "label_kept"
    SHIPPED = "shipped"
    TRACKED = "tracked"
    CANCELLED = "cancelled"
    REFUND_STARTED = "refund_started"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    RETURNED = "returned"
    RETURN_ASKED = "return_asked"
    RETURN_APPROVED = "return_approved"
    RETURN_REFUSED = "return_refused"
    RETURN_CANCELLED = "return_cancelled"
    RETURN_RECEIVED = "return_received"
    RETURN_INSPECTED = "return_inspected"
    GIVEN_UP = "given_up"
    TO_TAKE_OUT = "to_take_out"
    TAKEN_OUT = "taken_out"
    SERVICE_DELIVERED = "service_delivered"
    COMPLETED = "completed"
    MAIL_SENT = "mail_sent"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A line to be written with a new order; amounts in minor units of the order's currency."""

    variant_id: UUID | None
    sku: str
    name: str
    quantity: int
    unit_price_minor: int
    net_minor: int
    tax_minor: int
    tax_rate: Decimal
    variant_name: str = ""
    image: str = ""
    discount_minor: int = 0
    discount_reason: str = ""
    reasons: tuple[dict[str, Any], ...] = ()

    @property
    def total_minor(self) -> int:
        """What the line costs, tax included."""
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order to be written; amounts in minor units of `currency`."""

    source_id: UUID
    channel: Channel
    currency: str
    prices_include_tax: bool
    locale: str
    lines: tuple[LineDraft, ...]
    delivery_minor: int = 0
    delivery_tax_minor: int = 0
    email: str = ""
    customer_id: UUID | None = None
    location_id: UUID | None = None
    register_id: UUID | None = None
    clerk_id: UUID | None = None
    ship_to: dict[str, Any] | None = None
    delivery: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    placed_from: str = ""
    """What stands for the network that ordered, while the money is awaited."""
    time_zone: str = "UTC"
    """Whose day the number names."""

    @property
    def total_minor(self) -> int:
        """What the whole order costs, tax included."""
        return sum(line.total_minor for line in self.lines) + self.delivery_minor


@dataclass(frozen=True, slots=True)
class OrderHandle:
    """What identifies a new order to the people concerned."""

    id: UUID
    number: str
    total: Money


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order, without its lines."""

    id: UUID
    number: str
    source_id: UUID
    channel: Channel
    state: OrderState
    currency: str
    prices_include_tax: bool
    goods_minor: int
    discount_minor: int
    delivery_minor: int
    tax_minor: int
    total_minor: int
    locale: str
    email: str
    customer_id: UUID | None
    location_id: UUID | None
    register_id: UUID | None
    clerk_id: UUID | None
    ship_to: dict[str, Any] | None
    delivery: dict[str, Any]
    note: str
    created_at: datetime
    placed_at: datetime | None

    @property
    def total(self) -> Money:
        """What the order costs, tax included."""
        return Money(self.total_minor, self.currency)


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """One line as it was sold."""

    id: UUID
    order_id: UUID
    position: int
    variant_id: UUID | None
    sku: str
    name: str
    variant_name: str
    image: str
    quantity: int
    unit_price_minor: int
    discount_minor: int
    discount_reason: str
    tax_rate: Decimal
    net_minor: int
    tax_minor: int
    total_minor: int
    reasons: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of a timeline."""

    id: UUID
    kind: EventKind
    facts: dict[str, Any]
    shopper_sees: bool
    actor: Actor
    actor_id: UUID | None
    at: datetime
