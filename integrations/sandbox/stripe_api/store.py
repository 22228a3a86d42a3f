"""Stripe's objects by account, in the shape in which the API shows them."""

import hashlib
import secrets
import time
from typing import Any, TypeAlias

from integrations.sandbox.shelf import Shelf
from integrations.sandbox.stripe_api.faults import StripeFaultError, missing

StripeObject: TypeAlias = dict[str, Any]

_WHAT = {
    "cs": "checkout.session",
    "pi": "payment_intent",
    "ch": "charge",
    "re": "refund",
    "txn": "balance_transaction",
    "du": "dispute",
    "po": "payout",
    "evt": "event",
    "we": "webhook_endpoint",
    "acct": "account",
}


def account_of(key: str) -> str:
    """Return the account that a secret key opens; the key itself is not kept."""
    return hashlib.sha256(key.encode()).hexdigest()[:24]


def new_name(prefix: str) -> str:
    """Return a new id as Stripe makes them: `pi_3...`, `cs_test_...`."""
    return f"{prefix}_{secrets.token_hex(12)}"


class Store:
    """Keeps objects on a shelf; one account never sees another's."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def new(self, prefix: str, **facts: Any) -> StripeObject:
        """Return a new object with what all of them have; it is not kept yet."""
        name = new_name("cs_test" if prefix == "cs" else prefix)
        return {
            "id": name,
            "object": _WHAT[prefix],
            "created": int(time.time()),
            "livemode": False,
            **facts,
        }

    def put(self, account: str, thing: StripeObject) -> StripeObject:
        """Keep `thing` and return it."""
        self.shelf.put(thing["object"], thing["id"], {"account": account, "object": thing})
        return thing

    def get(self, account: str, prefix: str, name: str) -> StripeObject:
        """Return one object of `account`.

        Raises:
            StripeFaultError: it has none of that name (404).
        """
        kept = self.shelf.get(_WHAT[prefix], name)
        if kept is None or kept["account"] != account:
            raise missing(_WHAT[prefix], name)
        found: StripeObject = kept["object"]
        return found

    def every(self, account: str, prefix: str) -> list[StripeObject]:
        """Return all objects of a kind of `account`, newest first."""
        kept = self.shelf.every(_WHAT[prefix])
        return [each["object"] for each in reversed(kept) if each["account"] == account]

    def check_open(self, account: str) -> None:
        """Make sure that a connected account may be charged in; any other one may."""
        kept = self.shelf.get("account", account)
        if kept is not None and not kept["object"]["charges_enabled"]:
            raise StripeFaultError("Your account cannot currently make charges.")

    def owner(self, prefix: str, name: str) -> str:
        """Return the account that owns an object; for pages, whose addresses are secrets."""
        kept = self.shelf.get(_WHAT[prefix], name)
        if kept is None:
            raise missing(_WHAT[prefix], name)
        account: str = kept["account"]
        return account
