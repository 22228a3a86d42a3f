"""A till in a real browser: enrolled, and open with a clerk at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from commerce.cli.translations import compile_translations
from commerce.web.assets import build_vendor
from tests.browser.till_stage import CHROMIUM, device, ready, served, type_pin
from tests.pos.counter import CLERK_PIN, ROOT, Counter
from tests.support.postgres import TestServer


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    build_vendor(ROOT)
    compile_translations(ROOT)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(CHROMIUM)
        )
        yield chromium
        chromium.close()


@pytest.fixture
def stage(postgres_server: TestServer, tmp_path: Path) -> Iterator[tuple[Counter, str]]:
    with served(postgres_server, tmp_path) as given:
        yield given


@pytest.fixture
def page(browser: Browser, stage: tuple[Counter, str]) -> Iterator[Page]:
    """A till that is open, with a clerk at it; a fault of its scripts fails the test."""
    counter, address = stage
    context = device(browser, counter, address)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    ready(page, address)
    type_pin(page, CLERK_PIN)
    page.locator("#float").press_sequentially("500", delay=40)
    page.keyboard.press("Enter")
    expect(page.locator("#find")).to_be_visible()
    yield page
    context.close()
    assert faults == []
