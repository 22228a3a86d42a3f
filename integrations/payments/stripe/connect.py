"""Stripe Connect: the park has the keys, and each merchant an account that is paid directly.

Everything else is as in `plugin`: the same calls are made with the park's key in the name of the
merchant's account. Only an installation that has a platform key offers it.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

import stripe

from commerce.plugins.accounts import AccountReport, Onboard, OpenAccount
from commerce.plugins.calls import CallContext
from commerce.plugins.hooks import hookimpl
from commerce.plugins.payments import PaymentProvider, WebhookMessage
from commerce.plugins.results import Result
from commerce.plugins.wording import Wording
from integrations.payments.stripe.client import address_in, new_session
from integrations.payments.stripe.connecting import account_of, onboarding_page, open_account
from integrations.payments.stripe.plugin import MANIFEST, StripePayments
from integrations.payments.stripe.requirements import requirement
from integrations.payments.stripe.settings import StripeChoices
from integrations.payments.stripe.trying import looking, moving
from integrations.payments.stripe.voices import PLATFORM_KEY, Platform
from integrations.payments.stripe.webhooks import genuine_event

_ACCOUNT = re.compile(r"acct_\w{1,200}", re.ASCII)

CONNECT_MANIFEST = replace(
    MANIFEST,
    id="stripe-connect",
    name=Wording("Card and wallets (Stripe Connect)", "银行卡与电子钱包（Stripe Connect）"),
    settings=StripeChoices,
    accounts="Stripe",
)


class ConnectedStripe(StripePayments):
    """Stripe with the park's keys, in each merchant's own account."""

    manifest = CONNECT_MANIFEST

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._platform = Platform.of(environment, new_session(), address=address_in(environment))
        super().__init__(environment, self._platform)

    def open_account(self, call: CallContext, request: OpenAccount) -> Result[AccountReport]:
        """Open a Stripe account for a merchant."""
        client = self._platform.own_client(call)
        return moving(call, "", lambda: open_account(client, call, request))

    def onboard(self, call: CallContext, request: Onboard) -> Result[str]:
        """Make an address of Stripe's hosted onboarding."""
        client = self._platform.own_client(call)
        return looking(call, lambda: onboarding_page(client, request))

    def account(self, call: CallContext, handle: str) -> Result[AccountReport]:
        """Ask how an account stands."""
        client = self._platform.own_client(call)
        return looking(call, lambda: account_of(client, handle))

    def addressee(self, message: WebhookMessage) -> str | None:
        """Return the connected account that a genuine message is about."""
        try:
            account = genuine_event(message, self._platform.webhook_secret).get("account")
        except (stripe.SignatureVerificationError, ValueError, AttributeError, TypeError):
            return None
        named = isinstance(account, str) and _ACCOUNT.fullmatch(account)
        return account if named else None

    def requirement(self, code: str) -> Wording:
        """Return what Stripe asks for."""
        return requirement(code)


@hookimpl
def payment_provider(environment: Mapping[str, str]) -> PaymentProvider | None:
    """Offer Stripe Connect where the park has a platform account."""
    return ConnectedStripe(environment) if environment.get(PLATFORM_KEY) else None
