"""The journey's last step with the real gateway: a test card on the sandbox's own page."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from integrations.sandbox.card_processor.app import SIMULATOR
from storefront import shop
from tests.storefront.api.counter import BACK, Counter, done, open_counter, take_payments
from tests.support.postgres import TestServer
from tests.support.shop import stock_product

GOOD_CARD = "4242424242424242"
PLUGIN = "sandbox-card"


@pytest.fixture
def counter_with_cards(postgres_server: TestServer, tmp_path: Path) -> Iterator[Counter]:
    with SIMULATOR.running() as simulator:
        bank = {"QUAYSIDE_SIMULATOR_CARD": simulator.address}
        with open_counter(postgres_server, tmp_path, environment=bank) as opened:
            shop.register(opened.app)
            key = {"api_key": secrets.token_hex(16)}
            take_payments(opened.shop, opened.vault, PLUGIN, secrets=key)
            yield opened


def test_a_program_sends_its_shopper_to_a_payment_page(counter_with_cards: Counter) -> None:
    counter = counter_with_cards
    shopper = counter.client()
    token, total = shopper.ready_cart((stock_product(counter.shop, in_warehouse=1), 1))
    wish = {"agreed_total": total, "payment_method": PLUGIN}
    placed = done(shopper.post(f"/shop/carts/{token}/order", wish), 201)
    step = done(shopper.post(f"{placed['url']}/payments", BACK))
    assert step["payment"]["state"] == "action_required"
    assert {name: step[name] for name in BACK} == BACK

    paid = requests.post(
        step["redirect_url"], data={"number": GOOD_CARD}, allow_redirects=False, timeout=10
    )
    assert paid.status_code == 303, paid.text
    assert paid.headers["Location"].startswith(BACK["return_url"])

    check = f"{placed['url']}/payments/{step['payment']['id']}/check"
    assert done(shopper.post(check))["order_state"] == "placed"
    assert (
        done(shopper.get(placed["url"]))["payments"][0]["captured_minor"] == total["amount_minor"]
    )


def test_a_payment_that_waits_is_found_again_from_every_page_and_in_every_language(
    counter_with_cards: Counter,
) -> None:
    counter = counter_with_cards
    shopper = counter.client()
    token, total = shopper.ready_cart((stock_product(counter.shop, in_warehouse=1), 1))
    wish = {"agreed_total": total, "payment_method": PLUGIN}
    placed = done(shopper.post(f"/shop/carts/{token}/order", wish), 201)
    browser = counter.app.test_client()

    pages = [
        browser.get(f"/{language}/{counter.shop.merchant.slug}/order/{placed['token']}/pay")
        for language in ("en", "zh")
    ]
    elsewhere = {"return_url": "https://other.example/a", "cancel_url": "https://other.example/b"}
    steps = [done(shopper.post(f"{placed['url']}/payments", back)) for back in (BACK, elsewhere)]

    (address,) = {step["redirect_url"] for step in steps}
    order = f"/en/{counter.shop.merchant.slug}/order/{placed['token']}"
    assert all(step["return_url"].endswith(f"{order}/paid") for step in steps)
    assert all(order in step["cancel_url"] for step in steps)
    assert [page.status_code for page in pages] == [200, 200]
    assert all(address in page.text for page in pages)
