"""A demo's past payments, which the sandbox never took, are given back by it over real HTTP."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from commerce.demo.seeding.past_payment import paid_in_full
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.payments.rows import PaymentRow, PaymentState, Tender
from commerce.plugins.calls import CallContext
from commerce.plugins.payments import RefundPayment, RefundSnapshot
from commerce.plugins.results import Ok, Refused, Result
from integrations.payments.sandbox_card.money import SandboxMoney
from integrations.payments.sandbox_card.plugin import SandboxCard
from integrations.payments.sandbox_card.settings import SandboxSettings
from integrations.payments.sandbox_reader.plugin import SandboxReader
from integrations.sandbox.card_processor.app import SIMULATOR

COUNTERS = [SandboxCard, SandboxReader]


class Merchant:
    """A merchant of the demo park with an account at the sandbox."""

    def __init__(self) -> None:
        self.settings = SandboxSettings(api_key=SecretStr(secrets.token_hex(16)))

    def call(self) -> CallContext:
        return CallContext(
            tenant=uuid4(),
            channel=Channel.WEB,
            locale="en",
            deadline=time.monotonic() + 5,
            idempotency_key=str(new_id()),
            attempt=1,
            now=utc_now(),
            settings=self.settings,
        )

    def refund(
        self, provider: SandboxMoney, payment: PaymentRow, minor: int
    ) -> Result[RefundSnapshot]:
        return provider.refund(
            self.call(),
            RefundPayment(
                handle=name_of(payment),
                payment_reference=payment.id,
                reference=new_id(),
                amount=Money(minor, payment.currency),
                reason="returned",
            ),
        )


def past(minor: int = 29_800, currency: str = "CNY") -> PaymentRow:
    return PaymentRow(
        id=new_id(),
        order_id=new_id(),
        tender=Tender.ONLINE,
        plugin="sandbox-card",
        handle=None,
        currency=currency,
        amount_minor=minor,
        authorised_minor=0,
        captured_minor=0,
        refunding_minor=0,
        refunded_minor=0,
        tendered_minor=None,
        state=PaymentState.STARTED,
        detail="",
        created_at=utc_now(),
        settled_at=None,
    )


def name_of(payment: PaymentRow) -> str:
    return str(paid_in_full(payment).handle)


def at(address: str, counter: Callable[[dict[str, str]], SandboxMoney]) -> SandboxMoney:
    return counter({"QUAYSIDE_SIMULATOR_CARD": address})


@pytest.mark.parametrize("counter", COUNTERS)
def test_a_past_payment_is_given_back_in_parts_and_never_beyond(
    counter: Callable[[dict[str, str]], SandboxMoney],
) -> None:
    payment, merchant = past(), Merchant()
    with SIMULATOR.running() as running:
        provider = at(running.address, counter)

        first = merchant.refund(provider, payment, 9_800)
        rest = merchant.refund(provider, payment, 20_000)
        more = merchant.refund(provider, payment, 1)
        told = provider.status(merchant.call(), name_of(payment))

    assert isinstance(first, Ok)
    assert isinstance(rest, Ok)
    assert isinstance(more, Refused)
    assert isinstance(told, Ok)
    assert (told.value.captured_minor, told.value.refunded_minor) == (29_800, 29_800)
    assert told.value.reference == payment.id


def test_what_was_given_back_is_remembered_after_a_restart(tmp_path: Path) -> None:
    payment, merchant, journal = past(5_000, "EUR"), Merchant(), tmp_path / "card.jsonl"
    with SIMULATOR.running(journal=journal) as running:
        assert isinstance(merchant.refund(at(running.address, SandboxCard), payment, 4_000), Ok)

    with SIMULATOR.running(journal=journal) as running:
        again = merchant.refund(at(running.address, SandboxCard), payment, 1_001)
        rest = merchant.refund(at(running.address, SandboxCard), payment, 1_000)

    assert isinstance(again, Refused)
    assert isinstance(rest, Ok)


def test_a_past_payment_belongs_to_whoever_asked_for_it_first() -> None:
    payment = past()
    with SIMULATOR.running() as running:
        provider = at(running.address, SandboxCard)
        assert isinstance(Merchant().refund(provider, payment, 1), Ok)

        stranger = Merchant().refund(provider, payment, 1)

    assert isinstance(stranger, Refused)
    assert stranger.code == "payment-not-found"


@pytest.mark.parametrize("name", ["demo_", "demo_CNY_0_" + "a" * 32, "demo_CNY_100_" + "z" * 32])
def test_other_names_are_as_unknown_as_ever(name: str) -> None:
    with SIMULATOR.running() as running:
        told = at(running.address, SandboxCard).status(Merchant().call(), name)

    assert isinstance(told, Refused)
