"""Clerk PINs, and the guard that a register's PIN pad keeps."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import TenantTable


class ClerkPin(TenantTable):
    """The PIN of one person at one merchant, as a slow, peppered fingerprint.

    The salt is the merchant's, so equal PINs have equal fingerprints: the database itself keeps
    them unique in a merchant, and one computation finds whose PIN was typed.
    """

    __tablename__ = "clerk_pin"
    __table_args__ = (
        UniqueConstraint("merchant_id", "staff_id"),
        UniqueConstraint("merchant_id", "fingerprint"),
    )

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    fingerprint: Mapped[bytes]
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)


class PinGuard(TenantTable):
    """Misses at the PIN pad of one register (`id` is the register's id) within a window."""

    __tablename__ = "pin_guard"
    __table_args__ = (CheckConstraint("misses >= 0 AND approval_misses >= 0", name="misses"),)

    misses: Mapped[int]
    """Where a clerk unlocks the till; nothing but time takes them back."""
    approval_misses: Mapped[int] = mapped_column(default=0)
    """Where a manager allows something; a PIN of somebody who may allow it takes them back."""
    ends_at: Mapped[datetime]
    """When the misses count no longer, unless the pad is locked."""
    locked_at: Mapped[datetime | None]
