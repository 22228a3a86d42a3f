"""Asks Stripe for its account of the merchant's money: balance, transactions, payouts, disputes."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

import stripe

from commerce.plugins.calls import CallContext
from commerce.plugins.results import Ok, Result
from commerce.plugins.settlement import (
    AskSettlement,
    DisputeReport,
    PayoutReport,
    SettledLine,
    SettlementReport,
)
from integrations.payments.stripe.reading import PAYMENT_REFERENCE, ShapeError
from integrations.payments.stripe.settled import (
    read_balance,
    read_dispute,
    read_line,
    read_payout,
)
from integrations.payments.stripe.wording import refused

if TYPE_CHECKING:
    from stripe.params import BalanceTransactionListParams, BalanceTransactionListParamsCreated

_MOST_LINES = 20_000
_MOST_OTHERS = 1_000
_PAGE = 100
# A bank may turn a payout down for days, and decides about a dispute for months.
_PAYOUTS_SINCE = timedelta(days=30)
_DISPUTES_SINCE = timedelta(days=180)
_CHARGES = ("ch_", "py_")


def settlement_of(
    client: stripe.StripeClient, call: CallContext, request: AskSettlement
) -> Result[SettlementReport]:
    """Return the report of a span of time; refused where it holds more than can be told at once.

    Raises:
        stripe.StripeError: Stripe could not be asked.
        ShapeError: it answered something else.
    """
    return _Asking(client).report(call, request)


class _Asking:
    """One report: whose charge is whose payment is asked once for each."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._client = client
        self._payments: dict[str, UUID | None] = {}

    def report(self, call: CallContext, request: AskSettlement) -> Result[SettlementReport]:
        held = read_balance(_plain(self._client.v1.balance.retrieve()))
        created: BalanceTransactionListParamsCreated = {
            "gte": _seconds(request.since),
            "lt": _seconds(request.until),
        }
        lines = list(self._lines({"created": created}))
        if len(lines) > _MOST_LINES:
            return refused("request-refused", call.locale)
        paid = dict(self._payouts(request))
        # What a payout pays may be older than the span, if nobody asked for a long time.
        known = {
            each.handle: each for each in (*lines, *(x for each in paid.values() for x in each))
        }
        return Ok(
            SettlementReport(
                lines=tuple(known.values()),
                payouts=tuple(paid),
                disputes=tuple(self._disputes(request.until)),
                held=held,
            )
        )

    def _lines(self, narrowed: "BalanceTransactionListParams") -> Iterator[SettledLine]:
        pages = self._client.v1.balance_transactions.list(
            {"limit": _PAGE, "expand": ["data.source"], **narrowed}
        )
        for each in islice(pages.auto_paging_iter(), _MOST_LINES + 1):
            transaction = _plain(each)
            yield read_line(transaction, self._payment_of(transaction.get("source")))

    def _payouts(
        self, request: AskSettlement
    ) -> Iterator[tuple[PayoutReport, tuple[SettledLine, ...]]]:
        since = _seconds(request.until - _PAYOUTS_SINCE)
        pages = self._client.v1.payouts.list({"limit": _PAGE, "created": {"gte": since}})
        for each in islice(pages.auto_paging_iter(), _MOST_OTHERS):
            payout = _plain(each)
            # Only for automatic payouts does Stripe say what they pay.
            asked = payout.get("automatic") and payout["id"] not in request.known_payouts
            lines = tuple(self._lines({"payout": payout["id"]})) if asked else ()
            yield read_payout(payout, tuple(line.handle for line in lines)), lines

    def _disputes(self, until: datetime) -> Iterator[DisputeReport]:
        since = _seconds(until - _DISPUTES_SINCE)
        pages = self._client.v1.disputes.list({"limit": _PAGE, "created": {"gte": since}})
        for each in islice(pages.auto_paging_iter(), _MOST_OTHERS):
            dispute = _plain(each)
            payment = self._payment_of(dispute)
            if payment is not None:
                yield read_dispute(dispute, payment)

    def _payment_of(self, source: Any) -> UUID | None:
        """Return our payment behind a charge, or behind what speaks of a charge."""
        if not isinstance(source, Mapping):
            return None
        if str(source.get("id", "")).startswith(_CHARGES):
            return self._payments.setdefault(str(source["id"]), _reference(source))
        name = source.get("charge")
        if not isinstance(name, str):
            return None
        if name not in self._payments:
            self._payments[name] = _reference(_plain(self._client.v1.charges.retrieve(name)))
        return self._payments[name]


def _reference(charge: Mapping[str, Any]) -> UUID | None:
    text = (charge.get("metadata") or {}).get(PAYMENT_REFERENCE)
    try:
        return UUID(text) if text else None
    except ValueError as fault:
        raise ShapeError from fault


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _plain(thing: stripe.StripeObject) -> dict[str, Any]:
    return thing.to_dict()
