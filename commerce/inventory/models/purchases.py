"""What was ordered from suppliers and comes in."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import Base, TenantTable, tenant_reference


class Supplier(TenantTable):
    """Somebody whom the merchant buys goods from."""

    __tablename__ = "supplier"
    __table_args__ = (
        UniqueConstraint("merchant_id", "code"),
        CheckConstraint("lead_days BETWEEN 0 AND 730", name="lead_days"),
    )

    code: Mapped[str]
    name: Mapped[str]
    name_zh: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    lead_days: Mapped[int] = mapped_column(default=0)
    """Days from the order to the arrival, as a rule."""
    active: Mapped[bool] = mapped_column(default=True)


class Purchase(TenantTable):
    """An order with a supplier: draft, then ordered, then received or cancelled.

    It may come in several parts. It is received once everything has come, or once somebody says
    that nothing more will.
    """

    __tablename__ = "purchase"
    __table_args__ = (
        UniqueConstraint("merchant_id", "number"),
        tenant_reference("supplier_id", "supplier"),
        tenant_reference("location_id", "location"),
        CheckConstraint("state IN ('draft', 'ordered', 'received', 'cancelled')", name="state"),
        CheckConstraint(
            "state = 'cancelled' OR (state = 'draft') = (ordered_at IS NULL)", name="moments"
        ),
        CheckConstraint(
            "(state IN ('received', 'cancelled')) = (ended_at IS NOT NULL)", name="end"
        ),
        Index(
            "ix_purchase_open",
            "merchant_id",
            "location_id",
            postgresql_where="state IN ('draft', 'ordered')",
        ),
    )

    number: Mapped[str]
    """What people call it, such as PO-7Q3K9M."""
    supplier_id: Mapped[UUID]
    location_id: Mapped[UUID]
    """Where the goods are to arrive."""
    state: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")
    """The supplier's own number of the order."""
    expected_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    ordered_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    ordered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class PurchaseLine(Base):
    """Units of one variant in a purchase, and what one of them costs in minor units."""

    __tablename__ = "purchase_line"
    __table_args__ = (
        tenant_reference("purchase_id", "purchase"),
        tenant_reference("variant_id", "variant"),
        CheckConstraint("ordered > 0", name="ordered"),
        CheckConstraint("received >= 0 AND surplus >= 0 AND received <= ordered", name="received"),
        CheckConstraint("unit_cost_minor >= 0", name="cost"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    purchase_id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    ordered: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    """Of what was ordered, what has come."""
    surplus: Mapped[int] = mapped_column(default=0)
    """What came beyond what was ordered."""
    unit_cost_minor: Mapped[int]
    currency: Mapped[str]
