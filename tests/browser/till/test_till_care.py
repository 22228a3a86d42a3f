"""What a clerk's hands do by habit, in a real browser: nothing typed is lost, nothing is taken by accident."""

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import text

from commerce.checkout.service import hand_over
from commerce.kernel.money import Money
from commerce.orders.queries import order_by_id, timeline_of
from commerce.orders.rows import EventKind, OrderState
from commerce.payments.service import set_up_method
from commerce.pricing.rows import TaxRounding
from commerce.pricing.service import set_rounding
from commerce.web.formats import money_in
from tests.browser.till_stage import scan, type_pin
from tests.pos.counter import MANAGER_PIN, Counter
from tests.pos.pickups import code_of, waiting
from tests.support.stockroom import do, read

pytestmark = pytest.mark.browser

POT, TEA = "4006381333931", "5901234123457"


def type_quantity(page: Page, typed: str) -> None:
    page.locator(".line-keys input").click()
    page.keyboard.type(typed, delay=60)


def test_enter_takes_a_typed_quantity_and_pays_nothing(page: Page) -> None:
    scan(page, TEA)
    type_quantity(page, "12")
    page.keyboard.press("Enter")
    expect(page.locator(".line .q")).to_have_text("12")
    expect(page.locator(".sum .total")).to_contain_text("¥2,256.00")
    expect(page.get_by_label("Cash received")).to_have_count(0)
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take ¥2,256.00")).to_be_visible()


def test_a_typed_quantity_survives_the_heartbeat_and_every_other_way_out(page: Page) -> None:
    scan(page, TEA)
    type_quantity(page, "3")
    with page.expect_response("**/till/api/state"):
        page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".line-keys input")).to_have_value("3")
    scan(page, POT)
    expect(page.locator(".sum .total")).to_contain_text("¥1,252.00")  # three teas and a pot
    type_quantity(page, "2")
    page.keyboard.press("F7")
    expect(page.locator(".panel.done")).to_contain_text("Sold for ¥1,940.00")


def test_after_a_tapped_key_enter_pays_and_adds_nothing(page: Page) -> None:
    page.get_by_role("group", name="Quick keys").get_by_role("button").first.click()
    expect(page.locator(".line")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Cash received")).to_be_visible()
    expect(page.locator(".line")).to_have_count(1)


def test_escape_leaves_the_quantity_as_it_was(page: Page) -> None:
    scan(page, TEA)
    type_quantity(page, "9")
    page.keyboard.press("Escape")
    expect(page.locator(".line-keys input")).to_have_value("1")
    expect(page.locator(".sum .total")).to_contain_text("¥188.00")


def test_a_quick_amount_is_chosen_and_enter_takes_it(page: Page) -> None:
    scan(page, TEA)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="200", exact=True).click()
    expect(page.get_by_label("Cash received")).to_have_value("200")
    expect(page.locator(".panel .change-due")).to_have_text("¥12.00")
    page.get_by_label("Cash received").fill("99999999")  # a slip of the finger is asked about first
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("far more than is due")
    page.get_by_role("button", name="exact").click()
    expect(page.locator(".panel .change-due")).to_have_text("¥0.00")
    page.keyboard.press("Enter")
    expect(page.locator(".panel.done")).to_contain_text("NR2-000001")


def test_where_no_cash_is_taken_enter_asks_for_the_card(
    stage: tuple[Counter, str], page: Page
) -> None:
    counter = stage[0]
    with counter.database.transaction(counter.shop.scope) as session:
        set_up_method(
            session,
            vault=counter.vault,
            merchant_id=counter.shop.merchant.id,
            plugin="cash",
            enabled=False,
            position=0,
            settings={},
            secrets={},
        )
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(".tender").get_by_role("button", name="Cash")).to_have_count(0)
    scan(page, TEA)
    page.keyboard.press("F8")
    expect(page.get_by_role("button", name="By card")).to_be_visible()
    expect(page.get_by_role("button", name="In cash")).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator(".panel.done")).to_contain_text("NR2-000001")


def test_the_rest_in_cash_is_asked_for_in_coins(stage: tuple[Counter, str], page: Page) -> None:
    counter = stage[0]
    with counter.database.transaction(counter.shop.scope) as session:
        set_rounding(
            session,
            merchant_id=counter.shop.merchant.id,
            currency="CNY",
            cash_step_minor=10,
            tax=TaxRounding.LINE,
        )
    page.reload()
    page.wait_for_selector("html[data-ready]")
    scan(page, TEA)
    page.keyboard.press("F8")
    panel = page.locator(".panel")
    page.locator("#part").press_sequentially("99.98", delay=30)
    expect(panel.get_by_text("Rounded to coins")).to_have_count(0)
    page.get_by_role("button", name="By card").click()
    expect(panel).to_contain_text("¥88.02")
    expect(panel).to_contain_text("Rounded to coins\N{MINUS SIGN}¥0.02")
    page.get_by_role("button", name="Take ¥88.00").click()
    expect(page.locator(".panel.done")).to_contain_text("NR2-000001")
    with counter.database.reading(counter.shop.scope) as connection:
        (cash,) = connection.execute(
            text("SELECT captured_minor, rounding_minor FROM payment WHERE tender = 'cash'")
        ).all()
    assert tuple(cash) == (8802, -2)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_till_writes_amounts_as_every_other_page(page: Page, language: str) -> None:
    asked = [
        ("CHF", 2, 4997),
        ("SEK", 2, 100),
        ("USD", 2, 950),
        ("CNY", 2, 68800),
        ("JPY", 0, 1500),
    ]
    written = page.evaluate(
        """async ([asked, language]) => {
          const [{ money, useCurrency }, { speak }] = await Promise.all(
            ["money", "words"].map((name) => import(`${document.querySelector("script[src*='/till/main']").src.replace(/main[.]js.*/, "")}${name}.js`)));
          speak({ language, phrases: {} });
          return asked.map(([code, digits, minor]) => (useCurrency(code, digits), money(minor)));
        }""",
        [asked, language],
    )
    assert written == [money_in(Money(minor, code), language) for code, _digits, minor in asked]
    wide = "1,000".translate({each: each + 0xFEE0 for each in range(ord("!"), ord("~"))})
    read = page.evaluate(
        """async (asked) => {
          const { readAmount, useCurrency } = await import(`${document.querySelector("script[src*='/till/main']").src.replace(/main[.]js.*/, "")}money.js`);
          useCurrency("CNY", 2);
          return asked.map(readAmount);
        }""",
        [
            "70",
            "70,5",
            "1,000",
            "1,000.50",
            wide,
            "12,34,567",
            "0,500",
            "1,0000",
            "-5",
            "abc",
        ],
    )
    assert read == [7000, 7050, 100000, 100050, 100000, None, None, None, None, None]


def test_a_void_says_how_much_is_handed_over_and_what_the_card_gets(page: Page) -> None:
    scan(page, TEA)
    page.keyboard.press("F8")
    page.locator("#part").press_sequentially("100", delay=60)
    page.keyboard.press("Enter")
    expect(page.locator(".sum .total")).to_contain_text("¥88.00")
    page.keyboard.press("F7")
    expect(page.locator(".panel.done")).to_contain_text("NR2-000001")
    page.keyboard.press("F2")
    page.get_by_role("button", name="NR2-000001").click()
    page.get_by_role("button", name="Void").click()
    page.get_by_role("button", name="Wrong piece").click()
    type_pin(page, MANAGER_PIN)
    expect(page.locator(".notice")).to_contain_text(
        "Give ¥100.00 back in cash. ¥88.00 goes back to the card by itself."
    )


@pytest.mark.parametrize("by", ["key", "touch"])
def test_an_address_can_be_typed_as_soon_as_it_is_asked_for(page: Page, by: str) -> None:
    scan(page, TEA)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".panel.done")).to_contain_text("NR2-000001")
    if by == "key":
        page.keyboard.press("F3")
    else:
        page.get_by_role("button", name="E-mail").click()
    page.keyboard.type("mei@example.com", delay=60)
    page.keyboard.press("Enter")
    expect(page.locator(".panel.done")).to_contain_text("on its way to mei@example.com")


def test_an_empty_count_needs_a_second_press(page: Page) -> None:
    page.keyboard.press("F9")
    page.get_by_role("button", name="Count and close").click()
    expect(page.get_by_label("¥100.00")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Nothing is counted")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Shift 1 is closed")).to_be_visible()


def test_a_count_that_is_far_off_is_counted_again(page: Page) -> None:
    page.keyboard.press("F9")
    page.get_by_role("button", name="Count and close").click()
    page.keyboard.type("9", delay=60)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("far from what the till expects")
    page.keyboard.press("Backspace")
    page.keyboard.type("5", delay=60)
    page.keyboard.press("Enter")
    expect(page.locator(".till-page")).to_contain_text("to the cent")


def test_a_pickup_is_handed_over_without_the_network_and_booked_once_it_is_back(
    stage: tuple[Counter, str], page: Page
) -> None:
    counter = stage[0]
    order, part = waiting(counter, 2, shelf="B 3")
    _other, twice = waiting(counter, 1)
    code = code_of(counter, part)
    page.reload()
    expect(page.locator(".key.door").first).to_contain_text("2 ready")
    page.route("**/till/api/**", lambda route: route.abort())
    forged = code.code[:-8] + ("AAAAAAAA" if code.code[-8:] != "AAAAAAAA" else "BBBBBBBB")
    scan(page, forged)
    expect(page.get_by_role("alert")).to_contain_text("no pickup code of this shop")
    page.locator("#find").press_sequentially(code.digits, delay=40)
    page.keyboard.press("Enter")
    expect(page.locator(".panel")).to_contain_text("The digits are right.")
    scan(page, code.code)
    expect(page.locator(".panel")).to_contain_text("The code is genuine.")
    expect(page.locator(".panel .shelf")).to_have_text("B 3")
    scan(page, POT)
    expect(page.locator(".panel .tally")).to_have_text("1 / 2")
    scan(page, POT)
    page.keyboard.press("Enter")
    expect(page.locator(".panel.done")).to_contain_text("written down on this device")
    page.keyboard.press("Enter")
    scan(page, code.code)
    expect(page.get_by_role("alert")).to_contain_text("has handed it over already")
    scan(page, code_of(counter, twice).code)
    scan(page, POT)
    page.keyboard.press("Enter")
    expect(page.locator(".panel.done")).to_be_visible()
    terms = {"fulfilment_id": twice.id, "actor_id": counter.owner}
    do(counter.shop, hand_over, durable=counter.durable, **terms)  # at another till
    assert read(counter.shop, order_by_id, order_id=order.id).state is OrderState.PLACED
    page.unroute_all()
    page.get_by_role("button", name="1 to see to").click()
    assert read(counter.shop, order_by_id, order_id=order.id).state is OrderState.COMPLETED
    events = read(counter.shop, timeline_of, order_id=order.id, everything=True)
    assert [event.kind for event in events].count(EventKind.HANDED_OVER) == 1
    expect(page.locator(".panel")).to_contain_text("had been handed over before")
    page.locator(".panel").get_by_role("button", name="Leave it").click()
    expect(page.locator(".panel")).to_contain_text("Everything is with the server.")


def test_enter_opens_the_pickup_that_alone_is_left_on_the_list(
    stage: tuple[Counter, str], page: Page
) -> None:
    order, _part = waiting(stage[0], 2, shelf="B 3")
    waiting(stage[0], 1, shelf="C 1")
    page.reload()
    page.locator(".door", has_text="Pickups").click()
    page.locator("#pickup-shown").press_sequentially("b 3", delay=60)
    expect(page.locator(".panel .results li")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".panel h2")).to_contain_text(order.number)
    expect(page.locator(".panel")).to_contain_text("No code was shown. Ask for the name")


def test_an_open_till_takes_up_another_release_once_nothing_is_in_hand(page: Page) -> None:
    told = {"release": "another release"}

    def newer(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), **told})

    scan(page, "4006381333931")
    expect(page.locator(".line")).to_have_count(1)
    page.evaluate("document.documentElement.dataset.page = 'as it was loaded'")
    page.route("**/till/api/state", newer)
    with page.expect_response("**/till/api/state"):
        page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".line")).to_have_count(1)
    expect(page.locator("html[data-page]")).to_have_count(1)
    page.get_by_role("button", name="Take").first.click()
    expect(page.locator(".line")).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("html[data-ready]:not([data-page])")).to_have_count(1)
    page.evaluate("document.documentElement.dataset.page = 'as it was loaded'")
    with page.expect_response("**/till/api/state"):
        page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("html[data-page]")).to_have_count(1)


def test_a_till_whose_scripts_do_not_come_says_so_and_tries_again(first_page: Page) -> None:
    first_page.clock.install()
    first_page.route("**/js/till/main.js", lambda route: route.abort())
    tries: list[str] = []
    first_page.on("framenavigated", lambda frame: tries.append(frame.url))
    first_page.reload()
    first_page.clock.run_for(21_000)
    first_page.wait_for_load_state()
    first_page.clock.run_for(21_000)
    expect(first_page.get_by_role("alert")).to_contain_text("The till could not start.")
    assert len(tries) == 2
    first_page.unroute("**/js/till/main.js")
    first_page.get_by_role("link", name="Try again").click()
    first_page.wait_for_selector("html[data-ready]")
