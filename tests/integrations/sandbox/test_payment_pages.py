"""The simulators' payment pages in a real browser: legible, narrow enough, usable by keyboard."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, sync_playwright

from commerce.web.assets import build_vendor
from integrations.sandbox.card_processor.app import SIMULATOR as CARD_PROCESSOR
from integrations.sandbox.stripe_api.app import SIMULATOR as STRIPE
from tests.support.axe import violations

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    build_vendor(ROOT)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        bypass_csp=True, color_scheme=request.param, viewport={"width": 390, "height": 800}
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def bank() -> Iterator[str]:
    with CARD_PROCESSOR.running() as running:
        yield running.address


@pytest.fixture(scope="module")
def stripe() -> Iterator[str]:
    with STRIPE.running() as running:
        yield running.address


def a_bank_page(bank: str, locale: str) -> str:
    opened = requests.post(
        f"{bank}/v1/payments",
        json={
            "reference": secrets.token_hex(8),
            "amount": 12_800,
            "currency": "CNY",
            "order_number": "PR-1001",
            "description": "Celadon teapot, 320 ml",
            "return_url": f"{bank}/_sandbox/health",
            "cancel_url": f"{bank}/_sandbox/health",
            "locale": locale,
        },
        headers={"Authorization": "Bearer a-key-of-tests", "Idempotency-Key": secrets.token_hex(8)},
        timeout=5,
    )
    url: str = opened.json()["page_url"]
    return url


def a_checkout_page(stripe: str, locale: str) -> str:
    price = "line_items[0][price_data]"
    opened = requests.post(
        f"{stripe}/v1/checkout/sessions",
        data={
            "mode": "payment",
            "success_url": f"{stripe}/_sandbox/health?session={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{stripe}/_sandbox/health",
            "locale": locale,
            f"{price}[currency]": "eur",
            f"{price}[unit_amount]": "8600",
            f"{price}[product_data][name]": "Celadon teapot",
        },
        auth=("sk_test_pages", ""),
        timeout=5,
    )
    url: str = opened.json()["url"]
    return url


def complaints(page: Page) -> list[str]:
    page.wait_for_load_state()  # the last step may have led on to another page
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [fault["id"] for fault in violations(page)] + (["scrolls sideways"] if wide else [])


def press_enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_bank_page_from_decline_to_payment(page: Page, bank: str, locale: str) -> None:
    page.goto(a_bank_page(bank, locale))
    assert complaints(page) == []

    page.locator("#number").press_sequentially("4000 0000 0000 9995")
    press_enter(page)
    assert page.get_by_role("alert").is_visible()
    assert page.evaluate("document.activeElement.id") == "number"
    assert complaints(page) == []

    page.get_by_role("button", name="4000 0025 0000 3155").click()
    assert page.url.endswith("/confirm")
    assert complaints(page) == []
    page.locator("button.pay").click()

    assert page.url == f"{bank}/_sandbox/health"


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_checkout_page_from_decline_to_payment(page: Page, stripe: str, locale: str) -> None:
    url = a_checkout_page(stripe, locale)
    page.goto(url)
    assert complaints(page) == []

    page.get_by_role("button", name="4000 0000 0000 0002").click()
    assert page.get_by_role("alert").is_visible()

    page.get_by_role("button", name="4000 0027 6000 3184").click()
    assert complaints(page) == []
    page.locator("button.other").click()
    assert page.get_by_role("alert").is_visible()

    page.locator("#number").fill("4242 4242 4242 4242")
    press_enter(page)
    assert "session=cs_test_" in page.url
    page.goto(url)
    assert complaints(page) == []


def test_a_clerk_chooses_the_card_at_the_table(page: Page, bank: str) -> None:
    key = {"Authorization": f"Bearer {secrets.token_hex(16)}"}
    sale: dict[str, Any] = {
        "reference": secrets.token_hex(8),
        "amount": 8_600,
        "currency": "CNY",
        "order_number": "R1-00042",
    }
    requests.post(f"{bank}/v1/readers/mobile/mode", json={"mode": "manual"}, headers=key, timeout=5)
    started = requests.post(
        f"{bank}/v1/readers/mobile/payments",
        json=sale,
        headers=key | {"Idempotency-Key": sale["reference"]},
        timeout=5,
    ).json()
    page.goto(bank)
    assert complaints(page) == []
    asking = page.locator("section", has_text="R1-00042")

    asking.get_by_role("button", name="4000 0000 0000 0002").click()

    shown = requests.get(f"{bank}/v1/payments/{started['id']}", headers=key, timeout=5).json()
    assert (shown["status"], shown["decline"]) == ("failed", "generic-decline")
    assert page.locator("section", has_text="R1-00042").count() == 0


def test_the_table_is_deaf_to_other_sites(bank: str) -> None:
    answer = requests.post(
        f"{bank}/readers/anybody/counter",
        data={"mode": "offline"},
        headers={"Sec-Fetch-Site": "cross-site"},
        timeout=5,
    )

    assert answer.status_code == 403


def test_chinese_is_legible_where_the_system_has_no_chinese_letters(page: Page, bank: str) -> None:
    page.goto(a_bank_page(bank, "zh-CN"), wait_until="networkidle")
    loaded = page.evaluate(
        "[...document.fonts].filter(face => face.status === 'loaded').map(face => face.family)"
    )
    assert any("Noto Sans SC" in family for family in loaded)


def test_yuan_are_written_as_in_the_shop(page: Page, bank: str) -> None:
    page.goto(a_bank_page(bank, "en"))
    assert "¥128.00" in page.locator(".amount").inner_text()
    assert "CN¥" not in page.content()
