"""Tables of the tills: registers, shifts, commands, the journal and its receipts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import APPEND_ONLY, TenantTable, tenant_reference


class Register(TenantTable):
    """One till: it has its own gapless receipt numbers and its own hash chain."""

    __tablename__ = "register"
    __table_args__ = (
        tenant_reference("location_id", "location"),
        UniqueConstraint("merchant_id", "series"),
        CheckConstraint("series ~ '^[A-Z0-9]{1,8}$'", name="series"),
        CheckConstraint("next_receipt >= 1 AND journal_length >= 0", name="counters"),
        CheckConstraint("next_return >= 1", name="next_return"),
    )

    location_id: Mapped[UUID]
    name: Mapped[str]
    name_zh: Mapped[str] = mapped_column(default="")
    series: Mapped[str]
    """What its receipt numbers begin with."""
    device_hash: Mapped[str | None]
    """SHA-256 of the key of the enrolled device; None while no device is enrolled."""
    next_receipt: Mapped[int] = mapped_column(default=1)
    next_return: Mapped[int] = mapped_column(default=1)
    """The number of the next receipt about goods that were taken back."""
    journal_length: Mapped[int] = mapped_column(default=0)
    journal_hash: Mapped[str] = mapped_column(default="")
    """Hash of the newest journal entry, which the next one carries on."""
    printer: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    reader: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """The card reader beside it: plugin, id and label; nothing while none is chosen."""
    active: Mapped[bool] = mapped_column(default=True)


class Shift(TenantTable):
    """A register from open to Z close."""

    __tablename__ = "shift"
    __table_args__ = (
        tenant_reference("register_id", "register"),
        UniqueConstraint("merchant_id", "register_id", "number"),
        CheckConstraint("float_minor >= 0", name="float"),
        CheckConstraint(
            "(closed_at IS NULL) = (counted_minor IS NULL) "
            "AND (closed_at IS NULL) = (report IS NULL)",
            name="closed",
        ),
        Index(
            "uq_shift_open",
            "merchant_id",
            "register_id",
            unique=True,
            postgresql_where="closed_at IS NULL",
        ),
    )

    register_id: Mapped[UUID]
    number: Mapped[int]
    """Counts up at the register without a gap: the Z number once it is closed."""
    currency: Mapped[str]
    float_minor: Mapped[int]
    opened_by: Mapped[UUID]
    opened_at: Mapped[datetime] = mapped_column(default=utc_now)
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    counted_minor: Mapped[int | None]
    report: Mapped[dict[str, Any] | None]
    """The Z report, frozen at the close."""


class CashMovement(TenantTable):
    """Cash put into the drawer or taken out of it other than by selling."""

    __tablename__ = "cash_movement"
    __table_args__ = (
        tenant_reference("shift_id", "shift"),
        tenant_reference("refund_id", "refund"),
        UniqueConstraint("merchant_id", "refund_id"),
        CheckConstraint("amount_minor <> 0", name="amount"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_cash_movement_shift", "merchant_id", "shift_id"),
        {"info": APPEND_ONLY},
    )

    shift_id: Mapped[UUID]
    amount_minor: Mapped[int]
    """Positive for cash in, negative for cash out."""
    reason: Mapped[str]
    refund_id: Mapped[UUID | None]
    """The refund that it pays, if it pays one of a sale before."""
    actor_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class TillRefund(TenantTable):
    """A refund in cash that the tills of one store are asked to pay; its id is the refund's.

    Whether it is paid or called off, the refund says; which drawer paid it, the cash movement.
    """

    __tablename__ = "till_refund"
    __table_args__ = (
        tenant_reference("id", "refund"),
        tenant_reference("location_id", "location"),
        Index("ix_till_refund_location", "merchant_id", "location_id"),
        {"info": APPEND_ONLY},
    )

    location_id: Mapped[UUID]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(default=utc_now)


class TillCommand(TenantTable):
    """What a till asked for, named by the till, and what it was answered: once, for ever."""

    __tablename__ = "till_command"
    __table_args__ = (tenant_reference("register_id", "register"), {"info": APPEND_ONLY})

    register_id: Mapped[UUID]
    kind: Mapped[str]
    body_hash: Mapped[str]
    response: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(default=utc_now)


class TillSale(TenantTable):
    """The part of a till's order that only the till knows; its id is the order's."""

    __tablename__ = "till_sale"
    __table_args__ = (
        tenant_reference("id", "sales_order"),
        tenant_reference("register_id", "register"),
        tenant_reference("shift_id", "shift"),
        UniqueConstraint("merchant_id", "register_id", "receipt"),
        CheckConstraint("(receipt IS NULL) = (completed_at IS NULL)", name="receipt"),
        CheckConstraint("voided_at IS NULL OR completed_at IS NOT NULL", name="voided"),
        Index("ix_till_sale_shift", "merchant_id", "shift_id"),
    )

    register_id: Mapped[UUID]
    shift_id: Mapped[UUID]
    receipt: Mapped[int | None]
    """Gapless in the register's series; given when everything is paid."""
    completed_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]


class TillReturn(TenantTable):
    """The part of a return that only the till knows that took the goods back; its id is the return's."""

    __tablename__ = "till_return"
    __table_args__ = (
        tenant_reference("id", "order_return"),
        tenant_reference("register_id", "register"),
        tenant_reference("shift_id", "shift"),
        UniqueConstraint("merchant_id", "register_id", "number"),
        Index("ix_till_return_shift", "merchant_id", "shift_id"),
        {"info": APPEND_ONLY},
    )

    register_id: Mapped[UUID]
    shift_id: Mapped[UUID]
    number: Mapped[int]
    """Gapless in the register's own series of returns."""
    clerk_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class SaleVariance(TenantTable):
    """What a sale that happened has against the rules of today; booked as it was, for somebody to see.

    One row for each rule: the `kind` says which, the `facts` what was done and what the rule says.
    """

    __tablename__ = "sale_variance"
    __table_args__ = (
        tenant_reference("sale_id", "sales_order"),
        UniqueConstraint("merchant_id", "sale_id", "kind"),
        CheckConstraint(
            "kind IN ('cash-off', 'discount', 'price', 'withdrawn', 'clerk')", name="kind"
        ),
        CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="seen"),
        Index(
            "ix_sale_variance_open",
            "merchant_id",
            "id",
            postgresql_where="seen_at IS NULL",
        ),
    )

    sale_id: Mapped[UUID]
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    sold_at: Mapped[datetime]
    """When the till made the sale: when it was booked, less how long the till says it waited."""
    at: Mapped[datetime] = mapped_column(default=utc_now)
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[UUID | None]


class JournalEntry(TenantTable):
    """One link of a register's chain; its hash covers the one before and its own body."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        tenant_reference("register_id", "register"),
        UniqueConstraint("merchant_id", "register_id", "position"),
        Index(
            "ix_journal_entry_provisional",
            "merchant_id",
            "register_id",
            postgresql_where="kind = 'provisional'",
        ),
        {"info": APPEND_ONLY},
    )

    register_id: Mapped[UUID]
    position: Mapped[int]
    kind: Mapped[str]
    body: Mapped[str]
    """Canonical JSON, kept as text so that the bytes that were hashed stay the same."""
    previous_hash: Mapped[str]
    hash: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class ParkedBasket(TenantTable):
    """A basket set aside at a store until the customer is back."""

    __tablename__ = "parked_basket"
    __table_args__ = (
        tenant_reference("location_id", "location"),
        tenant_reference("customer_id", "customer"),
        Index("ix_parked_basket_location", "merchant_id", "location_id"),
    )

    location_id: Mapped[UUID]
    label: Mapped[str]
    customer_id: Mapped[UUID | None]
    lines: Mapped[Any] = mapped_column(JSONB)
    """All that lies in it: commerce.registers.parked.Contents."""
    actor_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class TillRules(TenantTable):
    """What a merchant let its clerks do alone, from when on, and who said so; the newest counts."""

    __tablename__ = "till_rules"
    __table_args__ = (
        CheckConstraint("discount_limit BETWEEN 0 AND 10000", name="discount_limit"),
        CheckConstraint("lock_after_seconds BETWEEN 30 AND 1800", name="lock_after_seconds"),
        {"info": APPEND_ONLY},
    )

    discount_limit: Mapped[int]
    """Basis points of a line's full price."""
    lock_after_seconds: Mapped[int]
    set_by: Mapped[UUID]
    set_at: Mapped[datetime] = mapped_column(default=utc_now)
