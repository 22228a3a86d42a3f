"""Tables of the parts in which an order leaves: one from each location, in one way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import Base, TenantTable, tenant_reference

_ACTIVE = "state IN ('open', 'picking', 'packed', 'ready')"


class Fulfilment(TenantTable):
    """The part of an order that leaves from one location in one way; a service has no location.

    While it waits, its lines are what the location keeps for the order; once it has left, they are
    what left.
    """

    __tablename__ = "fulfilment"
    __table_args__ = (
        tenant_reference("order_id", "sales_order"),
        tenant_reference("location_id", "location"),
        CheckConstraint("kind IN ('parcel', 'pickup', 'hand_over', 'service')", name="kind"),
        CheckConstraint("(kind = 'service') = (location_id IS NULL)", name="location"),
        CheckConstraint(
            "state IN ('open', 'picking', 'packed', 'ready', 'sent', 'collected', 'delivered', "
            "'declined', 'cancelled', 'returned')",
            name="state",
        ),
        CheckConstraint("state <> 'ready' OR kind IN ('pickup', 'hand_over')", name="ready"),
        CheckConstraint("state <> 'sent' OR kind = 'parcel'", name="sent"),
        CheckConstraint("state <> 'picking' OR clerk_id IS NOT NULL", name="clerk"),
        CheckConstraint(
            "(state IN ('sent', 'collected', 'delivered', 'returned')) = (left_at IS NOT NULL)",
            name="left",
        ),
        CheckConstraint(
            "(state IN ('declined', 'cancelled')) = (ended_at IS NOT NULL)", name="ended"
        ),
        CheckConstraint("state <> 'declined' OR reason <> ''", name="reason"),
        CheckConstraint("state <> 'ready' OR collect_by IS NOT NULL", name="collect_by"),
        # A location has one part of an order in hand at a time: what comes to it joins that part.
        Index(
            "uq_fulfilment_active",
            "merchant_id",
            "order_id",
            "location_id",
            unique=True,
            postgresql_where=text(_ACTIVE),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_fulfilment_ready", "collect_by", postgresql_where=text("state = 'ready'")),
        Index("ix_fulfilment_order", "merchant_id", "order_id"),
        Index(
            "ix_fulfilment_work",
            "merchant_id",
            "location_id",
            "due_at",
            postgresql_where=text(_ACTIVE),
        ),
        Index(
            "ix_fulfilment_undated",
            "merchant_id",
            "id",
            postgresql_where=text(f"{_ACTIVE} AND due_at IS NULL"),
        ),
    )

    order_id: Mapped[UUID]
    location_id: Mapped[UUID | None]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    due_at: Mapped[datetime | None]
    """Until when it is to be ready or to leave; None until the clock has reckoned it."""
    clerk_id: Mapped[UUID | None]
    """Who picks it, or picked it."""
    ready_at: Mapped[datetime | None]
    collect_by: Mapped[datetime | None]
    """Until when it lies on the pickup shelf."""
    reminded_at: Mapped[datetime | None]
    """When its customer was reminded of that."""
    left_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why it was declined or cancelled: a code, or what a person wrote."""
    note: Mapped[str] = mapped_column(default="")


class FulfilmentLine(Base):
    """Units of one variant that leave with a fulfilment."""

    __tablename__ = "fulfilment_line"
    __table_args__ = (
        tenant_reference("fulfilment_id", "fulfilment"),
        tenant_reference("variant_id", "variant"),
        CheckConstraint("quantity >= 0 AND short >= 0", name="units"),
        CheckConstraint("picked BETWEEN 0 AND quantity", name="picked"),
        Index("ix_fulfilment_line_variant", "merchant_id", "variant_id"),
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    fulfilment_id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    """Units that are to leave, or have left; 0 when all of them went another way."""
    picked: Mapped[int] = mapped_column(default=0)
    short: Mapped[int] = mapped_column(default=0)
    """Units that were to be picked here and could not be."""
