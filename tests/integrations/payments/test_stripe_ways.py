"""A merchant chooses which ways to pay Stripe's page offers; a currency offers what it can take."""

from collections.abc import Iterator

import pytest
import requests

from commerce.kernel.money import Money
from commerce.plugins.payments import CaptureMode, Stage
from commerce.plugins.results import Ok
from integrations.payments.stripe.ways import WAYS
from tests.integrations.conformance.bench import Bench, call, opened
from tests.integrations.conformance.benches import stripe_bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    with stripe_bench() as made:
        yield made


def offered(bench: Bench, money: Money, capture: CaptureMode = CaptureMode.AUTOMATIC) -> list[str]:
    payment = opened(bench, amount=money, capture=capture)
    key = bench.settings.secret_key.get_secret_value()
    found = requests.get(
        f"{bench.address}/v1/checkout/sessions/{payment.handle}", auth=(key, ""), timeout=5
    )
    types: list[str] = found.json()["payment_method_types"]
    return types


def choose(bench: Bench, **chosen: bool) -> None:
    bench.settings = bench.settings.model_copy(update=chosen)


def test_everything_is_offered_unless_the_merchant_says_otherwise(bench: Bench) -> None:
    assert offered(bench, Money(100, "EUR")) == ["card", "link", "alipay", "wechat_pay"]


@pytest.mark.parametrize("way", ["link", "alipay", "wechat_pay"])
def test_what_the_merchant_does_not_want_is_not_offered(bench: Bench, way: str) -> None:
    choose(bench, **{way: False})
    kept = offered(bench, Money(100, "EUR"))
    assert way not in kept
    assert len(kept) == 3


@pytest.mark.parametrize(
    ("currency", "ways"),
    [
        ("NZD", {"alipay"}),
        ("CHF", {"wechat_pay"}),
        ("KRW", set()),
        ("CNY", {"alipay", "wechat_pay"}),
    ],
)
def test_what_a_currency_cannot_take_is_not_offered(
    bench: Bench, currency: str, ways: set[str]
) -> None:
    assert set(offered(bench, Money(5_000, currency))) == {"card", "link"} | ways


def test_money_that_is_taken_later_comes_from_a_card(bench: Bench) -> None:
    assert offered(bench, Money(100, "EUR"), CaptureMode.MANUAL) == ["card", "link"]


@pytest.mark.parametrize("way", ["alipay", "wechat_pay"])
def test_a_shopper_pays_with_a_chinese_wallet(bench: Bench, way: str) -> None:
    payment = opened(bench)
    paid = requests.post(payment.url, data={"way": way}, allow_redirects=False, timeout=5)
    assert paid.status_code == 303
    found = bench.provider.status(call(bench), payment.handle)
    assert isinstance(found, Ok)
    assert (found.value.stage, found.value.captured_minor, found.value.card) == (
        Stage.CAPTURED,
        12_800,
        None,
    )


def test_a_wallet_that_is_not_offered_takes_nothing(bench: Bench) -> None:
    choose(bench, alipay=False)
    payment = opened(bench)
    assert requests.post(payment.url, data={"way": "alipay"}, timeout=5).status_code == 422


def test_every_limit_says_where_it_was_read_and_when() -> None:
    assert all(way.source.startswith("docs.stripe.com/") and way.seen for way in WAYS)
