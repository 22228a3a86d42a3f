"""The contract of settlement: what a provider says became of the money that it took.

A provider keeps an account for the merchant. A report tells its lines in a span of time, how payouts
and disputes stand now, and what it says it holds. Every part has the provider's own name and is a
fact that stays, or a state that only goes forward; so merging any reports, in any order, each any
number of times, ends in the same books. Amounts are in minor units of ISO 4217.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, runtime_checkable
from uuid import UUID

from commerce.kernel.money import Money
from commerce.plugins.calls import CallContext
from commerce.plugins.results import Result


class LineKind(StrEnum):
    """What a line settles. Amounts are signed as the provider's balance sees them."""

    CHARGE = "charge"
    REFUND = "refund"
    REFUND_FAILED = "refund_failed"
    DISPUTE = "dispute"
    DISPUTE_RETURNED = "dispute_returned"
    FEE = "fee"
    PAYOUT = "payout"
    PAYOUT_FAILED = "payout_failed"
    OTHER = "other"

    @property
    def is_about_a_payment(self) -> bool:
        """Whether it settles money that a payer paid or got back."""
        return self in _ABOUT_PAYMENTS


_ABOUT_PAYMENTS = frozenset(
    {
        LineKind.CHARGE,
        LineKind.REFUND,
        LineKind.REFUND_FAILED,
        LineKind.DISPUTE,
        LineKind.DISPUTE_RETURNED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledLine:
    """One line of the provider's account.

    Attributes:
        payment: our reference of the payment it is about; None where it is none of ours.
        settled: before the fee; `fee` is in the same currency.
        charged: what the payer's side was charged, or given back below zero.
        rate: what one unit that was charged brought in the currency of settlement, where exchanged.
    """

    handle: str
    kind: LineKind
    source: str
    payment: UUID | None
    settled: Money
    fee: Money
    charged: Money | None
    rate: Decimal | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutReport:
    """How a payout stands, and the names of the lines that it pays, where they were asked for.

    `state` is one of `commerce.ledger.rows.PayoutState`.
    """

    handle: str
    amount: Money
    state: str
    arrives_on: date | None
    at: datetime
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeReport:
    """How a dispute of a payment of ours stands; `state` as in `commerce.ledger.rows.DisputeState`."""

    handle: str
    payment: UUID
    amount: Money
    reason: str
    state: str
    respond_by: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSettlement:
    """Ask for the lines from `since` up to `until`, and for all payouts and disputes of late.

    `known_payouts` are those whose lines are known: they are not asked for again.
    """

    since: datetime
    until: datetime
    known_payouts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementReport:
    """What a provider says; `held` is what it holds now, by currency, in minor units."""

    lines: tuple[SettledLine, ...]
    payouts: tuple[PayoutReport, ...]
    disputes: tuple[DisputeReport, ...]
    held: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementEvent:
    """A provider's message that a payout or a dispute has changed; a hint to ask for the report."""

    event_id: str
    kind: str
    handle: str
    occurred_at: datetime


@runtime_checkable
class Settles(Protocol):
    """A provider that tells what became of the money."""

    def settlement(self, call: CallContext, request: AskSettlement) -> Result[SettlementReport]:
        """Return the report; moves nothing. Longer spans than it can tell at once are `Refused`."""
        ...
