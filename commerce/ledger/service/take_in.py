"""Merge a provider's report into the books: parts by their names, states forward only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement
from commerce.ledger.models import SettlementLine
from commerce.ledger.service.worth import Worth, worth_of
from commerce.plugins.settlement import (
    DisputeReport,
    PayoutReport,
    SettledLine,
    SettlementReport,
)

_OURS_SOON = timedelta(days=1)
"""How long a line of a payment that we do not know yet may wait for it; then it is somebody else's."""

_KNOWN = Statement("""
SELECT handle FROM settlement_line
WHERE merchant_id = :merchant AND plugin = :plugin AND handle = ANY(:handles)
""")

_PAYMENTS = Statement("""
SELECT id, settled_at FROM payment
WHERE merchant_id = :merchant AND plugin = :plugin AND id = ANY(:ids)
""")

_LINES = Insertion(SettlementLine, unless_taken=("merchant_id", "plugin", "handle"))

_PAYOUT = Statement("""
INSERT INTO payout AS known (merchant_id, id, plugin, handle, currency, amount_minor, state,
                             arrives_on, at)
VALUES (:merchant, :id, :plugin, :handle, :currency, :amount, :state, :arrives_on, :at)
ON CONFLICT (merchant_id, plugin, handle) DO UPDATE
SET state = excluded.state, arrives_on = excluded.arrives_on
WHERE array_position(ARRAY['pending', 'in_transit', 'paid', 'failed', 'cancelled'], known.state)
    < array_position(ARRAY['pending', 'in_transit', 'paid', 'failed', 'cancelled'], excluded.state)
""")

_PAID_WITH = Statement("""
INSERT INTO payout_line (merchant_id, id, payout_id)
SELECT l.merchant_id, l.id, p.id
FROM payout p JOIN settlement_line l ON l.merchant_id = p.merchant_id AND l.plugin = p.plugin
WHERE p.merchant_id = :merchant AND p.plugin = :plugin AND p.handle = :handle
  AND l.handle = ANY(:lines)
ON CONFLICT DO NOTHING
""")

_DISPUTE = Statement("""
INSERT INTO dispute AS known (merchant_id, id, plugin, handle, payment_id, currency, amount_minor,
                              reason, state, respond_by, opened_at, closed_at)
SELECT :merchant, :id, :plugin, :handle, p.id, :currency, :amount, :reason, :state, :respond_by,
       :at, CASE WHEN :state IN ('won', 'lost', 'inquiry_closed')
            THEN CAST(:now AS timestamptz) END
FROM payment p WHERE p.merchant_id = :merchant AND p.plugin = :plugin AND p.id = :payment
ON CONFLICT (merchant_id, plugin, handle) DO UPDATE
SET state = excluded.state, respond_by = excluded.respond_by, closed_at = excluded.closed_at
WHERE array_position(
        ARRAY['inquiry', 'inquiry_closed', 'needs_response', 'under_review', 'lost', 'won'],
        known.state)
    < array_position(
        ARRAY['inquiry', 'inquiry_closed', 'needs_response', 'under_review', 'lost', 'won'],
        excluded.state)
""")


@dataclass(frozen=True, slots=True)
class _Account:
    """Whose account at which provider is merged, in which transaction."""

    session: Session
    merchant_id: UUID
    plugin: str

    @property
    def named(self) -> dict[str, Any]:
        return {"merchant": self.merchant_id, "plugin": self.plugin}


def take_in(session: Session, *, merchant_id: UUID, plugin: str, report: SettlementReport) -> int:
    """Merge what a provider says; return how many lines were new.

    Whatever was merged before, in whichever order and however often, the same books stand
    afterwards: lines are kept once, payouts and disputes never go back, and what each of them
    means for the ledger the database books with it. A line of a payment that is not written down
    yet is left for the next report; after a day it counts as none of ours.
    """
    account = _Account(session, merchant_id, plugin)
    new = _keep_lines(account, report.lines)
    for payout in report.payouts:
        _keep_payout(account, payout)
    for dispute in report.disputes:
        _keep_dispute(account, dispute)
    return new


def _keep_lines(account: _Account, lines: tuple[SettledLine, ...]) -> int:
    handles = [each.handle for each in lines]
    known = _KNOWN.all(account.session, {**account.named, "handles": handles})
    names = {row.handle for row in known}
    new = [each for each in lines if each.handle not in names]
    ids = [each.payment for each in new if each.payment is not None]
    rows = _PAYMENTS.all(account.session, {**account.named, "ids": ids}) if ids else []
    charged_at = {row.id: row.settled_at for row in rows}
    late = utc_now() - _OURS_SOON
    worth = Worth(account.session)
    kept = [
        _row(account, each, charged_at, worth)
        for each in sorted(new, key=lambda each: (each.at, each.handle))
        if each.payment is None or each.payment in charged_at or each.at < late
    ]
    return sum(_LINES.many(account.session, kept[at : at + 500]) for at in range(0, len(kept), 500))


def _row(
    account: _Account, line: SettledLine, charged_at: dict[UUID, datetime | None], worth: Worth
) -> dict[str, Any]:
    ours = line.payment is not None and line.payment in charged_at
    booked = worth_of(line, charged_at.get(line.payment) if line.payment else None, worth)
    return {
        "merchant_id": account.merchant_id,
        "id": new_id(),
        "plugin": account.plugin,
        "handle": line.handle,
        "kind": line.kind.value,
        "source": line.source,
        "payment_id": line.payment if ours else None,
        "currency": line.settled.currency,
        "amount_minor": line.settled.amount_minor,
        "fee_minor": line.fee.amount_minor,
        "charged_currency": line.charged.currency if line.charged else None,
        "charged_minor": line.charged.amount_minor if line.charged else None,
        "rate": line.rate,
        "book_rate": booked.rate if booked else None,
        "book_minor": booked.amount.amount_minor if booked else None,
        "at": line.at,
        "learned_at": utc_now(),
    }


def _keep_payout(account: _Account, payout: PayoutReport) -> None:
    _PAYOUT.run(
        account.session,
        {
            **account.named,
            "id": new_id(),
            "handle": payout.handle,
            "currency": payout.amount.currency,
            "amount": payout.amount.amount_minor,
            "state": payout.state,
            "arrives_on": payout.arrives_on,
            "at": payout.at,
        },
    )
    if payout.lines:
        named = {**account.named, "handle": payout.handle, "lines": list(payout.lines)}
        _PAID_WITH.run(account.session, named)


def _keep_dispute(account: _Account, dispute: DisputeReport) -> None:
    _DISPUTE.run(
        account.session,
        {
            **account.named,
            "id": new_id(),
            "handle": dispute.handle,
            "payment": dispute.payment,
            "currency": dispute.amount.currency,
            "amount": dispute.amount.amount_minor,
            "reason": dispute.reason,
            "state": dispute.state,
            "respond_by": dispute.respond_by,
            "at": dispute.at,
            "now": utc_now(),
        },
    )
