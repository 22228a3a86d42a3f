"""Every state of the till passes axe at three widths, in both themes and both languages."""

import pytest
from playwright.sync_api import Browser, Page, expect

from commerce.payments.rows import PaymentState
from tests.browser.till_stage import device, ready, scan, type_pin
from tests.pos.counter import CLERK_PIN, Counter
from tests.support.axe import violations

pytestmark = pytest.mark.browser

SIZES = ((390, 844), (1024, 768), (1440, 900))


def flaws(page: Page, state: str) -> list[tuple[str, str, str]]:
    """Return what axe finds in both themes, and whether the page scrolls sideways."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]  # one of the two
        for violation in violations(page):
            where = " ".join(node["html"][:90] for node in violation["nodes"][:2])
            found.append((f"{state} {theme}", violation["id"], where))
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append((state, "scrolls sideways", ""))
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_every_state_of_the_till(
    browser: Browser, stage: tuple[Counter, str], size: tuple[int, int], language: str
) -> None:
    counter, address = stage
    counter.house.verdict = PaymentState.FAILED
    counter.house.polls_before_verdict = 10_000
    context = device(browser, counter, address, size=size, language=language)
    page = context.new_page()
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
    for key in ("F1", "F2", "F3", "F4", "F6", "F8", "F9"):
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
    expect(page.locator("#part")).to_be_visible()
    found += flaws(page, "split")
    page.keyboard.press("Enter")
    expect(page.locator(".panel.done")).to_contain_text("NR2-000001")
    found += flaws(page, "done")
    context.close()
    assert found == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_around_the_till(browser: Browser, stage: tuple[Counter, str], language: str) -> None:
    counter, address = stage
    context = device(browser, counter, address, size=(390, 844), language=language)
    page = context.new_page()
    page.goto(f"{address}/signin?next=/till/enrol")
    page.locator("#email").fill("lin@porcelain.example")
    page.locator("#password").fill("celadon over cinnabar")
    page.keyboard.press("Enter")
    page.wait_for_url("**/till/enrol", wait_until="networkidle")
    found = []
    for path in ("/till/enrol", "/till/unlock"):
        page.goto(f"{address}{path}")
        found += flaws(page, path)
    context.close()
    assert found == []
