"""What the ledger gives and takes: frozen rows, amounts in minor units."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from commerce.kernel.money import Money
from commerce.ledger.accounts import Account, EntryKind


class DisputeState(StrEnum):
    """How far a dispute has come."""

    INQUIRY = "inquiry"
    """The payer's bank asks; nothing is taken back yet."""
    INQUIRY_CLOSED = "inquiry_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"

    @property
    def waits_for_us(self) -> bool:
        """Whether the merchant has still to answer."""
        return self in {DisputeState.INQUIRY, DisputeState.NEEDS_RESPONSE}


class PayoutState(StrEnum):
    """How far a payout has come."""

    PENDING = "pending"
    IN_TRANSIT = "in_transit"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry, with the order that it concerns, if it concerns one."""

    id: UUID
    kind: EntryKind
    provider: str
    debit: Account
    credit: Account
    currency: str
    amount_minor: int
    rate: Decimal | None
    at: datetime
    order_id: UUID | None
    order_number: str | None

    @property
    def amount(self) -> Money:
        """What moved."""
        return Money(self.amount_minor, self.currency)


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One account at one provider in one currency over a period; debit is positive."""

    provider: str
    account: Account
    currency: str
    before_minor: int
    debit_minor: int
    credit_minor: int

    @property
    def before(self) -> Money:
        """What it held when the period began."""
        return Money(self.before_minor, self.currency)

    @property
    def debit(self) -> Money:
        """What was booked on its left side in the period."""
        return Money(self.debit_minor, self.currency)

    @property
    def credit(self) -> Money:
        """What was booked on its right side in the period."""
        return Money(self.credit_minor, self.currency)

    @property
    def after(self) -> Money:
        """What it holds at the end."""
        return Money(self.before_minor + self.debit_minor - self.credit_minor, self.currency)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A payment whose takings and whose settlement differ; positive is what we still wait for."""

    provider: str
    payment_id: UUID
    order_id: UUID
    order_number: str
    open: Money
    since: datetime


@dataclass(frozen=True, slots=True)
class CheckRow:
    """The newest comparison of a provider's balance with ours."""

    plugin: str
    theirs: Money
    ours: Money
    at: datetime

    @property
    def difference(self) -> Money:
        """What the provider holds beyond our books; below zero what it lacks."""
        return self.theirs - self.ours


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """One payout with what it is made of; sums in its currency, before and after fees."""

    id: UUID
    plugin: str
    handle: str
    amount: Money
    state: PayoutState
    arrives_on: date | None
    at: datetime
    lines: int
    gross: Money
    fees: Money
    result: Money
    """What exchanges brought beyond their worth in our books, or less."""
    unrated: int
    """Exchanges for which nobody had stated a rate: no worth, so no gain or loss."""

    @property
    def difference(self) -> Money:
        """What it pays beyond its lines; below zero what is missing."""
        return self.amount - (self.gross - self.fees)


@dataclass(frozen=True, slots=True)
class LineRow:
    """One settled line: what was charged, at which rate, what was settled, what it cost."""

    id: UUID
    kind: str
    source: str
    settled: Money
    fee: Money
    charged: Money | None
    rate: Decimal | None
    book_rate: Decimal | None
    book: Money | None
    at: datetime
    order_id: UUID | None
    order_number: str | None

    @property
    def net(self) -> Money:
        """What was left of it."""
        return self.settled - self.fee

    @property
    def is_exchanged(self) -> bool:
        """Whether it was charged in another currency."""
        return self.charged is not None and self.charged.currency != self.settled.currency

    @property
    def result(self) -> Money | None:
        """What the exchange brought beyond its worth in our books; None without a rate of ours."""
        return None if self.book is None or not self.is_exchanged else self.settled - self.book


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A payment that its payer's bank takes back or asks about."""

    id: UUID
    plugin: str
    handle: str
    payment_id: UUID
    amount: Money
    reason: str
    state: DisputeState
    respond_by: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    order_id: UUID
    order_number: str
