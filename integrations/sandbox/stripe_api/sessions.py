"""Checkout sessions: a hosted page over a payment intent that is made when somebody pays."""

import time
from typing import Any

from integrations.sandbox.stripe_api.cards import StripeTestCard
from integrations.sandbox.stripe_api.events import Events
from integrations.sandbox.stripe_api.faults import StripeFaultError, invalid
from integrations.sandbox.stripe_api.intents import Intents
from integrations.sandbox.stripe_api.parameters import amount_of, currency_of
from integrations.sandbox.stripe_api.store import Store, StripeObject
from integrations.sandbox.stripe_api.ways import offered

_HALF_AN_HOUR = 30 * 60
_A_DAY = 24 * 60 * 60


class Sessions:
    """Creates, shows, completes and expires sessions."""

    def __init__(self, *, address: str, store: Store, events: Events, intents: Intents) -> None:
        self._address = address
        self._store = store
        self._events = events
        self._intents = intents

    def create(self, account: str, wish: dict[str, Any]) -> StripeObject:
        """Create a session in mode `payment` from line items with price data."""
        self._store.check_open(account)
        total, currency = _sum_of(wish)
        if not wish.get("success_url"):
            raise invalid(
                "success_url", "Missing required param: success_url.", "parameter_missing"
            )
        manual = (wish.get("payment_intent_data") or {}).get("capture_method") == "manual"
        session = self._store.new(
            "cs",
            amount_total=total,
            amount_subtotal=total,
            currency=currency,
            mode="payment",
            ui_mode="hosted_page",
            status="open",
            payment_status="unpaid",
            payment_intent=None,
            success_url=wish["success_url"],
            cancel_url=wish.get("cancel_url"),
            client_reference_id=wish.get("client_reference_id"),
            customer_email=wish.get("customer_email"),
            locale=wish.get("locale"),
            metadata=wish.get("metadata") or {},
            payment_method_types=offered(wish, currency, manual=manual),
            wallet_options=wish.get("wallet_options"),
            expires_at=_expiry(wish),
        )
        session["url"] = f"{self._address}/c/pay/{session['id']}"
        self._store.shelf.put(
            "session_plan",
            session["id"],
            {"intent": wish.get("payment_intent_data") or {}, "items": wish["line_items"]},
        )
        return self._store.put(account, session)

    def retrieve(self, account: str, name: str) -> StripeObject:
        """Return a session, expired if its time is over."""
        with self._store.shelf.lock:
            session = self._store.get(account, "cs", name)
            if session["status"] == "open" and session["expires_at"] < time.time():
                return self.expire(account, name)
            return session

    def expire(self, account: str, name: str) -> StripeObject:
        """Close an open session; nobody can pay on its page any more."""
        with self._store.shelf.lock:
            session = self._store.get(account, "cs", name)
            if session["status"] != "open":
                raise StripeFaultError(
                    'Only Checkout Sessions with a status in ["open"] can be expired. '
                    f"This Checkout Session has a status of {session['status']}."
                )
            session |= {"status": "expired", "url": None}
            self._store.put(account, session)
            if session["payment_intent"]:
                self._intents.cancel(account, session["payment_intent"], "automatic")
            self._events.happened(account, "checkout.session.expired", session)
            return session

    def pay(self, account: str, name: str, card: StripeTestCard) -> StripeObject:
        """Pay on the page; returns the intent, raises the card error of a declined card."""
        with self._store.shelf.lock:
            session = self.retrieve(account, name)
            if session["status"] != "open":
                raise StripeFaultError("This Checkout Session is no longer open.")
            if session["payment_intent"] is None:
                session["payment_intent"] = self._intent(account, session)["id"]
                self._store.put(account, session)
            intent = self._intents.pay(
                account, session["payment_intent"], card, return_url=session["success_url"]
            )
            self.settle(account, name)
            return intent

    def settle(self, account: str, name: str) -> StripeObject:
        """Complete the session if its intent was paid or authorised."""
        with self._store.shelf.lock:
            session = self._store.get(account, "cs", name)
            intent = self._store.get(account, "pi", session["payment_intent"])
            if session["status"] == "open" and intent["status"] in {
                "succeeded",
                "requires_capture",
            }:
                paid = intent["status"] == "succeeded"
                session |= {
                    "status": "complete",
                    "payment_status": "paid" if paid else "unpaid",
                    "url": None,
                }
                self._store.put(account, session)
                self._events.happened(account, "checkout.session.completed", session)
            return session

    def of_intent(self, account: str, intent: str) -> StripeObject | None:
        """Return the session whose page made `intent`, if one did."""
        sessions = self._store.every(account, "cs")
        return next((each for each in sessions if each["payment_intent"] == intent), None)

    def title(self, name: str) -> str:
        """Return what is sold on the page."""
        plan = self._store.shelf.get("session_plan", name) or {"items": []}
        names = [item["price_data"]["product_data"]["name"] for item in plan["items"]]
        return ", ".join(names)

    def _intent(self, account: str, session: StripeObject) -> StripeObject:
        plan = self._store.shelf.get("session_plan", session["id"]) or {"intent": {}}
        facts = plan["intent"] | {
            "amount": session["amount_total"],
            "currency": session["currency"],
        }
        return self._intents.create(account, facts)


def _sum_of(wish: dict[str, Any]) -> tuple[int, str]:
    if wish.get("mode") != "payment":
        raise invalid("mode", "Only mode payment is offered here.", "parameter_invalid")
    items = wish.get("line_items")
    if not isinstance(items, list) or not items:
        raise invalid("line_items", "Missing required param: line_items.", "parameter_missing")
    total, currencies = 0, set()
    for item in items:
        price = item.get("price_data") or {}
        if not (price.get("product_data") or {}).get("name"):
            raise invalid("line_items[0][price_data][product_data][name]", "Missing name.")
        currencies.add(currency_of(price))
        total += amount_of(price, "unit_amount") * amount_of(item, "quantity", otherwise=1)
    if len(currencies) != 1:
        raise invalid("line_items", "All prices must have the same currency.", "parameter_invalid")
    return total, currencies.pop()


def _expiry(wish: dict[str, Any]) -> int:
    now = int(time.time())
    text = str(wish.get("expires_at", now + _A_DAY))
    expiry = int(text) if text.isascii() and text.isdigit() else 0
    if not now + _HALF_AN_HOUR <= expiry <= now + _A_DAY:
        raise invalid(
            "expires_at",
            "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from "
            "Checkout Session creation.",
            "parameter_invalid_integer",
        )
    return expiry
