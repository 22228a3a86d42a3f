"""Tables of the money ledger; the functions that fill `money_entry` stand in revision 0043."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import APPEND_ONLY, TenantTable, tenant_reference


class MoneyEntry(TenantTable):
    """One amount that moved from the account `credit` to the account `debit`, in minor units."""

    __tablename__ = "money_entry"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("debit <> credit", name="sides"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("rate > 0", name="rate"),
        Index("ix_money_entry_at", "merchant_id", "at"),
        {"info": APPEND_ONLY},
    )

    kind: Mapped[str]
    source_id: Mapped[UUID]
    """What it tells of: a payment, a refund, a dispute, a settlement line, a shift, a cash movement."""
    payment_id: Mapped[UUID | None]
    """The payment that it is about, if it is about one."""
    provider: Mapped[str]
    """The provider's plugin id; `cash` for the tills."""
    debit: Mapped[str]
    credit: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    rate: Mapped[Decimal | None] = mapped_column(Numeric(20, 10))
    """What one unit that was charged was worth in the currency it was settled in, at an exchange."""
    at: Mapped[datetime]
    """When it happened."""
    booked_at: Mapped[datetime] = mapped_column(default=utc_now)


class SettlementLine(TenantTable):
    """One line of a provider's own account of our money there, as it reports it; never changed.

    Amounts are signed as the provider's balance sees them: a charge is positive, a payout negative.
    """

    __tablename__ = "settlement_line"
    __table_args__ = (
        UniqueConstraint("merchant_id", "plugin", "handle"),
        tenant_reference("payment_id", "payment"),
        CheckConstraint(
            "kind IN ('charge', 'refund', 'refund_failed', 'dispute', 'dispute_returned', 'fee', "
            "'payout', 'payout_failed', 'other')",
            name="kind",
        ),
        CheckConstraint("(charged_currency IS NULL) = (charged_minor IS NULL)", name="charged"),
        CheckConstraint("payment_id IS NULL OR charged_minor IS NOT NULL", name="payment"),
        CheckConstraint("rate > 0", name="rate"),
        Index("ix_settlement_line_at", "merchant_id", "plugin", "at"),
        Index("ix_settlement_line_payment", "merchant_id", "payment_id"),
        {"info": APPEND_ONLY},
    )

    plugin: Mapped[str]
    handle: Mapped[str]
    """The provider's name of the line."""
    kind: Mapped[str]
    source: Mapped[str]
    """The provider's name of what it settles: a charge, a refund, a dispute, a payout."""
    payment_id: Mapped[UUID | None]
    currency: Mapped[str]
    """What the provider settles in."""
    amount_minor: Mapped[int]
    """Before the fee."""
    fee_minor: Mapped[int] = mapped_column(default=0)
    charged_currency: Mapped[str | None]
    charged_minor: Mapped[int | None]
    """What the payer's side was charged, or given back below zero."""
    rate: Mapped[Decimal | None] = mapped_column(Numeric(20, 10))
    """The provider's: one unit of what was charged in the currency of settlement; None without exchange."""
    book_rate: Mapped[Decimal | None] = mapped_column(Numeric(20, 10))
    """Ours of the moment of the charge; None where nobody stated one."""
    book_minor: Mapped[int | None]
    """What was charged at our rate, in the currency of settlement."""
    at: Mapped[datetime]
    learned_at: Mapped[datetime] = mapped_column(default=utc_now)


class Payout(TenantTable):
    """Money on its way from a provider to the merchant's bank. Its state only goes forward."""

    __tablename__ = "payout"
    __table_args__ = (
        UniqueConstraint("merchant_id", "plugin", "handle"),
        CheckConstraint(
            "state IN ('pending', 'in_transit', 'paid', 'failed', 'cancelled')", name="state"
        ),
        Index("ix_payout_at", "merchant_id", "at"),
    )

    plugin: Mapped[str]
    handle: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    state: Mapped[str]
    arrives_on: Mapped[date | None]
    at: Mapped[datetime]


class PayoutLine(TenantTable):
    """Which payout a settlement line was paid out with; its id is the line's."""

    __tablename__ = "payout_line"
    __table_args__ = (
        tenant_reference("id", "settlement_line"),
        tenant_reference("payout_id", "payout"),
        Index("ix_payout_line_payout", "merchant_id", "payout_id"),
        {"info": APPEND_ONLY},
    )

    payout_id: Mapped[UUID]


class Dispute(TenantTable):
    """A payer's bank that takes a payment back, or asks about it. Its state only goes forward."""

    __tablename__ = "dispute"
    __table_args__ = (
        UniqueConstraint("merchant_id", "plugin", "handle"),
        tenant_reference("payment_id", "payment"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint(
            "state IN ('inquiry', 'inquiry_closed', 'needs_response', 'under_review', 'won', 'lost')",
            name="state",
        ),
        Index("ix_dispute_payment", "merchant_id", "payment_id"),
    )

    plugin: Mapped[str]
    handle: Mapped[str]
    payment_id: Mapped[UUID]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    reason: Mapped[str]
    """As the provider names it."""
    state: Mapped[str]
    respond_by: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class BalanceCheck(TenantTable):
    """What a provider says it holds for the merchant, beside what our books say; once a round."""

    __tablename__ = "balance_check"
    __table_args__ = (
        Index("ix_balance_check_at", "merchant_id", "plugin", "currency", "at"),
        {"info": APPEND_ONLY},
    )

    plugin: Mapped[str]
    currency: Mapped[str]
    theirs_minor: Mapped[int]
    ours_minor: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=utc_now)
