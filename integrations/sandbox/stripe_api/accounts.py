"""Connected accounts and their onboarding, as published for accounts with Stripe's full dashboard.

A new account can do nothing; its owner gives what is due on the hosted page, whose address works
once and for five minutes (docs.stripe.com/api/account_links). Until the owner disconnects it, the
platform's key speaks for it where the header `Stripe-Account` names it.
"""

import secrets
import time
from typing import Any

from integrations.sandbox.stripe_api.events import Events
from integrations.sandbox.stripe_api.faults import StripeFaultError, invalid
from integrations.sandbox.stripe_api.store import Store, StripeObject

_LINK_SECONDS = 300
_CAPABILITIES = ("card_payments", "transfers")
BUSINESS = (
    "business_profile.mcc",
    "business_profile.url",
    "representative.first_name",
    "representative.last_name",
    "representative.dob.day",
    "tos_acceptance.date",
    "tos_acceptance.ip",
)
BANK = "external_account"
_DOCUMENT = "representative.verification.document"


class Accounts:
    """Opens accounts, lets their owners complete them, and knows who may speak for whom."""

    def __init__(self, *, address: str, store: Store, events: Events) -> None:
        self._address = address
        self._store = store
        self._events = events

    def create(self, platform: str, wish: dict[str, Any]) -> StripeObject:
        """Open an account under the platform's."""
        country = str(wish.get("country", "US"))
        if len(country) != 2 or not country.isalpha():  # noqa: PLR2004 - ISO 3166-1
            raise invalid("country", f"Country '{country}' is unknown.", "country_unsupported")
        controller = wish.get("controller") or {}
        account = self._store.new(
            "acct",
            business_profile=wish.get("business_profile") or {},
            capabilities=dict.fromkeys(_CAPABILITIES, "inactive"),
            charges_enabled=False,
            controller={"type": "application", "is_controller": True, **controller},
            country=country.upper(),
            default_currency="usd",
            details_submitted=False,
            email=wish.get("email"),
            metadata=wish.get("metadata") or {},
            payouts_enabled=False,
            requirements=_requirements((*BUSINESS, BANK), "requirements.past_due"),
            type="standard",
        )
        del account["livemode"]
        return self._store.put(platform, account)

    def retrieve(self, platform: str, name: str) -> StripeObject:
        """Return an account that the platform may see."""
        self.speaks_for(platform, name)
        return self._store.get(platform, "acct", name)

    def speaks_for(self, platform: str, name: str) -> None:
        """Make sure that a platform's key may act for the account `name`."""
        kept = self._store.shelf.get("account", name)
        gone = self._store.shelf.get("deauthorized", name)
        if kept is None or kept["account"] != platform or gone is not None:
            raise StripeFaultError(
                f"The provided key does not have access to account '{name}' (or that account does "
                "not exist). Application access may have been revoked.",
                status=403,
                code="account_invalid",
            )

    def link(self, platform: str, wish: dict[str, Any]) -> StripeObject:
        """Make an address of the hosted onboarding."""
        name = str(wish.get("account", ""))
        self.speaks_for(platform, name)
        if wish.get("type") != "account_onboarding":
            raise invalid("type", "You cannot create this type of account link for this account.")
        for field in ("refresh_url", "return_url"):
            if not str(wish.get(field, "")).startswith(("http://", "https://")):
                raise invalid(field, "Not a valid URL", "url_invalid")
        now, secret = int(time.time()), secrets.token_urlsafe(12)
        plan = {"account": name, "until": now + _LINK_SECONDS, "used": False}
        for field in ("refresh_url", "return_url"):
            plan[field] = wish[field]
        self._store.shelf.put("account_link", secret, plan)
        return {
            "object": "account_link",
            "created": now,
            "expires_at": now + _LINK_SECONDS,
            "url": f"{self._address}/setup/c/{name}/{secret}",
        }

    def enter(self, secret: str) -> dict[str, Any] | None:
        """Use up a link; None where it is unknown."""
        with self._store.shelf.lock:
            plan = self._store.shelf.get("account_link", secret)
            if plan is not None:
                self._store.shelf.put("account_link", secret, plan | {"used": True})
            return plan

    def change(self, name: str, happens: str) -> StripeObject:
        """Let something happen to an account: what its owner gives, or what Stripe decides."""
        with self._store.shelf.lock:
            platform = self._store.owner("acct", name)
            account = self._store.get(platform, "acct", name)
            account |= _CHANGES[happens]
            state = "active" if account["charges_enabled"] else "inactive"
            account["capabilities"] = dict.fromkeys(_CAPABILITIES, state)
            self._store.put(platform, account)
            self._events.happened(name, "account.updated", account)
            return account

    def deauthorize(self, name: str) -> None:
        """Let the owner take the account away from the platform, in the dashboard of its own."""
        application = {"id": "ca_sandbox", "object": "application", "name": "Quayside"}
        self._events.happened(name, "account.application.deauthorized", application)
        self._store.shelf.put("deauthorized", name, {"at": int(time.time())})


def _requirements(due: tuple[str, ...] = (), reason: str | None = None) -> dict[str, Any]:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": list(due),
        "disabled_reason": reason,
        "errors": [],
        "eventually_due": list(due),
        "past_due": list(due) if reason else [],
        "pending_verification": [],
    }


_CHANGES: dict[str, dict[str, Any]] = {
    "completed": {
        "charges_enabled": True,
        "payouts_enabled": True,
        "details_submitted": True,
        "requirements": _requirements(),
    },
    "without_bank": {
        "charges_enabled": True,
        "payouts_enabled": False,
        "details_submitted": True,
        "requirements": _requirements((BANK,)),
    },
    "checked": {
        "charges_enabled": False,
        "payouts_enabled": False,
        "details_submitted": True,
        "requirements": _requirements((), "requirements.pending_verification")
        | {"pending_verification": [_DOCUMENT]},
    },
    "restricted": {
        "charges_enabled": False,
        "payouts_enabled": False,
        "requirements": _requirements((_DOCUMENT,), "requirements.past_due"),
    },
    "rejected": {
        "charges_enabled": False,
        "payouts_enabled": False,
        "requirements": _requirements((), "rejected.fraud"),
    },
}
CHANGES = tuple(_CHANGES)
