"""The shop in Chromium: bought by keyboard, without scripts, at three widths, in both themes."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from commerce.orders.rows import OrderState
from tests.browser.stage import LONG_WORD, PATIENCE, Regular, leaving_their_place, serving
from tests.browser.themes import faults_by_theme
from tests.storefront.shop.house import BERLIN, House, build_house, put_tea
from tests.support.promotions import promote

pytestmark = pytest.mark.browser

WIDTHS = (390, 768, 1440)
MOST_SCRIPT_BYTES = 30_000
PAGES = (
    "",
    "porcelain-road/",
    "porcelain-road/c/tea",
    "porcelain-road/search?q=zzzz",
    "porcelain-road/p/longjing",
    "porcelain-road/stores",
    "porcelain-road/stores/NJR",
    "porcelain-road/destination",
    "porcelain-road/cart",
    "porcelain-road/order",
    "porcelain-road/account/signin",
)


@pytest.fixture(scope="module")
def served(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, str]]:
    """A shop with one tea, and its address."""
    house = build_house(module_database_url, Path(tmp_path_factory.mktemp("var")))
    put_tea(house, units=500, vendor=LONG_WORD)
    promote(house.shop, code="ONCE", limit_per_customer=1)
    with serving(house.stage.app) as address:
        yield house, address
    house.stage.close()


@pytest.fixture(scope="module")
def regular(browser: Browser, served: tuple[House, str]) -> Iterator[Regular]:
    context = browser.new_context(reduced_motion="reduce", bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    yield Regular(context, served[1])
    context.close()


@pytest.fixture
def context(regular: Regular) -> Iterator[BrowserContext]:
    """A browser of somebody who has been here before, without a cart or a name."""
    yield regular.forget()
    regular.forget()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("language", "themes"), [("en", ("light", "dark")), ("zh", ("light",))])
def test_every_page_passes_axe_and_never_scrolls_sideways(
    context: BrowserContext, served: tuple[House, str], language: str, themes: tuple[str, ...]
) -> None:
    page = context.new_page()
    for path in PAGES:
        page.goto(f"{served[1]}/{language}/{path}", wait_until="load")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert sideways <= 0, (path, width)
            assert leaving_their_place(page) == [], (path, width)
        assert (path, faults_by_theme(page, themes)) == (path, [])


def test_a_phone_buys_with_scripts_off_and_finds_everything_on_the_order_page(
    browser: Browser, served: tuple[House, str]
) -> None:
    house, address = served
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{address}/en/porcelain-road/p/longjing")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_label("Delivered to").select_option("DE")
    page.get_by_role("button", name="Count again").click()
    page.get_by_role("link", name="To the checkout").click()
    for field in ("email", "name", "lines", "postcode", "city"):
        page.locator(f"#{field}").fill(BERLIN[field])
    page.get_by_role("button", name="Order and pay").click()
    expect(page.get_by_role("heading", name="Card house")).to_be_visible()
    house.stage.house.pay(house.payments(house.orders()[0])[0].id)
    page.goto(f"{address}{house.link(house.orders()[0])}/paid")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Your order is placed.")
    assert house.orders()[0].state is OrderState.PLACED
    context.close()


def test_a_tea_is_bought_by_keyboard_alone(
    context: BrowserContext, served: tuple[House, str]
) -> None:
    house, address = served
    before = len(house.orders())
    page = context.new_page()
    page.goto(f"{address}/en/porcelain-road/p/longjing", wait_until="load")
    tab_to(page, "a", "100\N{NO-BREAK SPACE}g")
    page.keyboard.press("Enter")
    page.wait_for_url("**LJ-100")
    expect(page.locator("a.variant").last).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**LJ-50")
    tab_to(page, "button", "Add to cart")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cart")
    tab_to(page, "a", "To the checkout")
    page.keyboard.press("Enter")
    page.wait_for_url("**/checkout")
    tab_to(page, "input", "", wanted_id="email")
    page.keyboard.type("lin@example.com")
    tab_to(page, "button", "Order and pay")
    page.keyboard.press("Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_be_visible()
    expect(summary).to_be_focused()
    expect(page.locator("#email")).to_have_value("lin@example.com")
    assert len(house.orders()) == before


def tab_to(page: Page, tag: str, words: str, *, wanted_id: str = "") -> None:
    """Press Tab until the focus is on the control that is meant."""
    for _ in range(80):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "() => ({tag: document.activeElement.localName, id: document.activeElement.id,"
            " words: document.activeElement.innerText || ''})"
        )
        here = seen["id"] == wanted_id if wanted_id else words in seen["words"]
        if seen["tag"] == tag and here:
            return
    pytest.fail(f"Tab never reached {words or wanted_id}")


def test_another_country_changes_fields_and_total_by_itself_and_keeps_what_was_typed(
    context: BrowserContext, served: tuple[House, str]
) -> None:
    page = context.new_page()
    page.goto(f"{served[1]}/en/porcelain-road/p/longjing", wait_until="load")
    page.get_by_role("button", name="Add to cart").click()
    page.goto(f"{served[1]}/en/porcelain-road/checkout", wait_until="load")
    page.locator("aside summary").click()
    page.locator("#code").fill("once")
    page.keyboard.press("Enter")
    expect(page.locator("#codes")).to_be_focused()
    expect(page.locator("#codes")).to_contain_text("once you give your e-mail address")
    page.locator("#email").fill("ann@example.com")
    page.locator("#name").focus()
    expect(page.locator("#codes")).to_contain_text("Autumn tea")
    page.locator("#country").select_option("US")
    expect(page.locator("select#region")).to_be_visible()
    expect(page.locator("#email")).to_have_value("ann@example.com")


def test_a_province_brings_its_towns_without_moving_the_page_or_taking_the_focus(
    context: BrowserContext, served: tuple[House, str]
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto(f"{served[1]}/zh/porcelain-road/p/longjing", wait_until="load")
    page.locator(".add button[type=submit]").last.click()
    page.wait_for_url("**/cart")
    page.goto(f"{served[1]}/zh/porcelain-road/checkout", wait_until="load")
    page.locator("#name").fill("林薇")
    page.locator("input#city").fill("杭州")
    region = page.locator("#region")
    region.scroll_into_view_if_needed()
    region.focus()
    before = region.bounding_box()
    region.select_option("浙江省")
    expect(page.locator("select#city")).to_have_value("杭州市")
    expect(page.locator("select#district")).to_be_visible()
    expect(region).to_be_focused()
    assert region.bounding_box() == before
    expect(page.locator("#name")).to_have_value("林薇")


def test_a_tick_narrows_the_list_without_a_new_page_and_back_undoes_it(
    context: BrowserContext, served: tuple[House, str]
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{served[1]}/en/porcelain-road/search", wait_until="load")
    page.evaluate("window.stayed = true")
    page.get_by_label("50 g").first.check()
    expect(page.locator(".chip")).to_contain_text("50 g")
    assert page.evaluate("window.stayed") is True
    expect(page).to_have_url(re.compile(r"option%3Asize=50[+]g|option:size=50"))
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)


def test_on_a_phone_the_filters_stay_unfolded_for_the_next_tick_and_after_a_reload(
    context: BrowserContext, served: tuple[House, str]
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{served[1]}/en/porcelain-road/search", wait_until="load")
    small = page.get_by_label("50 g")
    expect(small).to_be_hidden()
    page.get_by_text("Narrow the list").click()
    page.evaluate("scrollTo(0, 90)")
    before = small.bounding_box()
    small.check()
    expect(page.locator(".chip")).to_contain_text("50 g")
    expect(small).to_be_focused()
    assert small.bounding_box() == before, "what was ticked stays under the thumb"
    page.reload()
    expect(small).to_be_checked()
    expect(small).to_be_visible()
    fold_and_go = "(words) => { words.click(); location.reload(); }"
    with page.expect_navigation():
        page.get_by_text("Narrow the list").evaluate(fold_and_go)
    expect(small).to_be_hidden()


def test_the_badge_counts_what_was_put_in(
    context: BrowserContext, served: tuple[House, str]
) -> None:
    page = context.new_page()
    page.goto(f"{served[1]}/en/porcelain-road/p/longjing", wait_until="load")
    page.get_by_role("button", name="One more").click()
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#cart-count")).to_contain_text("2")


def test_a_product_page_sends_little_script_stays_still_and_breaks_no_policy(
    browser: Browser, served: tuple[House, str]
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    scripts: list[int] = []
    complaints: list[str] = []

    def weigh(response: Response) -> None:
        if response.request.resource_type == "script":
            scripts.append(int(response.headers["content-length"]))

    page.on("response", weigh)
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries()"
        ".forEach(entry => { window.shift += entry.value }))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    page.goto(f"{served[1]}/en/porcelain-road/p/longjing", wait_until="networkidle")
    time.sleep(0.3)
    assert sum(scripts) < MOST_SCRIPT_BYTES
    assert page.evaluate("window.shift") < 0.02
    assert complaints == []
    context.close()
