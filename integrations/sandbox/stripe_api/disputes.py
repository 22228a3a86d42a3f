"""Disputes by the published life cycle: needs_response, then won or lost by the evidence.

Whatever is submitted with the text `winning_evidence` wins and with `losing_evidence` loses, as
Stripe's test mode has it (docs.stripe.com/testing, "Evidence").
"""

import time
from typing import Any

from integrations.sandbox.stripe_api.balance import Balance
from integrations.sandbox.stripe_api.events import Events
from integrations.sandbox.stripe_api.faults import StripeFaultError
from integrations.sandbox.stripe_api.store import Store, StripeObject

_RESPOND_WITHIN = 9 * 24 * 60 * 60
_FEE = 1500
_OUTCOMES = {"winning_evidence": "won", "losing_evidence": "lost"}


class Disputes:
    """Opens disputes, takes evidence, closes them."""

    def __init__(self, *, store: Store, events: Events, balance: Balance) -> None:
        self._store = store
        self._events = events
        self._balance = balance

    def open(self, account: str, charge: StripeObject, *, asks_only: bool) -> StripeObject:
        """Open a dispute about a captured charge, or an inquiry, which takes nothing back."""
        dispute = self._store.new(
            "du",
            amount=charge["amount_captured"],
            balance_transactions=[],
            charge=charge["id"],
            currency=charge["currency"],
            evidence={},
            evidence_details={
                "due_by": int(time.time()) + _RESPOND_WITHIN,
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
            },
            is_charge_refundable=asks_only,
            metadata={},
            payment_intent=charge["payment_intent"],
            reason="fraudulent",
            status="warning_needs_response" if asks_only else "needs_response",
        )
        self._store.put(account, dispute)
        self._store.put(account, charge | {"disputed": True})
        self._events.happened(account, "charge.dispute.created", dispute)
        return dispute if asks_only else self._withdraw(account, dispute)

    def update(self, account: str, name: str, wish: dict[str, Any]) -> StripeObject:
        """Take evidence; what is submitted decides."""
        with self._store.shelf.lock:
            dispute = self._open(account, name)
            text = str((wish.get("evidence") or {}).get("uncategorized_text", ""))
            dispute["evidence"] = {"uncategorized_text": text}
            dispute["evidence_details"]["has_evidence"] = bool(text)
            if wish.get("submit", "true") == "true":
                dispute["evidence_details"]["submission_count"] += 1
                dispute["status"] = (
                    "warning_under_review"
                    if dispute["status"].startswith("warning")
                    else "under_review"
                )
            self._store.put(account, dispute)
            self._events.happened(account, "charge.dispute.updated", dispute)
            outcome = _OUTCOMES.get(text, "")
            return self._end(account, dispute, outcome) if outcome else dispute

    def close(self, account: str, name: str, _wish: dict[str, Any]) -> StripeObject:
        """Accept the dispute: it is lost."""
        with self._store.shelf.lock:
            return self._end(account, self._open(account, name), "lost")

    def _withdraw(self, account: str, dispute: StripeObject) -> StripeObject:
        taken = self._balance.disputed(account, dispute, back=False, fee=_FEE)
        dispute["balance_transactions"].append(taken)
        self._store.put(account, dispute)
        self._events.happened(account, "charge.dispute.funds_withdrawn", dispute)
        return dispute

    def _end(self, account: str, dispute: StripeObject, outcome: str) -> StripeObject:
        asked = dispute["status"].startswith("warning")
        dispute["status"] = "warning_closed" if asked else outcome
        if dispute["status"] == "won":
            back = self._balance.disputed(account, dispute, back=True)
            dispute["balance_transactions"].append(back)
            self._events.happened(account, "charge.dispute.funds_reinstated", dispute)
        self._store.put(account, dispute)
        self._events.happened(account, "charge.dispute.closed", dispute)
        return dispute

    def _open(self, account: str, name: str) -> StripeObject:
        dispute = self._store.get(account, "du", name)
        if dispute["status"] in {"won", "lost", "warning_closed"}:
            raise StripeFaultError("This dispute is already closed.")
        return dispute
