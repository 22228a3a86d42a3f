"""What staff prove themselves with, besides the password: codes, passkeys, mailed links."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.tables import PARK_ONLY, Base


class StaffTotp(Base):
    """The seed of an authenticator app (RFC 6238), sealed; it counts once confirmed by a code."""

    __tablename__ = "staff_totp"
    __table_args__ = ({"info": PARK_ONLY},)

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), primary_key=True)
    sealed_seed: Mapped[bytes]
    last_step: Mapped[int] = mapped_column(default=0)
    """The latest 30 second step whose code was used; that step and earlier ones are spent."""
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class RecoveryCode(Base):
    """One of ten codes for the day the telephone is lost; each works once."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index(None, "staff_id"), {"info": PARK_ONLY})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    code_hash: Mapped[bytes]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A public key credential (W3C WebAuthn level 3) of one person."""

    __tablename__ = "passkey"
    __table_args__ = (Index(None, "staff_id"), {"info": PARK_ONLY})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    transports: Mapped[list[str]] = mapped_column(ARRAY(Text))
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_used_at: Mapped[datetime | None]


class PasskeyCeremony(Base):
    """A challenge that waits for its answer; reading it spends it."""

    __tablename__ = "passkey_ceremony"
    __table_args__ = (
        CheckConstraint("(purpose = 'register') = (staff_id IS NOT NULL)", name="staff"),
        CheckConstraint("purpose IN ('register', 'sign-in')", name="purpose"),
        {"info": PARK_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    purpose: Mapped[str]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    challenge: Mapped[bytes]
    expires_at: Mapped[datetime]


class MailedToken(Base):
    """A link sent by mail, stored as its hash; it works once and not for long."""

    __tablename__ = "mailed_token"
    __table_args__ = (
        CheckConstraint("purpose IN ('reset', 'invitation')", name="purpose"),
        Index(None, "staff_id"),
        {"info": PARK_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    purpose: Mapped[str]
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    membership_id: Mapped[UUID | None]
    """The membership that accepting the invitation puts in force."""
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
