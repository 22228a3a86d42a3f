"""Provider, host and record together: half of all answers are lost and nothing is charged twice."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from commerce.kernel.channel import Channel
from commerce.kernel.database import Database
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.plugins.breaker import Breaker
from commerce.plugins.card_money import CardMoneyCalls
from commerce.plugins.host import Caller, PluginHost
from commerce.plugins.payments import RefundPayment
from commerce.plugins.registry import Registry
from commerce.plugins.results import ActionRequired, Ok, Redirect, Result, Retryable, Unknown
from tests.integrations.conformance.bench import Bench, arrange, pay, wish
from tests.integrations.conformance.benches import BENCHES
from tests.support.park import create_merchant

Value = TypeVar("Value")

_FAULTS = ("cut", "malformed", "foreign", "lost", "rate-limit")


@dataclass
class Shop:
    bench: Bench
    calls: CardMoneyCalls
    caller: Caller
    chance: random.Random

    @property
    def plugin(self) -> str:
        return self.bench.provider.manifest.id

    def insist(self, wanted: Callable[[], Result[Value]]) -> Result[Value]:
        """Make one wish again and again, as a durable process does; half of the answers are lost."""
        for _ in range(60):
            if self.chance.random() < 0.5:
                arrange(self.bench, self.chance.choice(_FAULTS))
            result = wanted()
            if not isinstance(result, Retryable | Unknown):
                return result
            time.sleep(0.001)
        raise AssertionError("no answer after sixty tries")


@pytest.fixture(params=sorted(BENCHES))
def shop(request: pytest.FixtureRequest, database_url: str) -> Iterator[Shop]:
    database = Database(database_url)
    with BENCHES[request.param]() as bench:
        plugin = bench.provider.manifest.id
        host = PluginHost(database, breaker=Breaker(threshold=1000))
        caller = Caller(
            merchant_id=create_merchant(database),
            channel=Channel.WEB,
            locale="en",
            settings=bench.settings,
            patience=2.0,
        )
        calls = CardMoneyCalls(host, Registry({plugin: bench.provider}, {}))
        yield Shop(bench, calls, caller, random.Random(5))  # noqa: S311 - which answers get lost
    database.close()


def test_lost_answers_never_charge_or_refund_twice(shop: Shop) -> None:
    for _ in range(12):
        request = wish(shop.bench)
        opened = shop.insist(_opening(shop, request))
        assert isinstance(opened, ActionRequired), opened
        assert isinstance(opened.action, Redirect)
        assert shop.bench.payments_made(request.reference) == 1
        pay(opened.action.url, shop.bench.paying_card)
        refund = RefundPayment(
            handle=opened.handle,
            payment_reference=request.reference,
            reference=new_id(),
            amount=Money(2_800, "CNY"),
            reason="returned",
        )

        given = shop.insist(_refunding(shop, refund))

        assert isinstance(given, Ok), given
        known = shop.insist(_asking(shop, opened.handle))
        assert isinstance(known, Ok)
        assert (known.value.captured_minor, known.value.refunded_minor) == (12_800, 2_800)


def _opening(shop: Shop, request: Any) -> Callable[[], Result[Any]]:
    key = str(request.reference)
    return lambda: shop.calls.open(shop.caller, plugin=shop.plugin, request=request, key=key)


def _refunding(shop: Shop, request: RefundPayment) -> Callable[[], Result[Any]]:
    key = str(request.reference)
    return lambda: shop.calls.refund(shop.caller, plugin=shop.plugin, request=request, key=key)


def _asking(shop: Shop, handle: str) -> Callable[[], Result[Any]]:
    return lambda: shop.calls.status(shop.caller, plugin=shop.plugin, handle=handle)
