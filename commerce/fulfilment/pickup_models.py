"""The table of the keys with which merchants sign pickup codes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import Base


class PickupKey(Base):
    """A merchant's key pair for pickup codes; tills know the public one."""

    __tablename__ = "pickup_key"

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    public_key: Mapped[str]
    """SubjectPublicKeyInfo in base 64."""
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    """The private key (PKCS #8 in base 64), sealed by the vault."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
