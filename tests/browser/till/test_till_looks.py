"""Every state of the till passes axe at three widths, in both themes and both languages."""

import pytest
from playwright.sync_api import Page, expect

from commerce.payments.rows import PaymentState
from tests.browser.themes import violations_by_theme
from tests.browser.till_stage import Devices, ready, scan, type_pin
from tests.pos.counter import CLERK_PIN, Counter

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TELEPHONE = (390, 844)
SIZES = (TELEPHONE, (1024, 768), (1440, 900))


def flaws(
    page: Page, state: str, sizes: tuple[tuple[int, int], ...] = SIZES
) -> list[tuple[str, str, str]]:
    """Return what axe finds at each size in both themes, and whether the page scrolls sideways."""
    found = []
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        where = f"{state} {width}"
        for theme, violation in violations_by_theme(page):
            nodes = " ".join(node["html"][:90] for node in violation["nodes"][:2])
            found.append((f"{where} {theme}", violation["id"], nodes))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((where, "scrolls sideways", ""))
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_state_of_the_till(
    another_device: Devices, stage: tuple[Counter, str], language: str
) -> None:
    counter, address = stage
    counter.house.verdict = PaymentState.FAILED
    counter.house.polls_before_verdict = 10_000
    page = another_device(language=language).new_page()
    ready(page, address)
    found = flaws(page, "locked")
    type_pin(page, CLERK_PIN)
    expect(page.locator("#float")).to_be_visible()
    found += flaws(page, "closed")
    page.locator("#float").press_sequentially("500", delay=40)
    page.keyboard.press("Enter")
    expect(page.locator("#find")).to_be_visible()
    found += flaws(page, "empty")
    for code in ("4006381333931", "JD-GW-RIV", "4006381333931", "4006381333931", "4006381333931"):
        scan(page, code)
    expect(page.locator(".tag.wait")).to_be_visible()
    found += flaws(page, "basket")
    for key in ("F1", "Shift+F1", "F2", "F3", "F4", "F6", "F8", "F9"):
        page.keyboard.press(key)
        expect(page.locator(".panel")).to_be_visible()
        found += flaws(page, key)
        page.keyboard.press("Escape")
    page.locator("#find").press_sequentially("silk", delay=60)
    expect(page.get_by_role("option")).to_have_count(1)
    found += flaws(page, "found")
    page.keyboard.press("Escape")
    page.keyboard.press("F7")
    expect(page.locator(".waiting")).to_be_visible()
    found += flaws(page, "card")
    page.keyboard.press("Escape")
    expect(page.locator("#again-main")).to_be_visible()
    found += flaws(page, "again")
    page.keyboard.press("F8")
    expect(page.locator("#part")).to_be_visible()
    found += flaws(page, "split")
    page.keyboard.press("Enter")
    expect(page.locator(".panel.done")).to_contain_text("NR2-000001")
    found += flaws(page, "done")
    assert found == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_around_the_till(
    another_device: Devices, stage: tuple[Counter, str], language: str
) -> None:
    address = stage[1]
    page = another_device(size=TELEPHONE, language=language).new_page()
    page.goto(f"{address}/signin?next=/till/enrol")
    page.locator("#email").fill("lin@porcelain.example")
    page.locator("#password").fill("celadon over cinnabar")
    page.keyboard.press("Enter")
    page.wait_for_url("**/till/enrol", wait_until="networkidle")
    found = []
    for path in ("/till/enrol", "/till/unlock"):
        page.goto(f"{address}{path}")
        found += flaws(page, path, (TELEPHONE,))
    assert found == []
