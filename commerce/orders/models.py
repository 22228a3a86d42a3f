"""Tables of the one order record: a till sale and a web sale differ in channel and tender only."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import APPEND_ONLY, TenantTable, tenant_reference
from commerce.orders.returns.models import (
    OrderReturn,
    OrderReturnLine,
    ReturnedUnits,
    ReturnTermsSet,
)

__all__ = [
    "OrderEvent",
    "OrderLine",
    "OrderReturn",
    "OrderReturnLine",
    "ReturnTermsSet",
    "ReturnedUnits",
    "SalesOrder",
]


class SalesOrder(TenantTable):
    """One sale of any channel. Amounts are minor units of `currency`, tax included in the total."""

    __tablename__ = "sales_order"
    __table_args__ = (
        UniqueConstraint("merchant_id", "number"),
        UniqueConstraint("merchant_id", "source_id"),
        UniqueConstraint("token_digest"),
        tenant_reference("customer_id", "customer"),
        tenant_reference("location_id", "location"),
        CheckConstraint("channel IN ('web', 'till', 'api')", name="channel"),
        CheckConstraint(
            "state IN ('awaiting_payment', 'placed', 'completed', 'cancelled')", name="state"
        ),
        CheckConstraint("total_minor = goods_minor + delivery_minor", name="total"),
        CheckConstraint(
            "goods_minor >= 0 AND delivery_minor >= 0 AND discount_minor >= 0 AND tax_minor >= 0",
            name="amounts",
        ),
        CheckConstraint(
            "(state IN ('placed', 'completed')) <= (placed_at IS NOT NULL)", name="placed_at"
        ),
        Index("ix_sales_order_placed", "merchant_id", "placed_at"),
        Index("ix_sales_order_customer", "merchant_id", "customer_id"),
        Index("ix_sales_order_email", "merchant_id", "email"),
        Index(
            "ix_sales_order_open", "merchant_id", "id", postgresql_where=text("state = 'placed'")
        ),
        Index(
            "ix_sales_order_services_due",
            "merchant_id",
            "placed_at",
            postgresql_where=text("state = 'placed' AND delivery ->> 'kind' = 'service'"),
        ),
        Index(
            "ix_sales_order_unpaid_email",
            "merchant_id",
            text("lower(email)"),
            "created_at",
            postgresql_where=text("state = 'awaiting_payment'"),
        ),
        Index(
            "ix_sales_order_unpaid_place",
            "merchant_id",
            "placed_from",
            "created_at",
            postgresql_where=text("state = 'awaiting_payment' AND placed_from <> ''"),
        ),
    )

    number: Mapped[str]
    """What people read and say; unique at the merchant."""
    token_digest: Mapped[bytes | None]
    """Of the link of an order from before revision 0022; later links name it, see `kernel.bearer`."""
    source_id: Mapped[UUID]
    """The cart or till command this order came from; one order each, for ever."""
    channel: Mapped[str]
    state: Mapped[str]
    currency: Mapped[str]
    prices_include_tax: Mapped[bool]
    goods_minor: Mapped[int]
    """Sum of the lines' totals, after discount, tax included."""
    discount_minor: Mapped[int] = mapped_column(default=0)
    """What was taken off the goods; already out of `goods_minor`."""
    delivery_minor: Mapped[int] = mapped_column(default=0)
    """Delivery, tax included."""
    tax_minor: Mapped[int]
    """Tax contained in the total, of goods and delivery."""
    total_minor: Mapped[int]
    locale: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[UUID | None]
    location_id: Mapped[UUID | None]
    """The store, for a sale at a till."""
    register_id: Mapped[UUID | None]
    clerk_id: Mapped[UUID | None]
    ship_to: Mapped[dict[str, Any] | None]
    """The address as it was, not as the customer's address book says today."""
    delivery: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """The delivery option as it was sold: kind, names, promised days."""
    note: Mapped[str] = mapped_column(default="")
    placed_from: Mapped[str] = mapped_column(default="")
    """A keyed digest of the network that ordered; emptied as soon as no money is awaited any more."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    placed_at: Mapped[datetime | None]


class OrderLine(TenantTable):
    """One line as it was sold; the catalogue may change, the line never does."""

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("merchant_id", "order_id", "position"),
        tenant_reference("order_id", "sales_order"),
        tenant_reference("variant_id", "variant"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("unit_price_minor >= 0 AND discount_minor >= 0", name="prices"),
        CheckConstraint("net_minor + tax_minor = total_minor", name="tax"),
        CheckConstraint("net_minor >= 0 AND tax_minor >= 0", name="amounts"),
        Index("ix_order_line_variant", "merchant_id", "variant_id"),
        {"info": APPEND_ONLY},
    )

    order_id: Mapped[UUID]
    position: Mapped[int]
    variant_id: Mapped[UUID | None]
    """None for a line that is no catalogue item, such as a bag or an open amount."""
    sku: Mapped[str]
    name: Mapped[str]
    variant_name: Mapped[str] = mapped_column(default="")
    image: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int]
    unit_price_minor: Mapped[int]
    discount_minor: Mapped[int] = mapped_column(default=0)
    discount_reason: Mapped[str] = mapped_column(default="")
    tax_rate: Mapped[Decimal] = mapped_column(Numeric(9, 6))
    """A ratio: 0.130000 is 13 %."""
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    reasons: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    """Why the price is what it is: price list, tax row and its source, discount."""


class OrderEvent(TenantTable):
    """The timeline: what happened to an order, in order, for everybody who may read it."""

    __tablename__ = "order_event"
    __table_args__ = (
        tenant_reference("order_id", "sales_order"),
        CheckConstraint("actor IN ('shopper', 'staff', 'system', 'provider')", name="actor"),
        Index("ix_order_event_order", "merchant_id", "order_id", "id"),
        {"info": APPEND_ONLY},
    )

    order_id: Mapped[UUID]
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    shopper_sees: Mapped[bool]
    actor: Mapped[str]
    actor_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=utc_now)
