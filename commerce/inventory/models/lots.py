"""Lots with expiry dates, of those variants that ask for them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import APPEND_ONLY, Base, TenantTable, tenant_reference


class Lot(TenantTable):
    """Goods of one variant that were made together. The lot without a code is what nobody told."""

    __tablename__ = "lot"
    __table_args__ = (
        UniqueConstraint("merchant_id", "variant_id", "code"),
        tenant_reference("variant_id", "variant"),
        CheckConstraint("code <> '' OR expires_on IS NULL", name="untold"),
        CheckConstraint("expired_at IS NULL OR expires_on IS NOT NULL", name="expiry"),
        Index(
            "ix_lot_expiry",
            "expires_on",
            postgresql_where="expires_on IS NOT NULL AND expired_at IS NULL",
        ),
    )

    variant_id: Mapped[UUID]
    code: Mapped[str]
    expires_on: Mapped[date | None]
    """The last day, in the merchant's time zone, on which it may be sold."""
    expired_at: Mapped[datetime | None]
    """When the books took it out of what is available."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class LotLevel(Base):
    """Units of one lot at one place; all lots of a variant there add up to its level."""

    __tablename__ = "lot_level"
    __table_args__ = (
        tenant_reference("lot_id", "lot"),
        tenant_reference("location_id", "location"),
        CheckConstraint("on_hand >= 0", name="on_hand"),
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(primary_key=True)
    location_id: Mapped[UUID] = mapped_column(primary_key=True)
    on_hand: Mapped[int]


class MovementLot(Base):
    """Which lots a line of the stock ledger moved: a recall finds every sale by it."""

    __tablename__ = "movement_lot"
    __table_args__ = (
        tenant_reference("movement_id", "movement"),
        tenant_reference("lot_id", "lot"),
        CheckConstraint("quantity <> 0", name="quantity"),
        Index("ix_movement_lot_lot", "merchant_id", "lot_id"),
        {"info": APPEND_ONLY},
    )

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    movement_id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    """Signed units, as in the movement."""
