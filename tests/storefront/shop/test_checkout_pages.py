"""From the cart to a paid order, as a guest, without a script; and everything that can go wrong."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.service.products import archive
from commerce.checkout.service.locking import locked_cart
from commerce.checkout.service.retry import KeptTooLongError, NothingToPayError, retry_payment
from commerce.inventory.errors import OutOfStockError
from commerce.inventory.queries import holds_of
from commerce.inventory.rows import Stage
from commerce.inventory.service import expire_holds
from commerce.kernel.bearer import Opens, Shown, read_token
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.money import Money
from commerce.kernel.vault import Vault
from commerce.orders.rows import OrderState
from commerce.payments.rows import PaymentState
from commerce.pricing.service import set_price
from integrations.payments.sandbox_card import wording as sandbox_wording
from integrations.payments.stripe import wording as stripe_wording
from tests.storefront.shop.house import BERLIN, House, put_tea
from tests.storefront.shop.stage import PLUGIN, SECRET
from tests.support.chinese import chinese
from tests.support.promotions import promote
from tests.support.wide import wide


@pytest.fixture
def browser(house: House) -> FlaskClient:
    """A browser whose cart holds a teapot that goes to Berlin."""
    browser = house.browser()
    house.send_to_germany(browser)
    house.add(browser, house.stock())
    return browser


def follow(browser: FlaskClient, answer: TestResponse) -> TestResponse:
    """Go where an answer leads, once."""
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location)


def visible_fields(page: str) -> list[str]:
    """Return the fields that are to be filled in before any fold is opened."""
    form = re.search(r'<form class="checkout".*?</form>', page, re.DOTALL)
    assert form
    unfolded = re.sub(r"<details.*?</details>", "", form[0], flags=re.DOTALL)
    fields = re.findall(r"<(?:input|select|textarea)[^>]*>", unfolded)
    asked = [field for field in fields if not re.search(r'type="(hidden|radio)"', field)]
    return [name[1] for field in asked if (name := re.search(r'name="(\w+)"', field))]


def test_a_guest_buys_pays_and_is_thanked_once(house: House, browser: FlaskClient) -> None:
    pay = house.check_out(browser, email=wide("anna@example.com"), postcode=wide("10435"))
    assert pay.location.endswith("/pay")
    provider = follow(browser, pay)
    (order,) = house.orders()
    (payment,) = house.payments(order)
    assert provider.location == f"/card-house/{payment.id}"
    assert (order.state, order.email) == (OrderState.AWAITING_PAYMENT, "anna@example.com")
    house.stage.house.pay(payment.id)
    back = browser.get(f"{house.link(order)}/paid")
    assert back.location == house.link(order)
    thanks = follow(browser, back)
    assert "Thank you. Your order is placed." in thanks.text
    assert "Arrives between" in thanks.text
    assert "10435 BERLIN" in thanks.text
    again = browser.get(house.link(order)).text
    assert "Thank you." not in again
    assert f"Order {order.number}" in again
    assert "Your cart is empty" in browser.get(f"{house.root}/cart").text


def test_the_order_page_belongs_to_whoever_has_its_link_and_to_no_cache(
    house: House, browser: FlaskClient
) -> None:
    house.check_out(browser)
    (order,) = house.orders()
    page = house.browser().get(house.link(order))
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex">' in page.text


@pytest.mark.parametrize(
    ("country", "language"), [("DE", "en"), ("US", "en"), ("CN", "zh"), ("JP", "en")]
)
def test_no_country_asks_for_more_than_eight_fields(
    house: House, country: str, language: str
) -> None:
    browser = house.browser()
    house.add(browser, house.stock())
    browser.post(f"{house.root}/cart/delivery", data={"country": country})
    page = browser.get(f"/{language}/porcelain-road/checkout").text
    fields = visible_fields(page)
    assert len(fields) <= 8, fields
    assert {"email", "name", "lines"} <= set(fields)
    assert "password" not in page


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(
    house: House, browser: FlaskClient
) -> None:
    answer = house.check_out(browser, email="anna@", postcode="1043", city="", lines="")
    summary = re.findall(r'<li><a href="#(\w+)">', answer.text)
    assert summary == ["email", "lines", "postcode", "city"], "as the form asks for them"
    assert "Enter the street and house number." in answer.text
    assert answer.status_code == 422
    assert "<title>Error: Checkout" in answer.text
    assert '<a href="#postcode">Check the postcode. It should look like' in answer.text
    assert 'id="email-error"' in answer.text
    assert 'value="Anna Müller"' in answer.text
    assert 'value="1043"' in answer.text
    assert house.orders() == ()


def test_a_promotion_once_per_customer_counts_as_soon_as_the_page_knows_who_buys(
    house: House, browser: FlaskClient
) -> None:
    promote(house.shop, limit_per_customer=1)
    known_late = house.check_out(browser)
    assert known_late.status_code == 409
    assert house.orders() == ()
    agreed = re.search(r'name="agreed" value="(\d+)"', known_late.text)
    assert agreed
    assert house.check_out(browser, agreed=agreed[1]).status_code == 303
    (order,) = house.orders()
    assert (order.discount_minor, str(order.total_minor)) == (6880, agreed[1])
    house.add(browser, house.stock())
    again = house.check_out(browser, do="recount")
    assert f'name="agreed" value="{order.total_minor + 6880}"' in again.text


def test_whose_address_is_typed_decides_on_a_code_and_names_nobody_who_bought(
    house: House, browser: FlaskClient
) -> None:
    promote(house.shop, code="WELCOME", limit_per_customer=1)
    asked = house.check_out(browser, email="", code="welcome")
    assert "once you give your e-mail address" in asked.text
    assert 'data-recount=""' in asked.text
    assert 'formaction="#who"' in asked.text
    assert asked.text.count('formaction="#codes"') == 2, "use it, and remove it"
    told = house.check_out(browser, do="recount")
    assert "Autumn tea: ¥68.80 off" in told.text
    assert house.check_out(browser, agreed="62920").status_code == 303
    house.add(browser, house.stock())
    used = house.check_out(browser, code="welcome", email="anna@example.com")
    assert "This code is used up, or counts once for each customer." in used.text
    other = house.check_out(browser, do="recount", email="ben@example.com")
    assert "Autumn tea: ¥68.80 off" in other.text
    for _ in range(19):
        last = house.check_out(browser, do="recount")
    assert last.status_code == 200
    for press in ({"do": "recount"}, {"do": "place"}, {"code": "welcome"}):
        guessed = house.check_out(browser, **press)
        assert (guessed.status_code, "Too many tries" in guessed.text) == (422, True), press
        assert "once you give your e-mail address" in guessed.text


def test_another_country_asks_for_its_own_fields_before_anything_is_ordered(
    house: House, browser: FlaskClient
) -> None:
    answer = house.check_out(browser, country="US", do="recount")
    assert answer.status_code == 200
    assert 'name="region"' in answer.text
    assert 'value="Kastanienallee 12"' in answer.text
    assert 'value="US" selected' in browser.get(f"{house.root}/checkout").text
    assert house.orders() == ()


def test_a_pickup_asks_who_comes_for_it_and_for_no_address(house: House) -> None:
    browser = house.browser()
    house.send_to_germany(browser)
    house.add(browser, house.stock(in_store=1))
    way = {"delivery": "pickup", "phone": "030 12345678"}
    recounted = house.check_out(browser, **way, do="recount")
    assert visible_fields(recounted.text) == ["country", "email", "name", "phone"]
    for wrong, told in (
        ({"name": " "}, "Enter your full name."),
        ({"name": "x" * 101}, "This name is too long."),
        ({"phone": "no number"}, "telephone"),
    ):
        refused = house.check_out(browser, **{**way, **wrong})
        assert refused.status_code == 422
        assert told in refused.text
    house.check_out(browser, **way)
    (order,) = house.orders()
    assert order.ship_to == {"name": "Anna Müller", "phone": "+493012345678"}
    page = browser.get(house.link(order)).text
    assert "For Anna Müller" in page
    assert house.check_out(browser, **way).location.endswith("/pay"), "the same once more"


def test_two_presses_make_one_order_and_both_lead_to_its_payment(
    house: House, browser: FlaskClient
) -> None:
    first, second = house.check_out(browser), house.check_out(browser)
    assert first.location == second.location
    follow(browser, first)
    follow(browser, second)
    (order,) = house.orders()
    (payment,) = house.payments(order)
    assert house.stage.house.opened == [payment.id, payment.id], "opened under one key"


def test_going_back_to_the_checkout_of_an_ordered_cart_leads_to_the_order_not_to_the_bank(
    house: House, browser: FlaskClient
) -> None:
    house.check_out(browser)
    (order,) = house.orders()
    back = browser.get(f"{house.root}/checkout")
    assert back.location == house.link(order)


def test_a_declined_card_loses_nothing_and_the_next_one_pays(
    house: House, browser: FlaskClient
) -> None:
    follow(browser, house.check_out(browser))
    (order,) = house.orders()
    (first,) = house.payments(order)
    house.stage.house.decline(first.id)
    page = follow(browser, browser.get(f"{house.link(order)}/paid"))
    assert "The card was declined. Nothing was charged. We keep the goods for you" in page.text
    again = browser.post(f"{house.link(order)}/again", data={"method": PLUGIN})
    assert follow(browser, again).location != f"/card-house/{first.id}"
    second = house.payments(order)[-1]
    house.stage.house.pay(second.id)
    browser.get(f"{house.link(order)}/paid")
    (order,) = house.orders()
    assert order.state is OrderState.PLACED
    states = [payment.state for payment in house.payments(order)]
    assert states == [PaymentState.FAILED, PaymentState.CAPTURED]


def test_pressing_pay_again_twice_begins_one_attempt(house: House, browser: FlaskClient) -> None:
    follow(browser, house.check_out(browser))
    (order,) = house.orders()
    house.stage.house.decline(house.payments(order)[0].id)
    browser.get(f"{house.link(order)}/paid")
    for _ in range(2):
        browser.post(f"{house.link(order)}/again", data={"method": PLUGIN})
    assert len(house.payments(order)) == 2


def let_expire(house: House) -> None:
    with house.shop.database.transaction(Scope.park()) as session:
        expire_holds(session, now=utc_now() + timedelta(hours=1))


def test_who_pays_again_after_the_hold_expired_gets_the_goods_held_anew(
    house: House, browser: FlaskClient
) -> None:
    house.check_out(browser)
    (order,) = house.orders()
    let_expire(house)
    with house.shop.database.transaction(house.shop.scope) as session:
        retry_payment(
            session,
            merchant_id=house.shop.merchant.id,
            order_id=order.id,
            plugin=PLUGIN,
            at=utc_now(),
        )
    with house.shop.database.reading(house.shop.scope) as connection:
        (hold,) = holds_of(connection, owner_id=order.id)
    assert (hold.quantity, hold.stage) == (1, Stage.PAYMENT)
    assert hold.expires_at is not None
    assert hold.expires_at > utc_now() + timedelta(minutes=25)


def test_paying_again_and_again_keeps_goods_for_two_hours_and_no_longer(
    house: House, browser: FlaskClient
) -> None:
    house.check_out(browser)
    (order,) = house.orders()

    def pay_again(after: timedelta) -> None:
        with house.shop.database.transaction(house.shop.scope) as session:
            retry_payment(
                session,
                merchant_id=house.shop.merchant.id,
                order_id=order.id,
                plugin=PLUGIN,
                at=order.created_at + after,
            )

    for minutes in (20, 45, 70, 95, 119):
        pay_again(timedelta(minutes=minutes))
    with house.shop.database.reading(house.shop.scope) as connection:
        (hold,) = holds_of(connection, owner_id=order.id)
    assert hold.expires_at == order.created_at + timedelta(hours=2)
    with pytest.raises(KeptTooLongError):
        pay_again(timedelta(hours=2))


def test_of_two_clicks_on_the_button_both_lead_to_the_order(
    house: House, browser: FlaskClient
) -> None:
    page = browser.get(f"{house.root}/checkout").text
    agreed = re.search(r'name="agreed" value="(\d+)"', page)
    cookie = browser.get_cookie(f"quayside_cart_{house.shop.merchant.slug}")
    assert agreed
    assert cookie
    cart_id = read_token(Vault(SECRET.encode()), Opens.CART, cookie.value).id
    assert cart_id

    def click() -> TestResponse:
        again = house.browser()
        again.set_cookie(cookie.key, cookie.value)
        form = {**BERLIN, "agreed": agreed[1]}
        return again.post(f"{house.root}/checkout", data=form)

    with ThreadPoolExecutor(2) as pool:
        # Both have read the cart and wait for it before either may write.
        with house.shop.database.transaction(house.shop.scope) as session:
            locked_cart(session, merchant_id=house.shop.merchant.id, token=Shown.as_if(cart_id))
            clicks = [pool.submit(click) for _ in range(2)]
            wait_for_waiting(house, 2)
        answers = [each.result() for each in clicks]
    (order,) = house.orders()
    assert [answer.location for answer in answers] == [f"{house.link(order)}/pay"] * 2


def wait_for_waiting(house: House, many: int) -> None:
    """Wait until so many statements wait for a lock."""
    query = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype <> 'relation'")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with house.shop.database.reading(house.shop.scope) as connection:
            if connection.execute(query).scalar_one() >= many:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_goods_that_were_sold_meanwhile_are_not_paid_for(
    house: House, browser: FlaskClient
) -> None:
    house.check_out(browser)
    (order,) = house.orders()
    let_expire(house)
    rival = house.browser()
    house.send_to_germany(rival)
    (line,) = re.findall(r"cart/lines/([0-9a-f-]{36})", _cart_of_same(house, rival))[:1]
    assert line
    assert house.check_out(rival).status_code == 303
    answer = browser.post(f"{house.link(order)}/again", data={"method": PLUGIN})
    assert answer.status_code == 409
    assert "sold to somebody else" in answer.text
    assert len(house.payments(order)) == 1


def _cart_of_same(house: House, rival: FlaskClient) -> str:
    """Let a rival put all that is left of the first product into a cart; return the cart's page."""
    listing = rival.get(f"{house.root}/search").text
    (path,) = re.findall(r'href="(/en/porcelain-road/p/product-[^"]+)"', listing)[:1]
    page = rival.get(path).text
    (variant,) = re.findall(r'name="variant" value="([^"]+)"', page)
    rival.post(f"{house.root}/cart/lines", data={"variant": variant, "quantity": 5})
    return rival.get(f"{house.root}/cart").text


def test_after_ten_payments_that_came_to_nothing_the_shop_begins_no_further_one(
    house: House, browser: FlaskClient
) -> None:
    follow(browser, house.check_out(browser))
    (order,) = house.orders()
    for _ in range(10):
        house.stage.house.decline(house.payments(order)[-1].id)
        browser.get(f"{house.link(order)}/paid")
        last = browser.post(f"{house.link(order)}/again", data={"method": PLUGIN})
    assert f"Too many payments of order {order.number} have failed." in last.text
    assert "Ask the shop to help." in last.text
    assert len(house.payments(order)) == 10


def test_a_paid_order_cannot_be_paid_again(house: House, browser: FlaskClient) -> None:
    follow(browser, house.check_out(browser))
    (order,) = house.orders()
    house.stage.house.pay(house.payments(order)[0].id)
    browser.get(f"{house.link(order)}/paid")
    with (
        pytest.raises(NothingToPayError),
        house.shop.database.transaction(house.shop.scope) as session,
    ):
        retry_payment(
            session,
            merchant_id=house.shop.merchant.id,
            order_id=order.id,
            plugin=PLUGIN,
            at=utc_now(),
        )
    answer = browser.get(f"{house.link(order)}/pay")
    assert answer.location == house.link(order)
    journey = browser.get(house.link(order)).text.split('class="timeline"')[1]
    assert journey.index("Order placed") < journey.index(">Paid<"), "as people think of it"


def test_a_total_that_drifted_is_shown_and_never_charged(house: House) -> None:
    browser, variant = house.browser(), house.stock()
    house.send_to_germany(browser)
    house.add(browser, variant)
    page = browser.get(f"{house.root}/checkout").text
    agreed = re.search(r'name="agreed" value="(\d+)"', page)
    assert agreed
    with house.shop.database.transaction(house.shop.scope) as session:
        dearer = Money(70000, "CNY")
        set_price(session, merchant_id=house.shop.merchant.id, variant_id=variant, amount=dearer)
    answer = house.check_out(browser, agreed=agreed[1])
    assert answer.status_code == 409
    assert "The total has changed from ¥698.00 to ¥710.00." in answer.text
    assert "Order and pay ¥710.00" in answer.text
    assert 'value="Anna Müller"' in answer.text
    assert house.orders() == ()


def test_goods_that_ran_out_are_told_before_anything_is_charged(house: House) -> None:
    browser, variant = house.browser(), house.stock(units=1)
    house.send_to_germany(browser)
    house.add(browser, variant, 2)
    answer = house.check_out(browser)
    assert answer.status_code == 409
    assert "have just been sold" in answer.text
    assert house.orders() == ()


def withdraw(house: House, variant: UUID) -> None:
    with house.shop.database.transaction(house.shop.scope) as session:
        found = variants_by_ids(session.connection(), variant_ids=[variant], locale="en")
        archive(
            session,
            merchant_id=house.shop.merchant.id,
            product_id=found[variant].product_id,
        )


@pytest.mark.parametrize("way", ["withdrawn", "sold out"])
def test_what_goes_while_the_checkout_is_filled_in_is_left_out_and_nothing_typed_is_lost(
    house: House, browser: FlaskClient, way: str
) -> None:
    cup = house.stock("Cup", units=1, price_minor=10000)
    house.add(browser, cup)
    if way == "withdrawn":
        withdraw(house, cup)
    else:
        rival = house.browser(address="192.0.2.8")
        house.send_to_germany(rival)
        house.add(rival, cup)
        house.check_out(rival, email="eve@example.com")
    told = house.check_out(browser, agreed="79800")
    assert told.status_code == 409
    assert "“Cup” cannot be bought any more" in told.text
    assert "Only 0 left" not in told.text
    assert "Order and pay" not in told.text
    # Where the order would stand, what can be done about it stands: at the sum and at the foot of a phone.
    assert told.text.count('name="take_out" value="all"') == 2
    rest = house.check_out(browser, take_out="all" if way == "sold out" else str(cup), do="")
    assert 'value="all"' not in rest.text
    assert 'value="Anna Müller"' in rest.text
    assert "Order and pay ¥698.00" in rest.text
    assert house.check_out(browser, agreed="69800").location.endswith("/pay")


def test_who_has_nothing_left_to_order_finds_the_form_filled_in_later(house: House) -> None:
    browser, cup = house.browser(), house.stock("Cup")
    house.send_to_germany(browser)
    house.add(browser, cup)
    withdraw(house, cup)
    assert house.check_out(browser, agreed="1").location == f"{house.root}/cart"
    house.add(browser, house.stock())
    browser.post(f"{house.root}/cart/lines/{cup}", data={"quantity": "0"})
    page = browser.get(f"{house.root}/checkout").text
    assert 'value="anna@example.com"' in page
    assert 'value="Kastanienallee 12"' in page


def test_a_provider_that_does_not_answer_leaves_a_page_that_waits(
    house: House, browser: FlaskClient
) -> None:
    house.stage.house.silent = True
    answer = follow(browser, house.check_out(browser))
    page = follow(browser, answer).text
    assert "Your payment is on its way" in page
    assert "Look again" in page


def test_a_payment_page_elsewhere_is_reached_without_loosening_the_form_policy(
    house: House, browser: FlaskClient
) -> None:
    house.stage.house.elsewhere = "https://pay.example/session/1?a=b"
    page = follow(browser, house.check_out(browser))
    assert page.status_code == 200
    assert 'content="0;url=https://pay.example/session/1?a=b"' in page.text
    assert "form-action 'self';" in page.headers["Content-Security-Policy"]


def test_the_cart_of_one_shop_is_none_in_another(house: House) -> None:
    tea, browser = put_tea(house), house.browser()
    house.add(browser, tea["LJ-50"])
    token = browser.get_cookie("quayside_cart_porcelain-road")
    assert token
    stranger = house.browser()
    stranger.set_cookie("quayside_cart_porcelain-road", "no-such-cart")
    assert "Your cart is empty" in stranger.get(f"{house.root}/cart").text


def test_more_than_is_left_is_refused_for_a_retry_too(house: House, browser: FlaskClient) -> None:
    house.check_out(browser)
    (order,) = house.orders()
    let_expire(house)
    rival = house.browser()
    house.send_to_germany(rival)
    _cart_of_same(house, rival)
    house.check_out(rival)
    with (
        pytest.raises(OutOfStockError),
        house.shop.database.transaction(house.shop.scope) as session,
    ):
        retry_payment(
            session,
            merchant_id=house.shop.merchant.id,
            order_id=order.id,
            plugin=PLUGIN,
            at=utc_now(),
        )


def options_of(page: str, field: str) -> list[str]:
    select = re.search(rf'<select[^>]*id="{field}".*?</select>', page, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"', select[0]) if select else []


def test_a_province_brings_its_towns_and_what_was_typed_finds_its_place_in_the_list(
    house: House,
) -> None:
    browser = house.browser()
    house.add(browser, house.stock())
    typed = {"country": "CN", "region": "浙江省", "city": "杭州", "district": "西湖"}
    page = house.check_out(browser, do="recount", **typed).text
    assert "杭州市" in options_of(page, "city")
    assert '<option value="杭州市" selected>' in page
    assert '<option value="西湖区" selected>' in page
    moved = {"region": "江苏省", "city": "杭州市", "district": "西湖区"}
    before = {"was_region": "浙江省", "was_city": "杭州市"}
    page = house.check_out(browser, do="recount", country="CN", **moved, **before).text
    assert "苏州市" in options_of(page, "city")
    assert "杭州市" not in page


def test_a_town_that_no_list_knows_stays_as_it_was_typed(house: House) -> None:
    browser = house.browser()
    house.add(browser, house.stock())
    typed = {"country": "CN", "region": "浙江省", "city": "千岛湖镇"}
    page = house.check_out(browser, do="recount", **typed).text
    assert '<option value="千岛湖镇" selected>' in page


def test_another_province_is_not_lost_without_scripts(house: House) -> None:
    browser = house.browser()
    house.add(browser, house.stock())
    page = browser.get("/zh/porcelain-road/checkout").text
    assert 'formaction="#address"' in page
    assert ">区/县" in page


def test_the_checkout_counts_in_the_currency_of_the_country_when_asked_and_keeps_what_was_typed(
    house: House,
) -> None:
    tea = put_tea(house)
    browser = house.browser()
    house.send_to_germany(browser)
    house.add(browser, tea["LJ-50"])
    assert "Count in euros" in browser.get(f"{house.root}/checkout").text
    page = house.check_out(browser, do="currency").text
    assert "Order and pay €31.00" in page
    assert 'value="Kastanienallee 12"' in page
    assert house.check_out(browser).location.endswith("/pay")
    assert house.orders()[0].total == Money(3100, "EUR")


def test_a_declined_card_is_told_in_the_language_of_the_page(
    house: House, browser: FlaskClient
) -> None:
    browser.get(house.check_out(browser).location)
    (order,) = house.orders()
    why = "The bank declined the card. Try another one."
    house.stage.house.decline(house.payments(order)[0].id, why)
    browser.get(f"{house.link(order)}/paid")
    assert why in browser.get(house.link(order)).text
    chinese = browser.get(house.link(order).replace("/en/", "/zh/")).text
    assert "发卡行拒绝了这张卡，请换一张卡。" in chinese
    assert why not in chinese


def test_whatever_a_provider_tells_card_holders_has_its_chinese_on_our_pages() -> None:
    known = chinese()
    for wording in (*sandbox_wording.SENTENCES.values(), *stripe_wording.CARD.values()):
        assert set(known[wording.en]) == {wording.zh}, wording.en


def test_a_country_that_is_chosen_at_the_checkout_is_the_one_that_every_page_names(
    house: House,
) -> None:
    browser = house.browser()
    house.send_to_germany(browser)
    house.add(browser, house.stock())
    form = {**BERLIN, "country": "US", "was_country": "DE", "do": "recount"}
    page = browser.post(f"{house.root}/checkout", data=form).text
    header = page[page.index("<header") : page.index("</header>")]
    assert "To United States · CNY" in header
    assert "To United States · CNY" in browser.get(f"{house.root}/cart").text
