"""Goods on their way between two places of one merchant."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import Base, TenantTable, tenant_reference


class Transfer(TenantTable):
    """What is sent from one place to another: draft, then sent, then received or cancelled.

    A draft holds its goods at the origin. What is sent and not yet received lies in transit.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        UniqueConstraint("merchant_id", "number"),
        tenant_reference("origin_id", "location"),
        tenant_reference("destination_id", "location"),
        tenant_reference("transit_id", "location"),
        CheckConstraint("state IN ('draft', 'sent', 'received', 'cancelled')", name="state"),
        CheckConstraint("origin_id <> destination_id", name="places"),
        CheckConstraint("(sent_at IS NULL) = (transit_id IS NULL)", name="sent"),
        CheckConstraint(
            "state = 'cancelled' OR (state = 'draft') = (sent_at IS NULL)", name="moments"
        ),
        CheckConstraint(
            "(state IN ('received', 'cancelled')) = (ended_at IS NOT NULL)", name="end"
        ),
        Index(
            "ix_transfer_open",
            "merchant_id",
            "destination_id",
            postgresql_where="state IN ('draft', 'sent')",
        ),
    )

    number: Mapped[str]
    """What people call it, such as TR-7Q3K9M."""
    origin_id: Mapped[UUID]
    destination_id: Mapped[UUID]
    transit_id: Mapped[UUID | None]
    """Where the goods are on the books between sending and receiving."""
    state: Mapped[str]
    expected_on: Mapped[date | None]
    """The day of arrival by which availability may promise."""
    note: Mapped[str] = mapped_column(default="")
    asked_by: Mapped[UUID | None]
    sent_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class TransferLine(Base):
    """Units of one variant in a transfer: asked for, sent, received, and what became of the rest."""

    __tablename__ = "transfer_line"
    __table_args__ = (
        tenant_reference("transfer_id", "transfer"),
        tenant_reference("variant_id", "variant"),
        CheckConstraint("asked >= 0 AND asked + surplus > 0", name="asked"),
        CheckConstraint(
            "sent >= 0 AND received >= 0 AND lost >= 0 AND returned >= 0 AND surplus >= 0",
            name="units",
        ),
        CheckConstraint("sent <= asked AND received + lost + returned <= sent", name="sums"),
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    transfer_id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    asked: Mapped[int]
    """0 for goods that arrived although nobody had asked for them."""
    sent: Mapped[int] = mapped_column(default=0)
    received: Mapped[int] = mapped_column(default=0)
    """Of what was sent, what has arrived."""
    lost: Mapped[int] = mapped_column(default=0)
    """Of what was sent, what never arrived: a discrepancy."""
    returned: Mapped[int] = mapped_column(default=0)
    """Of what was sent, what is back at the origin."""
    surplus: Mapped[int] = mapped_column(default=0)
    """What arrived beyond what was sent: a discrepancy."""
