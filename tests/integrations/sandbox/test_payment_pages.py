"""The simulators' payment pages in a real browser: legible, narrow enough, usable by keyboard."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from commerce.web.assets import build_vendor
from integrations.sandbox.card_processor.app import SIMULATOR as CARD_PROCESSOR
from integrations.sandbox.stripe_api.app import SIMULATOR as STRIPE
from tests.browser.stage import PATIENCE, chromium
from tests.browser.themes import THEMES, violations_by_theme

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    build_vendor(ROOT)
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        bypass_csp=True, reduced_motion="reduce", viewport={"width": 390, "height": 800}
    )
    context.set_default_timeout(PATIENCE)
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
        timeout=30,
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
        timeout=30,
    )
    url: str = opened.json()["url"]
    return url


def complaints(page: Page) -> list[tuple[str, str]]:
    """Return what is wrong with the page as it stands, in both themes."""
    found = [(theme, fault["id"]) for theme, fault in violations_by_theme(page)]
    for theme in THEMES:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((theme, "scrolls sideways"))
    return found


def press_enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press(page: Page, button: Locator) -> None:
    """Press a button that leads to another page, and wait for that page."""
    with page.expect_navigation():
        button.click()


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_bank_page_from_decline_to_payment(page: Page, bank: str, locale: str) -> None:
    page.goto(a_bank_page(bank, locale))
    assert complaints(page) == []

    page.locator("#number").press_sequentially("4000 0000 0000 9995")
    press_enter(page)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#number")).to_be_focused()
    assert complaints(page) == []

    press(page, page.get_by_role("button", name="4000 0025 0000 3155"))
    assert page.url.endswith("/confirm")
    assert complaints(page) == []
    press(page, page.locator("button.pay"))

    assert page.url == f"{bank}/_sandbox/health"


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_checkout_page_from_decline_to_payment(page: Page, stripe: str, locale: str) -> None:
    url = a_checkout_page(stripe, locale)
    page.goto(url)
    assert complaints(page) == []

    press(page, page.get_by_role("button", name="4000 0000 0000 0002"))
    expect(page.get_by_role("alert")).to_be_visible()

    press(page, page.get_by_role("button", name="4000 0027 6000 3184"))
    assert complaints(page) == []
    press(page, page.locator("button.other"))
    expect(page.get_by_role("alert")).to_be_visible()

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
    requests.post(
        f"{bank}/v1/readers/mobile/mode", json={"mode": "manual"}, headers=key, timeout=30
    )
    started = requests.post(
        f"{bank}/v1/readers/mobile/payments",
        json=sale,
        headers=key | {"Idempotency-Key": sale["reference"]},
        timeout=30,
    ).json()
    page.goto(bank)
    assert complaints(page) == []
    asking = page.locator("section", has_text="R1-00042")

    press(page, asking.get_by_role("button", name="4000 0000 0000 0002"))

    shown = requests.get(f"{bank}/v1/payments/{started['id']}", headers=key, timeout=30).json()
    assert (shown["status"], shown["decline"]) == ("failed", "generic-decline")
    expect(asking).to_have_count(0)


def test_the_table_is_deaf_to_other_sites(bank: str) -> None:
    answer = requests.post(
        f"{bank}/readers/anybody/counter",
        data={"mode": "offline"},
        headers={"Sec-Fetch-Site": "cross-site"},
        timeout=30,
    )

    assert answer.status_code == 403


def test_chinese_is_legible_where_the_system_has_no_chinese_letters(page: Page, bank: str) -> None:
    page.goto(a_bank_page(bank, "zh-CN"), wait_until="networkidle")
    for theme in THEMES:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        loaded = page.evaluate(
            "document.fonts.ready.then(() => [...document.fonts]"
            ".filter(face => face.status === 'loaded').map(face => face.family))"
        )
        assert any("Noto Sans SC" in family for family in loaded)


def test_yuan_are_written_as_in_the_shop(page: Page, bank: str) -> None:
    page.goto(a_bank_page(bank, "en"))
    for theme in THEMES:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        assert "¥128.00" in page.locator(".amount").inner_text()
        assert "CN¥" not in page.content()
