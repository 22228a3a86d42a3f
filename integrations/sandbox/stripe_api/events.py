"""Events and their delivery to the account's webhook endpoints, signed as Stripe signs."""

import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from integrations.sandbox.postman import Letter
from integrations.sandbox.stripe_api.faults import invalid
from integrations.sandbox.stripe_api.store import Store, StripeObject
from integrations.sandbox.switches import PostOffice

API_VERSION = "2026-10-28.endive"


def stripe_signature(secret: str, body: bytes, *, moment: int | None = None) -> str:
    """Return the `Stripe-Signature` header of `body`: scheme v1, HMAC-SHA256 over `t.body`."""
    stamp = int(time.time()) if moment is None else moment
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return f"t={stamp},v1={mac.hexdigest()}"


class Events:
    """Writes down what happened and tells whoever listens."""

    def __init__(self, store: Store, office: PostOffice) -> None:
        self._store = store
        self._office = office

    def listen(self, account: str, wish: dict[str, Any]) -> StripeObject:
        """Register a webhook endpoint; its secret is shown this once."""
        url = str(wish.get("url", ""))
        if not url.startswith(("http://", "https://")):
            raise invalid("url", "Not a valid URL", "url_invalid")
        endpoint = self._store.new(
            "we",
            url=url,
            enabled_events=wish.get("enabled_events") or ["*"],
            status="enabled",
            secret=f"whsec_{secrets.token_hex(16)}",
        )
        self._store.shelf.put("listens", endpoint["id"], {"connect": wish.get("connect") == "true"})
        return self._store.put(account, endpoint)

    def happened(self, account: str, kind: str, thing: StripeObject) -> None:
        """Record an event about `thing` and post it; one of a connected account to its platform."""
        platform = self._platform(account)
        event = self._store.new(
            "evt",
            **({"account": account} if platform else {}),
            type=kind,
            api_version=API_VERSION,
            data={"object": thing},
            pending_webhooks=0,
            request={"id": None, "idempotency_key": None},
        )
        self._store.put(account, event)
        body = json.dumps(event, indent=2).encode()
        for endpoint in self._store.every(platform or account, "we"):
            listens = self._store.shelf.get("listens", endpoint["id"]) or {"connect": False}
            wanted = {"*", kind} & set(endpoint["enabled_events"])
            if wanted and listens["connect"] == bool(platform):
                self._office.send(_letter(endpoint["url"], endpoint["secret"], body))

    def _platform(self, account: str) -> str:
        """Return the account under which a connected one was opened; empty for any other."""
        kept = self._store.shelf.get("account", account)
        return str(kept["account"]) if kept else ""


def _letter(url: str, secret: str, body: bytes) -> Letter:
    return Letter(
        url=url,
        body=body,
        sign=lambda sent: {"Stripe-Signature": stripe_signature(secret, sent)},
        taken=lambda: None,
    )
