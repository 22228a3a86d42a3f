"""A clerk's day in a real browser: scanning, paying, parking, voiding, and what a bad network does."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect
from sqlalchemy import text

from commerce.customers.service import remember_customer
from commerce.orders.queries import orders_of_customer
from commerce.payments.rows import PaymentState
from tests.browser.stage import until
from tests.browser.till_stage import Devices, open_by_hand, ready, scan, type_pin
from tests.pos.counter import CLERK_PIN, MANAGER_PIN, Counter
from tests.support.promotions import promote

pytestmark = pytest.mark.browser

POT, GAIWAN, TEA = "4006381333931", "JD-GW-RIV", "5901234123457"
SCANNED_TOTAL = "¥1,211.00"


def scan_three(page: Page) -> None:
    for code in (POT, GAIWAN, TEA):
        scan(page, code)
    expect(page.locator(".sum .total")).to_contain_text(SCANNED_TOTAL)


def count(counter: Counter, table: str) -> int:
    with counter.database.reading(counter.shop.scope) as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def sold(counter: Counter) -> list[int]:
    """Return the totals of the completed sales."""
    with counter.database.reading(counter.shop.scope) as connection:
        rows = connection.execute(
            text(
                "SELECT o.total_minor FROM till_sale s JOIN sales_order o ON o.id = s.id "
                "WHERE s.completed_at IS NOT NULL ORDER BY s.receipt"
            )
        )
        return [int(row.total_minor) for row in rows]


def expect_number(page: Page, number: str) -> None:
    expect(page.locator(".panel.done")).to_contain_text(number)


def sell_for_cash(page: Page) -> None:
    """Take the exact sum and begin the next sale, in three keys."""
    for _ in range(2):
        page.keyboard.press("Enter")
    expect_number(page, "NR2-000001")
    page.keyboard.press("Enter")
    expect(page.locator(".empty-basket")).to_be_visible()


def test_three_scans_cash_done_in_three_keys(stage: tuple[Counter, str], page: Page) -> None:
    scan_three(page)
    sell_for_cash(page)
    assert sold(stage[0]) == [121100]


def test_the_change_stands_in_large_figures(stage: tuple[Counter, str], page: Page) -> None:
    scan_three(page)
    page.keyboard.press("Enter")
    page.keyboard.type("1300", delay=60)
    page.keyboard.press("Enter")
    expect(page.locator("#change")).to_have_text("¥89.00")
    assert page.locator("#change").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 48


def test_the_total_is_large_and_every_target_fits_a_thumb(page: Page) -> None:
    scan_three(page)
    size = page.locator(".sum .total span").last.evaluate(
        "e => parseFloat(getComputedStyle(e).fontSize)"
    )
    assert size >= 48
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a, input")]
             .filter((e) => e.checkVisibility() && !e.closest(".skip") && !e.matches(".skip"))
             .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
             .filter(([, box]) => box.height < 44 || box.width < 44).map(([html]) => html)"""
    )
    assert small == []


def test_a_scan_into_a_field_leaves_the_field_as_it_was(page: Page) -> None:
    page.locator("#find").press_sequentially("gai", delay=60)
    scan(page, POT)
    expect(page.locator(".line")).to_have_count(1)
    page.keyboard.press("F3")
    reason = page.locator("#reason")
    reason.press_sequentially("set", delay=60)
    scan(page, TEA)
    expect(page.locator(".line")).to_have_count(2)
    expect(reason).to_have_value("set")
    scan(page, GAIWAN, {2: 400, 5: 700, 9: 500})  # as a machine with other things to do hears it
    expect(page.locator(".line")).to_have_count(3)
    expect(reason).to_have_value("set")
    page.keyboard.press("Escape")
    for held_up in ({1: 120, 4: 500}, {9: 900}):
        scan(page, GAIWAN, held_up)
    expect(page.locator(".line").last.locator(".q")).to_have_text("3")
    expect(page.locator("#find")).to_have_value("")
    expect(page.locator("#find")).to_be_focused()


def test_a_code_that_nobody_knows_is_told_and_blocks_nothing(page: Page) -> None:
    scan(page, "0000000000000")
    expect(page.get_by_role("alert")).to_contain_text("Nothing here has the code")
    scan(page, POT)
    expect(page.locator(".line")).to_have_count(1)


def test_a_line_is_taken_out_without_asking_and_put_back(page: Page) -> None:
    scan_three(page)
    page.keyboard.press("Delete")
    expect(page.locator(".line")).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(page.locator(".line")).to_have_count(3)


@pytest.mark.parametrize("words", ["silk sc", "方巾", "SU-SI"])
def test_words_in_either_script_find_the_goods(page: Page, words: str) -> None:
    page.locator("#find").press_sequentially(words, delay=60)
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".line")).to_contain_text("Silk scarf")


def test_quantities_by_keys_and_goods_beyond_the_books(
    stage: tuple[Counter, str], page: Page
) -> None:
    scan(page, POT)
    page.keyboard.type("4*", delay=60)
    page.keyboard.press("Enter")
    expect(page.locator(".line .q")).to_have_text("4")
    expect(page.locator(".line")).to_contain_text("the books say 3 here")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect_number(page, "NR2-000001")
    assert count(stage[0], "discrepancy") == 1


def test_a_large_discount_asks_a_manager_beside_the_basket(
    stage: tuple[Counter, str], page: Page
) -> None:
    scan(page, POT)
    page.keyboard.press("F3")
    page.locator("#off").press_sequentially("50%", delay=60)
    page.locator("#reason").press_sequentially("scratched", delay=60)
    page.keyboard.press("Enter")
    expect(page.locator(".sum .total")).to_contain_text("¥344.00")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Manager’s PIN").first).to_be_visible()
    scan(page, TEA)  # asking blocks nothing, and a scan is no wrong PIN
    expect(page.locator(".line")).to_have_count(2)
    page.get_by_role("button", name="Take ¥532.00").click()
    type_pin(page, MANAGER_PIN)
    expect_number(page, "NR2-000001")
    assert sold(stage[0]) == [53200]


def test_a_card_completes_the_sale(stage: tuple[Counter, str], page: Page) -> None:
    scan_three(page)
    page.keyboard.press("F7")
    expect_number(page, "NR2-000001")
    assert sold(stage[0]) == [121100]
    page.reload()  # as whoever waited too long for the reader does
    page.wait_for_selector("html[data-ready]")
    expect_number(page, "NR2-000001")
    expect(page.locator(".panel.done")).to_contain_text("Sold for ¥1,211.00")
    page.keyboard.press("Enter")
    expect(page.locator(".panel.done")).to_have_count(0)


def test_a_declined_card_leads_to_another_tender(stage: tuple[Counter, str], page: Page) -> None:
    house = stage[0].house
    house.verdict = PaymentState.FAILED
    scan_three(page)
    page.route("**/till/api/commands", lambda route: route.abort())
    page.keyboard.press("F7")
    expect(page.locator(".panel")).to_contain_text("Bank card")
    page.keyboard.press("Escape")  # given up before anybody heard of it: the basket is free
    expect(page.get_by_role("button", name="Park", exact=False).first).to_be_enabled()
    page.unroute_all()
    expect(page.locator(".state-line")).to_contain_text("Connected")
    assert house.started == []
    page.keyboard.press("F7")
    expect(page.get_by_role("alert").first).to_contain_text("The card was declined.")
    house.polls_before_verdict = 2
    page.keyboard.press("Enter")  # the reflex asks for a card again and books nothing
    expect(page.locator(".panel .waiting")).to_be_visible()
    expect(page.locator("#again-main")).to_contain_text("Try the card again")
    assert (len(house.started), sold(stage[0])) == (2, [])
    page.get_by_role("button", name="Cash").first.click()
    page.locator("#received").press_sequentially("1300", delay=60)
    page.keyboard.press("Enter")
    expect_number(page, "NR2-000001")
    expect(page.locator("#change")).to_have_text("¥89.00")
    assert sold(stage[0]) == [121100]


def test_a_split_sale_takes_cash_and_then_the_card(stage: tuple[Counter, str], page: Page) -> None:
    scan_three(page)
    page.keyboard.press("F8")
    page.locator("#part").press_sequentially("211", delay=60)
    page.keyboard.press("Enter")
    expect(page.locator(".panel")).to_contain_text("¥1,000.00")
    page.keyboard.press("F7")
    expect_number(page, "NR2-000001")
    assert sold(stage[0]) == [121100]


def test_a_half_paid_sale_survives_a_reload_and_can_be_given_up(
    stage: tuple[Counter, str], page: Page
) -> None:
    scan_three(page)
    page.keyboard.press("F8")
    page.locator("#part").press_sequentially("211", delay=60)
    page.route("**/till/api/commands", lambda route: route.abort())
    page.keyboard.press("Enter")
    expect(page.locator(".state-line")).to_contain_text("1 waiting")
    page.unroute_all()
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(".sum .total")).to_contain_text("¥1,000.00")
    page.get_by_role("button", name="Give the sale up and pay everything back").click()
    expect(page.locator(".sum .total")).to_contain_text(SCANNED_TOTAL)
    assert sold(stage[0]) == []


def parked_door(page: Page) -> Locator:
    return page.locator(".door", has_text="Parked")


def test_a_basket_is_parked_and_taken_up(page: Page) -> None:
    scan_three(page)
    page.keyboard.press("F4")
    page.locator("#park-label").press_sequentially("red coat", delay=60)
    page.keyboard.press("Enter")
    expect(page.locator(".empty-basket")).to_be_visible()
    expect(parked_door(page)).to_contain_text("1 basket")
    page.keyboard.press("F4")
    parked = page.get_by_role("button", name=re.compile("^red coat"))
    expect(parked).to_contain_text(f"3 pieces · {SCANNED_TOTAL}")
    parked.click()
    expect(page.locator(".sum .total")).to_contain_text(SCANNED_TOTAL)
    expect(parked_door(page)).to_contain_text("0 baskets")


def test_a_basket_that_is_still_on_its_way_is_counted_and_listed(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/till/api/commands", hold)
    scan(page, POT)
    page.keyboard.press("F4")
    page.locator("#park-label").press_sequentially("red coat", delay=60)
    page.keyboard.press("Enter")
    expect(parked_door(page)).to_contain_text("1 basket")
    page.keyboard.press("F4")
    expect(page.get_by_role("button", name=re.compile("^red coat"))).to_be_visible()
    assert len(held) == 1  # the server has not heard of it yet
    held[0].continue_()
    expect(page.locator(".state-line")).to_contain_text("Connected")
    expect(page.get_by_role("button", name=re.compile("^red coat"))).to_be_visible()


def test_what_the_server_told_before_the_parking_does_not_hide_the_basket(page: Page) -> None:
    late: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        if late:
            route.continue_()
        else:
            late.append((route, route.fetch()))

    page.route("**/till/api/state", hold)
    with page.expect_request("**/till/api/state"):
        page.evaluate("dispatchEvent(new Event('online'))")
    until(page, lambda: bool(late))
    scan(page, POT)
    page.keyboard.press("F4")
    with page.expect_response("**/till/api/commands"):
        page.keyboard.press("Enter")
    expect(parked_door(page)).to_contain_text("1 basket")
    ((route, before),) = late
    route.fulfill(response=before)
    page.wait_for_timeout(300)
    expect(parked_door(page)).to_contain_text("1 basket")


def test_a_discount_on_the_whole_basket_is_parked_with_it(page: Page) -> None:
    scan(page, TEA)
    page.keyboard.press("F3")
    page.get_by_role("button", name="The whole basket").click()
    page.locator("#off").press_sequentially("10%", delay=60)
    page.get_by_role("button", name="Regular customer").click()
    page.keyboard.press("Enter")
    expect(page.locator(".sum .total")).to_contain_text("¥169.20")
    page.keyboard.press("F4")
    page.keyboard.press("Enter")
    expect(parked_door(page)).to_contain_text("1 basket")
    page.keyboard.press("F4")
    page.get_by_role("button", name=re.compile("^Dian Hong")).click()
    expect(page.locator(".sum .total")).to_contain_text("¥169.20")
    scan(page, POT)
    expect(page.locator(".sum .total")).to_contain_text("¥788.40")  # a tenth off the pot too
    page.get_by_role("button", name="Empty the basket").click()
    expect(page.locator(".empty-basket")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.keyboard.press("F4")
    page.keyboard.press("Enter")
    page.keyboard.press("F4")
    page.get_by_role("button", name="Throw “").click()
    page.get_by_role("button", name="Throw away").click()
    expect(page.locator(".panel")).to_contain_text("No basket is parked here.")


def test_a_sale_is_voided_with_a_managers_pin(stage: tuple[Counter, str], page: Page) -> None:
    scan_three(page)
    sell_for_cash(page)
    page.keyboard.press("F2")
    page.get_by_role("button", name="NR2-000001").click()
    page.get_by_role("button", name="Void").click()
    page.get_by_role("button", name="Wrong piece").click()
    type_pin(page, MANAGER_PIN)
    expect(page.locator(".panel .tag.bad")).to_have_text("Voided")


def test_a_double_click_on_pay_sells_once(stage: tuple[Counter, str], page: Page) -> None:
    scan_three(page)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take ¥1,211.00").dblclick()
    expect_number(page, "NR2-000001")
    assert sold(stage[0]) == [121100]


def test_a_reload_keeps_the_basket_and_the_clerk_and_hears_of_promotions(
    stage: tuple[Counter, str], page: Page
) -> None:
    scan_three(page)
    promote(stage[0].shop, code="TENTH")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(".sum .total")).to_contain_text(SCANNED_TOTAL)
    expect(page.locator(".line")).to_have_count(3)
    scan(page, "TENTH0")
    expect(page.locator(".notice.bad")).to_contain_text("TENTH0")
    page.keyboard.press("F3")
    page.get_by_role("button", name="Promotion code").click()
    page.locator("#promotion-code").fill("tenth")
    page.keyboard.press("Enter")
    expect(page.locator(".promoted")).to_have_count(3)
    expect(page.locator(".sum .total")).to_contain_text("¥1,089.90")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect_number(page, "NR2-000001")
    assert sold(stage[0]) == [108990]


def test_a_lost_answer_sells_once(stage: tuple[Counter, str], page: Page) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())  # the server has sold; the till never hears of it
        route.abort()

    page.route("**/till/api/commands", lose)
    scan_three(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".state-line")).to_contain_text("1 waiting")
    expect_number(page, "NR2-000001")
    assert len(lost) == 1
    assert sold(stage[0]) == [121100]


def test_without_a_server_the_till_sells_on_and_a_reload_loses_nothing(
    stage: tuple[Counter, str], page: Page
) -> None:
    page.route("**/till/api/**", lambda route: route.abort())
    scan_three(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".state-line")).to_contain_text("Offline · 1 waiting · selling as usual")
    page.evaluate(
        """() => { print = () => {
          document.body.dataset.printed = document.querySelector('.slip').textContent;
          document.body.dataset.roll = document.adoptedStyleSheets[0].cssRules[0].cssText;
        } }"""
    )
    page.keyboard.press("F4")
    expect(page.locator("body")).to_have_attribute(
        "data-printed", re.compile("Provisional receipt")
    )
    printed = page.evaluate("document.body.dataset.printed")
    length = re.search(r"80mm (\d+)mm", page.evaluate("document.body.dataset.roll"))
    assert length is not None
    assert 90 < int(length[1]) < 200
    assert all(told in printed for told in ("¥1,211.00", "NR2-P-", "Wei", "VAT 13% on ¥1,071.68"))
    page.keyboard.press("Enter")
    scan(page, POT)
    for key, told in (("F7", "take the whole sum in cash"), ("F10", "nobody could unlock")):
        page.keyboard.press(key)
        expect(page.locator(".basket .notice")).to_contain_text(told)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(".line")).to_have_count(1)
    raise_the_price(stage[0])  # nobody can tell the customer any more
    page.unroute_all()
    expect(page.locator(".state-line")).to_contain_text("Connected")
    assert sold(stage[0]) == [121100]
    assert count(stage[0], "sale_variance") == 1
    assert papers(stage[0]) == [printed[printed.index("NR2-P-") :][:12]]


def papers(counter: Counter) -> list[str]:
    """Return the provisional papers that the journal tells of."""
    with counter.database.reading(counter.shop.scope) as connection:
        return list(
            connection.scalars(
                text("SELECT body::jsonb ->> 'paper' FROM journal_entry WHERE kind = 'provisional'")
            )
        )


def raise_the_price(counter: Counter) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        session.execute(
            text("UPDATE price SET amount_minor = 70000 WHERE variant_id = :variant"),
            {"variant": counter.goods["LQ-POT-320"]},
        )


def test_a_price_that_changed_brings_the_basket_back_or_is_booked_as_it_was_sold(
    stage: tuple[Counter, str], page: Page
) -> None:
    counter = stage[0]
    scan(page, POT)
    raise_the_price(counter)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("A price has changed")
    expect(page.locator(".line")).to_have_count(1)
    assert sold(counter) == []
    expect(page.locator(".sum .total")).to_contain_text("¥700.00")  # taken again, it fits
    page.get_by_role("button", name="It is paid: book it as it was sold").click()
    expect_number(page, "NR2-000001")
    expect(page.locator(".empty-basket")).to_be_visible()
    assert sold(counter) == [68800]


def test_a_second_window_only_looks_until_it_takes_over(
    stage: tuple[Counter, str], page: Page
) -> None:
    scan_three(page)
    second = page.context.new_page()
    ready(second, stage[1])
    expect(second.get_by_text("sells in another window")).to_be_visible()
    second.get_by_role("button", name="Sell here instead").click()
    expect(second.locator(".sum .total")).to_contain_text(SCANNED_TOTAL)
    expect(page.get_by_text("sells in another window")).to_be_visible()


def test_the_stock_of_every_store_in_two_taps(page: Page) -> None:
    scan(page, POT)
    page.get_by_role("button", name="Stock", exact=True).click()
    expect(page.locator(".places")).to_contain_text("Nanjing Road")
    expect(page.locator(".places")).to_contain_text("Lingang warehouse")


def test_a_day_by_keyboard_alone_ends_with_a_frozen_report(
    stage: tuple[Counter, str], locked: Page
) -> None:
    page = locked
    ready(page, stage[1])
    open_by_hand(page)
    page.keyboard.type("tea", delay=60)
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("Enter")
    expect_number(page, "NR2-000001")
    page.keyboard.press("Enter")
    page.keyboard.press("F9")
    expect(page.locator(".panel")).to_contain_text(
        "You count blind: turnover and cash are told after the count."
    )
    page.get_by_role("button", name="Count and close").focus()
    page.keyboard.press("Enter")
    page.get_by_label("¥100.00").focus()
    page.keyboard.type("11", delay=60)
    page.get_by_label("¥1.00").focus()
    page.keyboard.type("87", delay=60)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Shift 1 is closed")).to_be_visible()
    expect(page.locator(".till-page")).to_contain_text("¥1.00 short")
    page.keyboard.press("F10")  # as the line on top says, also before the next shift
    expect(page.locator(".pin-field")).to_be_visible()


def remember_mei(counter: Counter) -> UUID:
    with counter.database.transaction(counter.shop.scope) as session:
        return remember_customer(
            session,
            merchant_id=counter.shop.merchant.id,
            name="Mei Lin",
            email="mei.lin@example.com",
            phone="138 0013 8000",
        ).id


def test_a_customer_is_found_by_keys_alone_and_gets_the_receipt_in_one_press(
    stage: tuple[Counter, str], page: Page
) -> None:
    mei = remember_mei(stage[0])
    scan_three(page)
    page.keyboard.press("F1")
    page.keyboard.type("8000 138", delay=60)
    expect(page.locator("#who-hint")).to_contain_text("Nobody is known by this")
    page.locator("#who").fill("138 0013")
    expect(page.locator(".panel .results")).to_contain_text("m•••@example.com")
    page.keyboard.press("Enter")
    expect(page.locator(".whose")).to_contain_text("Mei Lin")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect_number(page, "NR2-000001")
    page.get_by_role("button", name="E-mail").click()
    page.keyboard.press("Enter")
    expect(page.locator(".panel.done")).to_contain_text("on its way to m•••@example.com")
    with stage[0].database.reading(stage[0].shop.scope) as connection:
        assert len(orders_of_customer(connection, customer_id=mei)) == 1


def test_a_customer_is_taken_off_and_survives_parking(
    stage: tuple[Counter, str], page: Page
) -> None:
    remember_mei(stage[0])
    scan(page, TEA)
    page.locator(".whose button").first.click()
    page.locator("#who").fill("mei")
    page.locator(".panel .results button").click()
    page.keyboard.press("F4")
    page.keyboard.press("Enter")
    expect(page.locator(".whose")).not_to_contain_text("Mei Lin")
    page.keyboard.press("F4")
    page.get_by_role("button", name=re.compile("^Mei Lin")).click()
    expect(page.locator(".whose")).to_contain_text("Mei Lin")
    page.get_by_role("button", name="Take Mei Lin off this sale").click()
    expect(page.locator(".whose")).not_to_contain_text("Mei Lin")
    expect(page.locator(".line")).to_have_count(1)


def test_a_new_device_gives_up_the_half_paid_sale_of_the_one_before(
    another_device: Devices, stage: tuple[Counter, str], page: Page
) -> None:
    scan_three(page)
    page.keyboard.press("F8")
    page.locator("#part").press_sequentially("211", delay=60)
    page.keyboard.press("Enter")
    expect(page.locator(".sum .total")).to_contain_text("¥1,000.00")
    other = another_device().new_page()
    ready(other, stage[1])
    type_pin(other, CLERK_PIN)
    expect(other.locator("#find")).to_be_visible()
    other.keyboard.press("F9")
    other.get_by_role("button", name="Count and close").click()
    expect(other.get_by_role("button", name="Close the register")).to_be_disabled()
    expect(other.locator(".panel")).to_contain_text("is half paid: ¥211.00")
    other.get_by_role("button", name="Give the sale up and pay everything back").click()
    expect(other.get_by_role("button", name="Close the register")).to_be_enabled()


def test_a_managers_pin_shows_a_clerk_the_cash_before_the_count(page: Page) -> None:
    scan(page, TEA)
    sell_for_cash(page)
    page.keyboard.press("F9")
    page.get_by_role("button", name="Cash out").click()
    expect(page.get_by_label("Amount", exact=True)).to_be_focused()
    panel = page.locator(".panel", has_text="X report")
    expect(panel).to_contain_text("Cash × 1")
    expect(panel).to_contain_text("after the count")
    page.get_by_role("button", name="Show cash: a manager’s PIN").click()
    type_pin(page, MANAGER_PIN)
    expect(panel).to_contain_text("¥688.00")  # 500 float, 188 sold
    expect(panel).not_to_contain_text("after the count")


FAKE_DETECTOR = """
  globalThis.held = "";
  globalThis.BarcodeDetector = class {
    static async getSupportedFormats() { return ["ean_13", "qr_code"]; }
    async detect() { return globalThis.held ? [{ rawValue: globalThis.held }] : []; }
  };
"""


def test_a_telephone_scans_with_its_camera(
    another_device: Devices, stage: tuple[Counter, str]
) -> None:
    context = another_device(size=(390, 844))
    context.add_init_script(FAKE_DETECTOR)
    page = context.new_page()
    ready(page, stage[1])
    open_by_hand(page)
    page.get_by_role("button", name="Scan with the camera").click()
    page.locator("video").evaluate(
        "video => video.videoWidth || new Promise((done) => video.addEventListener('playing', done))"
    )
    for code in (POT, TEA):
        page.evaluate("code => void (globalThis.held = code)", code)
        expect(page.locator(".line", has_text="LQ" if code == POT else "YN")).to_be_visible()
    expect(page.locator(".line")).to_have_count(2)
    stopped = page.evaluate(
        """() => new Promise((resolve) => {
             const [track] = document.querySelector("video").srcObject.getTracks();
             document.querySelector(".panel header button").click();
             setTimeout(() => resolve(track.readyState), 300);
           })"""
    )
    assert stopped == "ended"


def test_where_the_browser_reads_no_codes_no_camera_is_offered(page: Page) -> None:
    assert page.evaluate("'BarcodeDetector' in globalThis") is False
    expect(page.get_by_role("button", name="Scan with the camera")).to_have_count(0)


def test_a_clerk_presses_a_tile_and_types_a_pin(page: Page) -> None:
    page.keyboard.press("F10")
    page.get_by_role("button", name="Lin Yue").click()
    type_pin(page, CLERK_PIN)
    expect(page.get_by_role("alert")).to_contain_text("not the PIN of the clerk you chose")
    scan(page, MANAGER_PIN)  # as a password keeper types it
    expect(page.get_by_role("alert")).to_contain_text("Type the PIN by hand")
    type_pin(page, MANAGER_PIN)
    expect(page.locator(".state-line")).to_contain_text("Lin Yue")


def test_a_pin_that_comes_too_fast_and_without_enter_is_not_shown_as_a_code(page: Page) -> None:
    page.keyboard.press("F10")
    page.get_by_role("button", name="Lin Yue").click()
    page.keyboard.type(MANAGER_PIN)
    expect(page.get_by_role("alert")).to_contain_text("Type the PIN by hand")
    type_pin(page, MANAGER_PIN)
    expect(page.locator(".state-line")).to_contain_text("Lin Yue")
    page.wait_for_timeout(1_200)  # so long a code may be held up
    expect(page.get_by_text(MANAGER_PIN)).to_have_count(0)


def test_an_idle_till_locks_and_keeps_the_basket(first_page: Page) -> None:
    page = first_page  # a clock that was exchanged stays so for every page of its browser
    page.clock.install()
    scan_three(page)
    page.clock.fast_forward("02:30")
    expect(page.get_by_text("A basket with 3 pieces waits")).to_be_visible()
    type_pin(page, MANAGER_PIN)
    expect(page.locator(".sum .total")).to_contain_text(SCANNED_TOTAL)
    expect(page.locator(".state-line")).to_contain_text("Lin Yue")
