"""The desk in a real browser: axe on its pages, no sideways scrolling, and a stock count by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from commerce.inventory.queries import levels_of
from commerce.kernel.database import Database, Scope
from commerce.park.permissions import Role
from commerce.park.service.accounts import find_account
from commerce.park.service.park_roles import grant_park_role
from storefront import park
from tests.browser.stage import LONG_WORD, PATIENCE, leaving_their_place, serving
from tests.storefront.desk import Desk, seat
from tests.support.axe import faults
from tests.support.park import PASSWORD, create_staff
from tests.support.shop import stock_product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PAGES = (
    "",
    "orders/",
    "products/",
    "products/new",
    "stories/",
    "stories/new",
    "stories/shop",
    "stock/",
    "customers/",
    "stores/",
    "staff/",
    "security/",
    "settings/keys",
    "settings/tills",
    "failures/",
)
PARK_PAGES = ("merchants/", "merchants/new", "staff/", "staff/invite", "taxes/", "security/")


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    database = Database(database_url, connections=6)
    seated = seat(database, tmp_path)
    park.register(seated.app)
    create_staff(
        database,
        email="owner@porcelain.example",
        role=Role.OWNER,
        merchant_id=seated.shop.merchant.id,
    )
    yield seated
    seated.durable.close()
    database.close()


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with serving(desk.app) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    shown = context.new_page()
    shown.goto(f"{address}/signin")
    shown.fill("#email", "owner@porcelain.example")
    shown.fill("#password", PASSWORD)
    shown.keyboard.press("Enter")
    shown.wait_for_url("**/desk/**")
    yield shown
    context.close()


def test_pages_of_the_desk_pass_axe_and_fit_a_telephone(
    desk: Desk, address: str, page: Page
) -> None:
    # Two places with stock and a name of one word: figures stand close on a phone, and headings break.
    teapot = stock_product(desk.shop, name=LONG_WORD, in_warehouse=5, in_store=3)
    order = desk.paid_order((teapot, 1))
    for language, theme, width in (("en", "light", 1440), ("zh", "dark", 390)):
        page.goto(f"{address}/language/{language}?next={desk.root}/")
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 900})
        for path in (*PAGES, f"orders/{order.id}", f"stock/{teapot}/{desk.shop.warehouse}"):
            page.goto(f"{address}{desk.root}/{path}", wait_until="load")
            assert faults(page) == [], (path, language)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert leaving_their_place(page) == [], path


def test_pages_of_the_park_pass_axe_and_fit_a_telephone(
    desk: Desk, address: str, page: Page
) -> None:
    database = desk.shop.database
    with database.transaction(Scope.park()) as session:
        owner = find_account(session, email="owner@porcelain.example")
        assert owner is not None
        grant_park_role(session, staff_id=owner, role=Role.PARK_OPERATOR, granted_by=None)
    shop = f"park/merchants/{desk.shop.merchant.slug}/"
    for language, theme, width in (("zh", "light", 390), ("en", "dark", 1440)):
        page.goto(f"{address}/language/{language}?next=/security")
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("security", shop, *(f"park/{each}" for each in PARK_PAGES)):
            answer = page.goto(f"{address}/{path}", wait_until="load")
            assert answer is not None
            assert (answer.status, faults(page)) == (200, []), (path, language)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(f"{address}/park/merchants/new")
    proposed = [chosen_home(page, country) for country in ("US", "CN", "CH")]
    assert proposed == [("USD", ""), ("CNY", "Asia/Shanghai"), ("CHF", "Europe/Zurich")]
    page.locator("#currency").select_option("EUR")
    assert chosen_home(page, "GB") == ("EUR", "Europe/London"), "what a hand chose stays"


def chosen_home(page: Page, country: str) -> tuple[str, str]:
    """Choose a country; return the currency and the time zone that stand beside it then."""
    page.locator("#country").select_option(country)
    return page.locator("#currency").input_value(), page.locator("#time_zone").input_value()


def test_a_count_is_booked_by_keyboard_alone(desk: Desk, address: str, page: Page) -> None:
    teapot = stock_product(desk.shop, in_warehouse=5)
    page.goto(f"{address}{desk.root}/stock/{teapot}/{desk.shop.warehouse}")
    page.locator("#counted").focus()
    page.keyboard.type("7")
    page.keyboard.press("Tab")
    page.keyboard.type("spring count")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.good")).to_be_visible()
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (level,) = levels_of(connection, variant_ids=[teapot])
    assert level.on_hand == 7
