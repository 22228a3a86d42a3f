"""The card reader at the till, over real HTTP."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
import requests
from pydantic import SecretStr

from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.plugins.calls import CallContext
from commerce.plugins.payments import CancelPayment, PaymentSnapshot, RefundPayment, Stage
from commerce.plugins.results import Ok, Pending, Refused, Retryable, Unknown
from commerce.plugins.terminals import Reader, StartReading
from integrations.payments.sandbox_card.settings import SandboxSettings
from integrations.payments.sandbox_reader.plugin import SandboxReader
from integrations.sandbox.card_processor.app import SIMULATOR


@dataclass
class Counter:
    address: str
    provider: SandboxReader
    settings: SandboxSettings

    def call(self, *, key: str = "", seconds: float = 2) -> CallContext:
        return CallContext(
            tenant=uuid4(),
            channel=Channel.TILL,
            locale="en",
            deadline=time.monotonic() + seconds,
            idempotency_key=key or str(new_id()),
            attempt=1,
            now=utc_now(),
            settings=self.settings,
        )

    def control(self, path: str, **body: str) -> requests.Response:
        return requests.post(
            f"{self.address}/v1/readers/{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.settings.api_key.get_secret_value()}"},
            timeout=5,
        )

    def wait(self, handle: str) -> PaymentSnapshot:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            result = self.provider.status(self.call(), handle)
            if isinstance(result, Ok):
                return result.value
            assert isinstance(result, Pending), result
            time.sleep(0.05)
        raise AssertionError("no card was presented")


@pytest.fixture
def counter() -> Iterator[Counter]:
    with SIMULATOR.running() as running:
        yield Counter(
            running.address,
            SandboxReader({"QUAYSIDE_SIMULATOR_CARD": running.address}),
            SandboxSettings(api_key=SecretStr(secrets.token_hex(16))),
        )


def a_sale(reader: str = "counter") -> StartReading:
    return StartReading(
        reference=new_id(), reader=reader, amount=Money(8_600, "CNY"), order_number="R1-00042"
    )


def started(counter: Counter) -> str:
    result = counter.provider.start(counter.call(), a_sale())
    assert isinstance(result, Pending), result
    return result.handle


def test_the_merchant_sees_her_readers(counter: Counter) -> None:
    counter.control("mobile/mode", mode="offline")

    assert counter.provider.readers(counter.call()) == Ok(
        (
            Reader(id="counter", label="Counter reader", online=True),
            Reader(id="mobile", label="Mobile reader", online=False),
            Reader(id="second", label="Second counter reader", online=True),
        )
    )


def test_a_card_is_tapped_by_itself_after_about_a_second(counter: Counter) -> None:
    began = time.monotonic()

    taken = counter.wait(started(counter))

    assert 0.9 <= time.monotonic() - began < 3
    assert (taken.stage, taken.captured_minor) == (Stage.CAPTURED, 8_600)
    assert taken.card is not None
    assert (taken.card.last_four, taken.card.entry) == ("4242", "contactless")
    assert len(taken.card.authorisation_code) == 6


def test_a_clerk_presents_the_card(counter: Counter) -> None:
    counter.control("counter/mode", mode="manual")
    handle = started(counter)
    assert isinstance(counter.provider.status(counter.call(), handle), Pending)

    counter.control("counter/present", number="4000000000009995")

    declined = counter.wait(handle)
    assert (declined.stage, declined.captured_minor) == (Stage.FAILED, 0)
    assert declined.detail == "There is not enough money on the card. Try another one."
    assert counter.provider.manifest.refusals[declined.refusal].zh == "卡内余额不足，请换一张卡。"
    second = started(counter)
    counter.control("counter/present", number="4242424242424242")
    assert counter.wait(second).stage is Stage.CAPTURED


def test_a_busy_reader_is_free_again_after_a_cancel(counter: Counter) -> None:
    counter.control("counter/mode", mode="manual")
    first = started(counter)
    assert counter.provider.start(counter.call(), a_sale()) == Retryable("reader-busy")

    gone = counter.provider.cancel(counter.call(), CancelPayment(handle=first))

    assert isinstance(gone, Ok)
    assert gone.value.stage is Stage.CANCELLED
    assert isinstance(counter.provider.start(counter.call(), a_sale()), Pending)


def test_a_reader_that_nobody_has_is_refused(counter: Counter) -> None:
    result = counter.provider.start(counter.call(), a_sale("cellar"))

    assert isinstance(result, Refused)
    assert result.code == "reader-not-found"


def test_a_reader_that_was_off_or_busy_asks_when_it_is_asked_again(counter: Counter) -> None:
    counter.control("counter/mode", mode="offline")
    sale, key = a_sale(), str(new_id())
    assert counter.provider.start(counter.call(key=key), sale) == Retryable("reader-offline")

    counter.control("counter/mode", mode="manual")
    other = started(counter)
    assert counter.provider.start(counter.call(key=key), sale) == Retryable("reader-busy")

    counter.provider.cancel(counter.call(), CancelPayment(handle=other))
    assert isinstance(counter.provider.start(counter.call(key=key), sale), Pending)


def test_a_start_without_an_answer_is_found_by_our_reference(counter: Counter) -> None:
    requests.post(f"{counter.address}/_sandbox/faults", json={"fault": "cut"}, timeout=5)
    sale, key = a_sale(), str(new_id())

    result = counter.provider.start(counter.call(key=key), sale)

    assert isinstance(result, Unknown)
    assert counter.wait(result.handle).captured_minor == 8_600
    again = counter.provider.start(counter.call(key=key), sale)
    assert isinstance(again, Pending)
    assert counter.wait(again.handle).captured_minor == 8_600


def test_a_sale_at_the_till_is_refunded(counter: Counter) -> None:
    handle = started(counter)
    taken = counter.wait(handle)
    assert taken.reference is not None

    result = counter.provider.refund(
        counter.call(),
        RefundPayment(
            handle=handle,
            payment_reference=taken.reference,
            reference=new_id(),
            amount=Money(8_600, "CNY"),
            reason="returned",
        ),
    )

    assert isinstance(result, Ok)
    assert counter.wait(handle).refunded_minor == 8_600
