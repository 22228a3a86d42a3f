"""Tables of stored value: the accounts with their balance, and the journal that explains it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import APPEND_ONLY, TenantTable, tenant_reference


class StoredValue(TenantTable):
    """What one card, or one customer in one currency, has left to spend, in minor units."""

    __tablename__ = "stored_value"
    __table_args__ = (
        tenant_reference("customer_id", "customer"),
        tenant_reference("order_line_id", "order_line"),
        UniqueConstraint("merchant_id", "code_digest"),
        UniqueConstraint("merchant_id", "order_line_id", "unit"),
        CheckConstraint("balance_minor >= 0", name="balance"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint(
            "CASE kind WHEN 'gift_card' THEN code_digest IS NOT NULL AND customer_id IS NULL "
            "WHEN 'store_credit' THEN code_digest IS NULL AND customer_id IS NOT NULL "
            "AND order_line_id IS NULL ELSE false END",
            name="kind",
        ),
        CheckConstraint("(order_line_id IS NULL) = (unit IS NULL)", name="sold"),
        Index(
            "ix_stored_value_customer",
            "merchant_id",
            "customer_id",
            "currency",
            unique=True,
            postgresql_where="kind = 'store_credit'",
        ),
        Index("ix_stored_value_last_four", "merchant_id", "last_four"),
        Index(
            "ix_stored_value_expiring",
            "expires_at",
            postgresql_where="balance_minor > 0 AND expires_at IS NOT NULL",
        ),
        Index("ix_stored_value_sealed", "created_at", postgresql_where="sealed_code IS NOT NULL"),
    )

    kind: Mapped[str]
    """gift_card, store_credit."""
    currency: Mapped[str]
    balance_minor: Mapped[int] = mapped_column(default=0)
    customer_id: Mapped[UUID | None]
    """Whose credit it is; cards belong to whoever holds them."""
    code_digest: Mapped[bytes | None]
    """HMAC-SHA-256 of the code under a key of the vault."""
    last_four: Mapped[str] = mapped_column(default="")
    sealed_code: Mapped[bytes | None]
    """The code for its letter or receipt, until that is out."""
    order_line_id: Mapped[UUID | None]
    """The line by which it was sold, if it was."""
    unit: Mapped[int | None]
    """Which of the line's units it is, from 1."""
    recipient: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """To whom its letter goes: email, name, message, locale."""
    expires_at: Mapped[datetime | None]
    """The first moment at which it no longer pays; None is never."""
    blocked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class StoredValueEntry(TenantTable):
    """One change of a balance, by `amount_minor`, which leaves `balance_minor`."""

    __tablename__ = "stored_value_entry"
    __table_args__ = (
        tenant_reference("account_id", "stored_value"),
        tenant_reference("payment_id", "payment"),
        tenant_reference("refund_id", "refund"),
        UniqueConstraint("merchant_id", "request_id"),
        UniqueConstraint("merchant_id", "refund_id"),
        UniqueConstraint("merchant_id", "payment_id"),
        CheckConstraint(
            "CASE WHEN kind IN ('sold', 'granted', 'refunded') THEN amount_minor > 0 "
            "WHEN kind IN ('redeemed', 'withdrawn', 'expired') THEN amount_minor < 0 "
            "ELSE kind = 'adjusted' AND amount_minor <> 0 END",
            name="kind",
        ),
        CheckConstraint("balance_minor >= 0", name="balance"),
        CheckConstraint("(kind = 'redeemed') = (payment_id IS NOT NULL)", name="payment"),
        CheckConstraint("(kind = 'refunded') = (refund_id IS NOT NULL)", name="refund"),
        CheckConstraint("kind NOT IN ('granted', 'adjusted') OR reason <> ''", name="reason"),
        Index("ix_stored_value_entry_account", "merchant_id", "account_id", "id"),
        {"info": APPEND_ONLY},
    )

    account_id: Mapped[UUID]
    kind: Mapped[str]
    amount_minor: Mapped[int]
    balance_minor: Mapped[int]
    payment_id: Mapped[UUID | None]
    refund_id: Mapped[UUID | None]
    request_id: Mapped[UUID]
    """Named by whoever asks, so that a double click books once."""
    reason: Mapped[str] = mapped_column(default="")
    actor_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=utc_now)
