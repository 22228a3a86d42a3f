"""The providers that the kit tries: each plugin with its simulator over real HTTP."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import requests
from pydantic import SecretStr

from commerce.plugins.payments import PaymentProvider
from integrations.payments.sandbox_card.plugin import SandboxCard
from integrations.payments.sandbox_card.settings import SandboxSettings
from integrations.payments.stripe.plugin import StripePayments
from integrations.payments.stripe.settings import StripeSettings
from integrations.sandbox.card_processor.app import SIMULATOR as CARD_PROCESSOR
from integrations.sandbox.signatures import signature, signing_secret
from integrations.sandbox.stripe_api.app import SIMULATOR as STRIPE
from integrations.sandbox.stripe_api.events import stripe_signature
from tests.integrations.conformance.bench import Bench, Mailbox, mailbox


@dataclass
class SandboxBench:
    """The sandbox card plugin at the card processor."""

    provider: PaymentProvider
    settings: SandboxSettings
    address: str
    mailbox: Mailbox
    paying_card: str = "4242 4242 4242 4242"
    declined_card: str = "4000000000009995"
    challenge_card: str = "4000002500003155"

    def at(self, address: str) -> PaymentProvider:
        return SandboxCard({"QUAYSIDE_SIMULATOR_CARD": address})

    def payments_made(self, reference: UUID) -> int:
        found = requests.get(
            f"{self.address}/v1/payments",
            params={"reference": str(reference)},
            headers={"Authorization": f"Bearer {self.settings.api_key.get_secret_value()}"},
            timeout=5,
        )
        return 1 if found.ok else 0

    def sign(self, body: bytes, *, moment: int, secret: str | None = None) -> dict[str, str]:
        secret = secret or signing_secret(self.settings.api_key.get_secret_value())
        return {"Sandbox-Signature": signature(secret, body, moment=moment)}


@dataclass
class StripeBench:
    """The Stripe plugin with the official library at the local endpoint."""

    provider: PaymentProvider
    settings: StripeSettings
    address: str
    mailbox: Mailbox
    paying_card: str = "4242 4242 4242 4242"
    declined_card: str = "4000000000009995"
    challenge_card: str = "4000002760003184"

    def at(self, address: str) -> PaymentProvider:
        return StripePayments({"QUAYSIDE_STRIPE_ADDRESS": address})

    def payments_made(self, reference: UUID) -> int:
        key = self.settings.secret_key.get_secret_value()
        answer = requests.get(
            f"{self.address}/v1/checkout/sessions?limit=100", auth=(key, ""), timeout=5
        )
        references = [each["client_reference_id"] for each in answer.json()["data"]]
        return references.count(str(reference))

    def sign(self, body: bytes, *, moment: int, secret: str | None = None) -> dict[str, str]:
        secret = secret or self.settings.webhook_secret.get_secret_value()
        return {"Stripe-Signature": stripe_signature(secret, body, moment=moment)}


@contextmanager
def sandbox_bench() -> Iterator[Bench]:
    with CARD_PROCESSOR.running() as simulator, mailbox() as box:
        yield SandboxBench(
            provider=SandboxCard({"QUAYSIDE_SIMULATOR_CARD": simulator.address}),
            settings=SandboxSettings(api_key=SecretStr(secrets.token_hex(16))),
            address=simulator.address,
            mailbox=box,
        )


@contextmanager
def stripe_bench() -> Iterator[Bench]:
    with STRIPE.running() as simulator, mailbox() as box:
        key = f"sk_test_{secrets.token_hex(12)}"
        endpoint = requests.post(
            f"{simulator.address}/v1/webhook_endpoints",
            data={"url": box.url, "enabled_events[]": "*"},
            auth=(key, ""),
            timeout=5,
        ).json()
        yield StripeBench(
            provider=StripePayments({"QUAYSIDE_STRIPE_ADDRESS": simulator.address}),
            settings=StripeSettings(
                secret_key=SecretStr(key),
                webhook_secret=SecretStr(endpoint["secret"]),
                publishable_key="pk_test_local",
            ),
            address=simulator.address,
            mailbox=box,
        )


BENCHES = {"sandbox-card": sandbox_bench, "stripe": stripe_bench}
