"""Tables of payments: what was promised, taken and given back, whoever carried it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import TenantTable, tenant_reference
from commerce.payments.stored_value.models import StoredValue, StoredValueEntry

__all__ = ["Payment", "PaymentMethod", "Refund", "StoredValue", "StoredValueEntry", "WebhookEvent"]


class PaymentMethod(TenantTable):
    """A way to pay that a merchant has switched on."""

    __tablename__ = "payment_method"
    __table_args__ = (
        UniqueConstraint("merchant_id", "plugin"),
        UniqueConstraint("plugin", "account"),
        CheckConstraint("standing IS NULL OR account IS NOT NULL", name="standing"),
    )

    plugin: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=100)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What anybody may read."""
    sealed: Mapped[bytes | None]
    """The secret settings as one sealed JSON object."""
    account: Mapped[str | None]
    """The merchant's account at a provider where the park has one of its own; nobody else has it."""
    standing: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """How the provider said last that this account stands."""


class Payment(TenantTable):
    """One attempt to pay an order with one tender. Amounts are minor units of `currency`."""

    __tablename__ = "payment"
    __table_args__ = (
        tenant_reference("order_id", "sales_order"),
        UniqueConstraint("merchant_id", "plugin", "handle"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint(
            "0 <= captured_minor AND captured_minor <= authorised_minor "
            "AND authorised_minor <= amount_minor",
            name="captured",
        ),
        CheckConstraint(
            "refunded_minor >= elsewhere_refunded_minor AND elsewhere_refunded_minor >= 0 "
            "AND refunding_minor >= 0 "
            "AND refunded_minor + refunding_minor <= captured_minor",
            name="refunded",
        ),
        CheckConstraint(
            "credited_minor BETWEEN 0 AND refunded_minor - elsewhere_refunded_minor",
            name="credited",
        ),
        CheckConstraint(
            "state IN ('started', 'pending', 'action_required', 'authorised', 'captured', "
            "'failed', 'cancelled', 'unknown')",
            name="state",
        ),
        CheckConstraint("rounding_minor = 0 OR tender = 'cash'", name="rounding"),
        Index("ix_payment_order", "merchant_id", "order_id"),
        Index(
            "ix_payment_open",
            "merchant_id",
            "created_at",
            postgresql_where="state IN ('started', 'pending', 'action_required', 'unknown')",
        ),
    )

    order_id: Mapped[UUID]
    tender: Mapped[str]
    """cash, card, online, gift_card, store_credit: what the receipt and the Z report count."""
    plugin: Mapped[str]
    """The provider's plugin id; `cash` is the till's own."""
    handle: Mapped[str | None]
    """The provider's name for this payment."""
    currency: Mapped[str]
    amount_minor: Mapped[int]
    authorised_minor: Mapped[int] = mapped_column(default=0)
    captured_minor: Mapped[int] = mapped_column(default=0)
    refunding_minor: Mapped[int] = mapped_column(default=0)
    """Refunds that the provider has not answered yet."""
    refunded_minor: Mapped[int] = mapped_column(default=0)
    """What went back: the refunds of ours that are done, and what was given back elsewhere."""
    elsewhere_refunded_minor: Mapped[int] = mapped_column(default=0)
    """What the provider gave back without our asking, as at its own desk."""
    credited_minor: Mapped[int] = mapped_column(default=0)
    """What of our refunds went to store credit: the provider keeps that and knows nothing of it."""
    tendered_minor: Mapped[int | None]
    """Cash that was handed over; the change is what exceeds the amount and its rounding."""
    rounding_minor: Mapped[int] = mapped_column(default=0)
    """What cash was paid beyond the amount, or less, because there is no smaller coin."""
    state: Mapped[str] = mapped_column(default="started")
    refusal: Mapped[str] = mapped_column(default="")
    """Why it was refused, as a code of its plugin: told in each reader's own language."""
    detail: Mapped[str] = mapped_column(default="")
    """How the plugin put it when it was refused: for codes that no plugin explains any more."""
    journey: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Language and addresses with which it was opened first; it is never opened with others."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    settled_at: Mapped[datetime | None]


class Refund(TenantTable):
    """Money on its way back to the payment it came from."""

    __tablename__ = "refund"
    __table_args__ = (
        tenant_reference("payment_id", "payment"),
        tenant_reference("account_id", "stored_value"),
        UniqueConstraint("merchant_id", "request_id"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("state IN ('requested', 'done', 'failed')", name="state"),
        Index("ix_refund_payment", "merchant_id", "payment_id"),
        Index("ix_refund_settled", "merchant_id", "settled_at"),
    )

    payment_id: Mapped[UUID]
    request_id: Mapped[UUID]
    """Named by whoever asks, so that a double click asks once."""
    amount_minor: Mapped[int]
    currency: Mapped[str]
    rounding_minor: Mapped[int] = mapped_column(default=0)
    """What cash was handed back beyond the amount, or less, because there is no smaller coin."""
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default="requested")
    handle: Mapped[str | None]
    refusal: Mapped[str] = mapped_column(default="")
    """Why it was refused, as a code of its plugin."""
    detail: Mapped[str] = mapped_column(default="")
    """How the plugin put it when it was refused."""
    account_id: Mapped[UUID | None]
    """The gift card or store credit that it goes to; None is back to where the payment came from."""
    actor_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    settled_at: Mapped[datetime | None]


class WebhookEvent(TenantTable):
    """The inbox: every genuine message of a provider, kept once, applied once."""

    __tablename__ = "webhook_event"
    __table_args__ = (
        UniqueConstraint("merchant_id", "plugin", "event_id"),
        Index("ix_webhook_event_open", "merchant_id", "id", postgresql_where="applied_at IS NULL"),
    )

    plugin: Mapped[str]
    event_id: Mapped[str]
    kind: Mapped[str]
    handle: Mapped[str]
    """The payment it speaks of, by the provider's name."""
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    applied_at: Mapped[datetime | None]
