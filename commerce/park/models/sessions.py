"""Who is signed in where. Only the hash of a session's token is stored (NIST SP 800-63B, 5.1)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.tables import PARK_ONLY, Base, TenantTable


class StaffSession(Base):
    """A browser in which a member of staff is signed in, or half-way through two steps."""

    __tablename__ = "staff_session"
    __table_args__ = (
        CheckConstraint("stage IN ('second-step', 'full')", name="stage"),
        Index(None, "staff_id"),
        Index(None, "ends_at"),
        {"info": PARK_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    stage: Mapped[str]
    signed_in_at: Mapped[datetime] = mapped_column(default=utc_now)
    proved_at: Mapped[datetime]
    """When the person last proved who they are; sensitive acts ask for a recent proof."""
    last_seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    address: Mapped[str]
    user_agent: Mapped[str]


class ShopperSession(TenantTable):
    """A browser in which a shopper is signed in to one merchant's shop."""

    __tablename__ = "shopper_session"
    __table_args__ = (
        UniqueConstraint("merchant_id", "token_hash"),
        Index(None, "merchant_id", "customer_id"),
        Index(None, "ends_at"),
    )

    token_hash: Mapped[bytes]
    customer_id: Mapped[UUID]
    signed_in_at: Mapped[datetime] = mapped_column(default=utc_now)
    proved_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    address: Mapped[str]
    user_agent: Mapped[str]
