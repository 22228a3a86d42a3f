"""Refunds: in parts, and never above what was captured."""

from typing import Any

from integrations.sandbox.stripe_api.balance import Balance
from integrations.sandbox.stripe_api.events import Events
from integrations.sandbox.stripe_api.faults import StripeFaultError, invalid
from integrations.sandbox.stripe_api.parameters import amount_of
from integrations.sandbox.stripe_api.store import Store, StripeObject


class Refunds:
    """Gives money back."""

    def __init__(self, *, store: Store, events: Events, balance: Balance) -> None:
        self._store = store
        self._events = events
        self._balance = balance

    def create(self, account: str, wish: dict[str, Any]) -> StripeObject:
        """Refund all or part of an intent's charge."""
        with self._store.shelf.lock:
            charge = self._charge(account, wish)
            left = charge["amount_captured"] - charge["amount_refunded"]
            amount = amount_of(wish, "amount", otherwise=left)
            if left <= 0:
                raise StripeFaultError(
                    f"Charge {charge['id']} has already been refunded.",
                    code="charge_already_refunded",
                )
            if amount > left:
                raise StripeFaultError(
                    f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                    param="amount",
                    code="amount_too_large",
                )
            return self._give(account, charge, amount, wish)

    def of_intent(self, account: str, intent: str) -> list[StripeObject]:
        """Return the refunds of an intent, newest first."""
        refunds = self._store.every(account, "re")
        return [each for each in refunds if each["payment_intent"] == intent]

    def _charge(self, account: str, wish: dict[str, Any]) -> StripeObject:
        name = str(wish.get("payment_intent", ""))
        if not name:
            raise invalid("payment_intent", "Missing required param.", "parameter_missing")
        intent = self._store.get(account, "pi", name)
        if intent["status"] != "succeeded":
            raise StripeFaultError(
                f"This PaymentIntent ({name}) does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
            )
        return self._store.get(account, "ch", intent["latest_charge"])

    def _give(
        self, account: str, charge: StripeObject, amount: int, wish: dict[str, Any]
    ) -> StripeObject:
        refund = self._store.new(
            "re",
            amount=amount,
            charge=charge["id"],
            currency=charge["currency"],
            metadata=wish.get("metadata") or {},
            payment_intent=charge["payment_intent"],
            reason=wish.get("reason"),
            status="succeeded",
        )
        refund["balance_transaction"] = self._balance.given(account, refund)["id"]
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
        self._store.put(account, refund)
        self._store.put(account, charge)
        self._events.happened(account, "refund.created", refund)
        self._events.happened(account, "charge.refunded", charge)
        return refund
