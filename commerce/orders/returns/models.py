"""Tables of returns: the wish, its lines, how many units of each sold line it claims, and the terms."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import APPEND_ONLY, TenantTable, tenant_reference


class OrderReturn(TenantTable):
    """Goods of one order on their way back. Amounts are minor units of the order's currency."""

    __tablename__ = "order_return"
    __table_args__ = (
        tenant_reference("order_id", "sales_order"),
        tenant_reference("location_id", "location"),
        UniqueConstraint("merchant_id", "order_id", "position"),
        CheckConstraint(
            "state IN ('requested', 'approved', 'received', 'inspected', 'refunded', 'closed', "
            "'refused', 'cancelled')",
            name="state",
        ),
        CheckConstraint("way IN ('post', 'store', 'counter')", name="way"),
        CheckConstraint("asked_by IN ('shopper', 'staff')", name="asked_by"),
        CheckConstraint("goods_minor >= 0 AND delivery_minor >= 0", name="amounts"),
        CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= goods_minor + delivery_minor",
            name="refunded",
        ),
        CheckConstraint("refunded_minor = 0 OR state = 'refunded'", name="refunded_state"),
        Index(
            "ix_order_return_open",
            "merchant_id",
            "id",
            postgresql_where="state IN ('requested', 'approved', 'received', 'inspected')",
        ),
    )

    order_id: Mapped[UUID]
    position: Mapped[int]
    """Which return of its order it is: the first, the second."""
    state: Mapped[str]
    way: Mapped[str]
    asked_by: Mapped[str]
    location_id: Mapped[UUID | None]
    """Where the goods are to come, and from their receipt on where they came."""
    note: Mapped[str] = mapped_column(default="")
    """What the customer says about it."""
    answer: Mapped[str] = mapped_column(default="")
    """What the customer is told when it is refused, or when less goes back than was paid."""
    goods_minor: Mapped[int] = mapped_column(default=0)
    """What the accepted units were sold for, tax included."""
    delivery_minor: Mapped[int] = mapped_column(default=0)
    """What goes back of the delivery's price, because nothing of the order is kept."""
    refunded_minor: Mapped[int] = mapped_column(default=0)
    """What was given back for it, or is on its way."""
    asked_at: Mapped[datetime] = mapped_column(default=utc_now)
    moved_at: Mapped[datetime] = mapped_column(default=utc_now)
    """When its state changed last."""
    moved_by: Mapped[UUID | None]


class OrderReturnLine(TenantTable):
    """Units of one sold line that come back, and what was found when they were looked at."""

    __tablename__ = "order_return_line"
    __table_args__ = (
        tenant_reference("return_id", "order_return"),
        tenant_reference("order_line_id", "order_line"),
        UniqueConstraint("merchant_id", "return_id", "order_line_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("received BETWEEN 0 AND quantity", name="received"),
        CheckConstraint(
            "restocked >= 0 AND quarantined >= 0 AND written_off >= 0 AND declined >= 0 "
            "AND restocked + quarantined + written_off + declined <= received",
            name="inspected",
        ),
        CheckConstraint("net_minor >= 0 AND tax_minor >= 0", name="amounts"),
        Index("ix_order_return_line_order_line", "merchant_id", "order_line_id"),
    )

    return_id: Mapped[UUID]
    order_line_id: Mapped[UUID]
    reason: Mapped[str]
    """A code of `reasons.toml`."""
    quantity: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    restocked: Mapped[int] = mapped_column(default=0)
    quarantined: Mapped[int] = mapped_column(default=0)
    written_off: Mapped[int] = mapped_column(default=0)
    declined: Mapped[int] = mapped_column(default=0)
    """Units that the customer gets back, because they are not taken back."""
    net_minor: Mapped[int] = mapped_column(default=0)
    tax_minor: Mapped[int] = mapped_column(default=0)


class ReturnedUnits(TenantTable):
    """How many units of a sold line returns lay claim to; its id is the line's.

    The database lets no two returns claim one unit: whoever raises `units` does it in one statement.
    """

    __tablename__ = "returned_units"
    __table_args__ = (
        tenant_reference("id", "order_line"),
        tenant_reference("order_id", "sales_order"),
        CheckConstraint("units BETWEEN 0 AND sold", name="units"),
        CheckConstraint("settled BETWEEN 0 AND units", name="settled"),
        Index("ix_returned_units_order", "merchant_id", "order_id"),
    )

    order_id: Mapped[UUID]
    sold: Mapped[int]
    """Units that the line sold."""
    units: Mapped[int]
    """Units that come back or have."""
    settled: Mapped[int] = mapped_column(default=0)
    """Units whose money was reckoned."""


class ReturnTermsSet(TenantTable):
    """How a merchant takes goods back, from when on, and who said so; the newest counts."""

    __tablename__ = "return_terms"
    __table_args__ = (
        CheckConstraint("days BETWEEN 0 AND 365", name="days"),
        CheckConstraint("by_post OR to_store", name="ways"),
        {"info": APPEND_ONLY},
    )

    days: Mapped[int]
    """Days after the goods have arrived; the law of the country may give more."""
    at_once: Mapped[bool]
    """Whether a return within the days is approved without anybody looking at it."""
    by_post: Mapped[bool]
    to_store: Mapped[bool]
    address: Mapped[str] = mapped_column(default="")
    """Where parcels are sent to, line by line."""
    address_zh: Mapped[str] = mapped_column(default="")
    set_by: Mapped[UUID]
    set_at: Mapped[datetime] = mapped_column(default=utc_now)
