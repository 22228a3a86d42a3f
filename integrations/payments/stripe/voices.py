"""In whose name Stripe is spoken to: with the merchant's own keys, or with the park's for its account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import requests
import stripe

from commerce.plugins.calls import CallContext
from commerce.plugins.errors import NothingSentError
from integrations.payments.stripe.client import client_for
from integrations.payments.stripe.settings import StripeSettings

PLATFORM_KEY = "QUAYSIDE_STRIPE_PLATFORM_KEY"
"""The secret key of the park's own Stripe account, under which each merchant has one."""
PLATFORM_PUBLISHABLE_KEY = "QUAYSIDE_STRIPE_PLATFORM_PUBLISHABLE_KEY"
PLATFORM_WEBHOOK_SECRET = "QUAYSIDE_STRIPE_PLATFORM_WEBHOOK_SECRET"  # noqa: S105 - a name
"""What signs the messages of all connected accounts, which come to `/webhooks/stripe-connect`."""


class Voice(Protocol):
    """The keys and the account of one call."""

    def client(self, call: CallContext) -> stripe.StripeClient:
        """Return the library's client; whatever it does, it does to this merchant's account."""
        ...

    def signing_secret(self, call: CallContext) -> str:
        """Return what signs the messages about this merchant's account; empty for nothing yet."""
        ...

    def publishable_key(self, call: CallContext) -> str:
        """Return the key that Stripe's script in the page is given."""
        ...


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """The merchant typed the keys of a Stripe account of its own."""

    session: requests.Session
    address: str

    def client(self, call: CallContext) -> stripe.StripeClient:
        """Return a client with the merchant's secret key."""
        key = call.settings_of(StripeSettings).secret_key.get_secret_value()
        return client_for(call, self.session, key=key, address=self.address)

    def signing_secret(self, call: CallContext) -> str:
        """Return the secret of the merchant's webhook endpoint."""
        return call.settings_of(StripeSettings).webhook_secret.get_secret_value()

    def publishable_key(self, call: CallContext) -> str:
        """Return the merchant's publishable key."""
        return call.settings_of(StripeSettings).publishable_key


@dataclass(frozen=True, slots=True)
class Platform:
    """The park's keys speak for the account that Stripe opened for the merchant."""

    session: requests.Session
    address: str
    key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    published_key: str = ""

    @classmethod
    def of(
        cls, environment: Mapping[str, str], session: requests.Session, *, address: str
    ) -> "Platform":
        """Return the park's keys, which are the installation's settings."""
        return cls(
            session,
            address,
            environment.get(PLATFORM_KEY, ""),
            environment.get(PLATFORM_WEBHOOK_SECRET, ""),
            environment.get(PLATFORM_PUBLISHABLE_KEY, ""),
        )

    def client(self, call: CallContext) -> stripe.StripeClient:
        """Return a client of the merchant's account.

        Raises:
            NothingSentError: the merchant has none; the park's own is never charged in its stead.
        """
        if not call.account:
            raise NothingSentError
        return client_for(
            call, self.session, key=self.key, address=self.address, account=call.account
        )

    def own_client(self, call: CallContext) -> stripe.StripeClient:
        """Return a client of the park's own account, which opens the merchants' accounts."""
        return client_for(call, self.session, key=self.key, address=self.address)

    def signing_secret(self, call: CallContext) -> str:
        """Return the one secret of the park's endpoint for connected accounts."""
        return self.webhook_secret if call.account else ""

    def publishable_key(self, call: CallContext) -> str:
        """Return the park's publishable key; the page names the account beside it."""
        return self.published_key if call.account else ""
