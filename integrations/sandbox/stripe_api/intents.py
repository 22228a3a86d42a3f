"""Payment intents and their charges, by the published life cycle.

requires_payment_method -> (requires_action) -> requires_capture | succeeded; canceled from any
status but succeeded. A declined card returns the intent to requires_payment_method.
"""

from typing import Any

from integrations.sandbox.stripe_api.balance import Balance
from integrations.sandbox.stripe_api.cards import StripeTestCard, card_named
from integrations.sandbox.stripe_api.disputes import Disputes
from integrations.sandbox.stripe_api.events import Events
from integrations.sandbox.stripe_api.faults import StripeFaultError, invalid, unexpected_state
from integrations.sandbox.stripe_api.parameters import amount_of, currency_of
from integrations.sandbox.stripe_api.store import Store, StripeObject, new_name

_CANCELLABLE = {
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
}


class Intents:
    """Creates, confirms, captures and cancels payment intents."""

    def __init__(
        self, *, address: str, store: Store, events: Events, balance: Balance, disputes: Disputes
    ) -> None:
        self._address = address
        self._store = store
        self._events = events
        self._balance = balance
        self._disputes = disputes

    def create(self, account: str, wish: dict[str, Any]) -> StripeObject:
        """Create an intent, and confirm it at once if asked to."""
        self._store.check_open(account)
        intent = self._store.new(
            "pi",
            amount=amount_of(wish, "amount"),
            amount_capturable=0,
            amount_received=0,
            currency=currency_of(wish),
            capture_method=wish.get("capture_method", "automatic_async"),
            status="requires_payment_method",
            description=wish.get("description"),
            receipt_email=wish.get("receipt_email"),
            metadata=wish.get("metadata") or {},
            payment_method=None,
            latest_charge=None,
            last_payment_error=None,
            next_action=None,
            canceled_at=None,
            cancellation_reason=None,
        )
        intent["client_secret"] = f"{intent['id']}_secret_{new_name('x')[2:]}"
        self._store.put(account, intent)
        self._events.happened(account, "payment_intent.created", intent)
        if wish.get("confirm") == "true":
            return self.confirm(account, intent["id"], wish)
        return intent

    def confirm(self, account: str, name: str, wish: dict[str, Any]) -> StripeObject:
        """Confirm with a test payment method."""
        method = str(wish.get("payment_method", ""))
        card = card_named(method)
        if card is None:
            raise StripeFaultError(
                f"No such PaymentMethod: '{method}'",
                code="resource_missing",
                param="payment_method",
            )
        return self.pay(account, name, card, return_url=str(wish.get("return_url", "")))

    def pay(
        self, account: str, name: str, card: StripeTestCard, *, return_url: str = ""
    ) -> StripeObject:
        """Charge `card`; a declined one raises the card error that Stripe answers."""
        with self._store.shelf.lock:
            intent = self._store.get(account, "pi", name)
            if intent["status"] not in {"requires_payment_method", "requires_confirmation"}:
                raise unexpected_state(
                    "You cannot confirm this PaymentIntent because it has a status of "
                    f"{intent['status']}.",
                    intent,
                )
            intent["payment_method"] = card.payment_method
            if card.decline_code:
                self._decline(account, intent, card)
            if card.challenge:
                return self._ask_holder(account, intent, return_url)
            return self._charge(account, intent, card)

    def authenticate(self, account: str, name: str, *, genuine: bool) -> StripeObject:
        """Go on after the holder's bank asked whether it is really them."""
        with self._store.shelf.lock:
            intent = self._store.get(account, "pi", name)
            card = card_named(intent["payment_method"] or "")
            if intent["status"] != "requires_action" or card is None:
                raise unexpected_state("This PaymentIntent awaits no authentication.", intent)
            intent["next_action"] = None
            if genuine:
                return self._charge(account, intent, card)
            intent["status"] = "requires_payment_method"
            intent["last_payment_error"] = {
                "type": "invalid_request_error",
                "code": "payment_intent_authentication_failure",
                "message": "The provided PaymentMethod has failed authentication.",
            }
            self._store.put(account, intent)
            self._events.happened(account, "payment_intent.payment_failed", intent)
            return intent

    def capture(self, account: str, name: str, wish: dict[str, Any]) -> StripeObject:
        """Capture all or part; the remainder is released."""
        with self._store.shelf.lock:
            intent = self._store.get(account, "pi", name)
            if intent["status"] != "requires_capture":
                raise unexpected_state(
                    "This PaymentIntent could not be captured because it has a status of "
                    f"{intent['status']}.",
                    intent,
                )
            taken = amount_of(wish, "amount_to_capture", otherwise=intent["amount_capturable"])
            if taken > intent["amount_capturable"]:
                raise invalid(
                    "amount_to_capture",
                    "The requested capture amount is greater than the amount you can capture.",
                    "amount_too_large",
                )
            return self._take(account, intent, taken)

    def cancel(self, account: str, name: str, reason: str | None = None) -> StripeObject:
        """Cancel an intent that has not succeeded."""
        with self._store.shelf.lock:
            intent = self._store.get(account, "pi", name)
            if intent["status"] not in _CANCELLABLE:
                raise unexpected_state(
                    "You cannot cancel this PaymentIntent because it has a status of "
                    f"{intent['status']}.",
                    intent,
                )
            intent |= {
                "status": "canceled",
                "amount_capturable": 0,
                "canceled_at": intent["created"],
                "cancellation_reason": reason,
                "next_action": None,
            }
            self._store.put(account, intent)
            self._events.happened(account, "payment_intent.canceled", intent)
            return intent

    def _decline(self, account: str, intent: StripeObject, card: StripeTestCard) -> None:
        intent["status"] = "requires_payment_method"
        fault = StripeFaultError(
            card.message,
            status=402,
            kind="card_error",
            code="card_declined",
            decline_code=card.decline_code,
            charge=new_name("ch"),
        )
        intent["last_payment_error"] = fault.body()["error"]
        self._store.put(account, intent)
        self._events.happened(account, "payment_intent.payment_failed", intent)
        fault.facts["payment_intent"] = intent
        raise fault

    def _ask_holder(self, account: str, intent: StripeObject, return_url: str) -> StripeObject:
        intent |= {
            "status": "requires_action",
            "next_action": {
                "type": "redirect_to_url",
                "redirect_to_url": {
                    "url": f"{self._address}/3ds/{intent['id']}",
                    "return_url": return_url or None,
                },
            },
        }
        self._store.put(account, intent)
        self._events.happened(account, "payment_intent.requires_action", intent)
        return intent

    def _charge(self, account: str, intent: StripeObject, card: StripeTestCard) -> StripeObject:
        charge = self._store.new(
            "ch",
            amount=intent["amount"],
            amount_captured=0,
            amount_refunded=0,
            captured=False,
            balance_transaction=None,
            disputed=False,
            refunded=False,
            currency=intent["currency"],
            payment_intent=intent["id"],
            metadata=intent["metadata"],
            paid=True,
            status="succeeded",
            authorization_code=new_name("a")[2:8].upper(),
            payment_method_details={"type": card.kind, card.kind: _details(card)},
        )
        self._store.put(account, charge)
        intent |= {
            "latest_charge": charge["id"],
            "last_payment_error": None,
            "status": "requires_capture",
            "amount_capturable": intent["amount"],
        }
        self._events.happened(account, "charge.succeeded", charge)
        if intent["capture_method"] != "manual":
            return self._take(account, intent, intent["amount"])
        self._store.put(account, intent)
        self._events.happened(account, "payment_intent.amount_capturable_updated", intent)
        return intent

    def _take(self, account: str, intent: StripeObject, amount: int) -> StripeObject:
        charge = self._store.get(account, "ch", intent["latest_charge"])
        charge |= {"captured": True, "amount_captured": amount}
        charge["balance_transaction"] = self._balance.taken(account, charge)["id"]
        intent |= {"status": "succeeded", "amount_capturable": 0, "amount_received": amount}
        self._store.put(account, charge)
        self._store.put(account, intent)
        if intent["capture_method"] == "manual":
            self._events.happened(account, "charge.captured", charge)
        self._events.happened(account, "payment_intent.succeeded", intent)
        card = card_named(intent["payment_method"] or "")
        if card is not None and card.dispute:
            self._disputes.open(account, charge, asks_only=card.dispute == "asked")
        return intent


def _details(card: StripeTestCard) -> dict[str, str]:
    if card.kind != "card":
        return {"transaction_id": new_name("t")}
    return {"brand": "visa", "last4": card.number[-4:], "network": "visa"}
