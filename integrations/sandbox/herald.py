"""Tells the owner of an account by webhook what has changed in it, and does not forget to."""

import json
import secrets
import time
from typing import Any

from integrations.sandbox.door import account_of
from integrations.sandbox.postman import Letter
from integrations.sandbox.shelf import Record, Shelf
from integrations.sandbox.signatures import HEADER, signature, signing_secret
from integrations.sandbox.switches import PostOffice

LATE_SECONDS = 20.0


class Herald:
    """Keeps events on a shelf until they are delivered, also over a restart."""

    def __init__(self, *, shelf: Shelf, office: PostOffice) -> None:
        self._shelf = shelf
        self._office = office
        for event in shelf.every("event"):
            if not event["delivered"]:
                self._post(event)

    def know(self, api_key: str) -> str:
        """Remember how webhooks of a key's account are signed; return the account."""
        account = account_of(api_key)
        known = {"account": account, "secret": signing_secret(api_key)}
        with self._shelf.lock:
            if self._shelf.get("account", account) != known:
                self._shelf.put("account", account, known)
        return account

    def announce(
        self, *, account: str, url: str, kind: str, facts: dict[str, Any], post: str = "normal"
    ) -> None:
        """Tell `url` of an event; `post` says how the message travels: normal, tripled, late."""
        name = f"evt_{secrets.token_hex(12)}"
        body = {"id": name, "type": kind, "created": time.time(), **facts}
        event = {
            "id": name,
            "account": account,
            "url": url,
            "post": post,
            "body": json.dumps(body),
            "delivered": False,
        }
        self._shelf.put("event", name, event)
        self._post(event)

    def _post(self, event: Record) -> None:
        account = self._shelf.get("account", event["account"])
        if account is None:
            return
        secret = account["secret"]
        letter = Letter(
            url=event["url"],
            body=event["body"].encode(),
            sign=lambda body: {HEADER: signature(secret, body)},
            taken=lambda: self._shelf.put("event", event["id"], event | {"delivered": True}),
        )
        match event["post"]:
            case "tripled":
                self._office.send(letter, copies=3, spread=1.0)
            case "late":
                self._office.send(letter, delay=LATE_SECONDS)
            case _:
                self._office.send(letter)
