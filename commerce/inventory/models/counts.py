"""Count sheets: what people found on the shelves, and what the books said at that moment."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import Base, TenantTable, tenant_reference


class CountSheet(TenantTable):
    """The count of a place or of one of its zones: open, then approved or cancelled."""

    __tablename__ = "count_sheet"
    __table_args__ = (
        UniqueConstraint("merchant_id", "number"),
        tenant_reference("location_id", "location"),
        CheckConstraint("state IN ('open', 'approved', 'cancelled')", name="state"),
        CheckConstraint("tolerance >= 0", name="tolerance"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="end"),
        Index(
            "ix_count_sheet_open", "merchant_id", "location_id", postgresql_where="state = 'open'"
        ),
    )

    number: Mapped[str]
    """What people call it, such as CS-7Q3K9M."""
    location_id: Mapped[UUID]
    zone: Mapped[str] = mapped_column(default="")
    """The zone that is counted; empty counts the whole place."""
    state: Mapped[str]
    blind: Mapped[bool] = mapped_column(default=True)
    """Whoever counts is not told what the books say."""
    tolerance: Mapped[int] = mapped_column(default=0)
    """Units by which a line may differ without being counted once more."""
    note: Mapped[str] = mapped_column(default="")
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]


class CountLine(Base):
    """One variant on a sheet. `expected` is what the books said when it was counted first.

    The ledger goes on while people count: what differs is added to what is on hand at approval, so
    that sales meanwhile are neither lost nor booked twice. A recount has its own moment.
    """

    __tablename__ = "count_line"
    __table_args__ = (
        tenant_reference("sheet_id", "count_sheet"),
        tenant_reference("variant_id", "variant"),
        tenant_reference("location_id", "location"),
        CheckConstraint("counted >= 0 AND recounted >= 0", name="units"),
        CheckConstraint("num_nonnulls(counted, expected, counted_at) IN (0, 3)", name="count"),
        CheckConstraint(
            "num_nonnulls(recounted, expected_again, recounted_at) IN (0, 3)", name="recount"
        ),
        CheckConstraint("recounted IS NULL OR counted IS NOT NULL", name="order"),
        # On two open sheets the same difference would be booked twice.
        Index(
            "uq_count_line_open",
            "merchant_id",
            "location_id",
            "variant_id",
            unique=True,
            postgresql_where="is_open",
        ),
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    sheet_id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    location_id: Mapped[UUID]
    is_open: Mapped[bool] = mapped_column(default=True)
    left_out: Mapped[bool] = mapped_column(default=False)
    """Struck from the sheet by the person who approves; nothing is booked for it."""
    counted: Mapped[int | None]
    counted_by: Mapped[UUID | None]
    counted_at: Mapped[datetime | None]
    expected: Mapped[int | None]
    movement_id: Mapped[UUID | None]
    """The newest line of the ledger when it was counted; none when there was no line yet."""
    recounted: Mapped[int | None]
    recounted_by: Mapped[UUID | None]
    recounted_at: Mapped[datetime | None]
    expected_again: Mapped[int | None]
    movement_again_id: Mapped[UUID | None]
    booked: Mapped[int | None]
    """The difference that the approval wrote to the ledger; 0 when there was none."""
