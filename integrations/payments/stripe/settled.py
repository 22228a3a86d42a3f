"""Reads what Stripe says became of the money: balance transactions, payouts, disputes.

Types and reporting categories: docs.stripe.com/reports/balance-transaction-types (2026-11).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from commerce.kernel.money import Money
from commerce.plugins.settlement import DisputeReport, LineKind, PayoutReport, SettledLine
from integrations.payments.stripe.amounts import from_stripe
from integrations.payments.stripe.reading import ShapeError

Thing: TypeAlias = Mapping[str, Any]

_KINDS = {
    "charge": LineKind.CHARGE,
    "payment": LineKind.CHARGE,
    "refund": LineKind.REFUND,
    "payment_refund": LineKind.REFUND,
    "refund_failure": LineKind.REFUND_FAILED,
    "payment_failure_refund": LineKind.REFUND,
    "payout": LineKind.PAYOUT,
    "payout_failure": LineKind.PAYOUT_FAILED,
    "payout_cancel": LineKind.PAYOUT_FAILED,
    "stripe_fee": LineKind.FEE,
    "stripe_fx_fee": LineKind.FEE,
    "tax_fee": LineKind.FEE,
}
_ADJUSTMENTS = {
    "dispute": LineKind.DISPUTE,
    "dispute_reversal": LineKind.DISPUTE_RETURNED,
    "fee": LineKind.FEE,
}
_PAYOUT_STATES = {"canceled": "cancelled"}
_DISPUTE_STATES = {
    "warning_needs_response": "inquiry",
    "warning_under_review": "inquiry",
    "warning_closed": "inquiry_closed",
    "needs_response": "needs_response",
    "under_review": "under_review",
    "won": "won",
    "lost": "lost",
    "prevented": "inquiry_closed",
}
_GIVES_BACK = frozenset({LineKind.REFUND, LineKind.DISPUTE})


def read_line(transaction: Thing, payment: UUID | None) -> SettledLine:
    """Return one balance transaction, whose source is expanded, about `payment` if about one.

    Raises:
        ShapeError: it is no balance transaction.
    """
    try:
        currency, kind = str(transaction["currency"]).upper(), _kind(transaction)
        source = transaction["source"]
        charged = _charged(source, kind) if kind.is_about_a_payment else None
        rate = transaction["exchange_rate"]
        return SettledLine(
            handle=str(transaction["id"]),
            kind=kind,
            source=str(source["id"] if isinstance(source, Mapping) else source or ""),
            payment=payment if charged is not None else None,
            settled=Money(from_stripe(int(transaction["amount"]), currency), currency),
            fee=Money(from_stripe(int(transaction["fee"]), currency), currency),
            charged=charged,
            rate=None if rate is None else Decimal(str(rate)),
            at=_moment(transaction["created"]),
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as fault:
        raise ShapeError from fault


def read_payout(payout: Thing, lines: tuple[str, ...]) -> PayoutReport:
    """Return how a payout stands.

    Raises:
        ShapeError: it is no payout.
    """
    try:
        currency, status = str(payout["currency"]).upper(), str(payout["status"])
        return PayoutReport(
            handle=str(payout["id"]),
            amount=Money(from_stripe(int(payout["amount"]), currency), currency),
            state=_PAYOUT_STATES.get(status, status),
            arrives_on=_moment(payout["arrival_date"]).date() if payout["arrival_date"] else None,
            at=_moment(payout["created"]),
            lines=lines,
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise ShapeError from fault


def read_dispute(dispute: Thing, payment: UUID) -> DisputeReport:
    """Return how a dispute of `payment` stands.

    Raises:
        ShapeError: it is no dispute.
    """
    try:
        currency = str(dispute["currency"]).upper()
        due = (dispute.get("evidence_details") or {}).get("due_by")
        return DisputeReport(
            handle=str(dispute["id"]),
            payment=payment,
            amount=Money(from_stripe(int(dispute["amount"]), currency), currency),
            reason=str(dispute["reason"]),
            state=_DISPUTE_STATES[dispute["status"]],
            respond_by=_moment(due) if due else None,
            at=_moment(dispute["created"]),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise ShapeError from fault


def read_balance(balance: Thing) -> dict[str, int]:
    """Return what the account holds by currency, available or not yet.

    Raises:
        ShapeError: it is no balance.
    """
    held: dict[str, int] = {}
    try:
        for part in (*balance["available"], *balance["pending"]):
            currency = str(part["currency"]).upper()
            minor = from_stripe(int(part["amount"]), currency)
            held[currency] = held.get(currency, 0) + minor
    except (KeyError, TypeError, ValueError) as fault:
        raise ShapeError from fault
    return held


def _kind(transaction: Thing) -> LineKind:
    if transaction["type"] == "adjustment":
        return _ADJUSTMENTS.get(transaction["reporting_category"], LineKind.OTHER)
    return _KINDS.get(transaction["type"], LineKind.OTHER)


def _charged(source: Any, kind: LineKind) -> Money | None:
    """Return what the payer's side was charged; below zero what it got back."""
    if not isinstance(source, Mapping):
        return None
    currency = str(source["currency"]).upper()
    amount = source["amount_captured" if kind is LineKind.CHARGE else "amount"]
    minor = from_stripe(int(amount), currency)
    return Money(-minor if kind in _GIVES_BACK else minor, currency)


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
