"""Back from the bank without having paid: told everywhere, paid, changed or called off, without a script."""

import re

import pytest
from flask.testing import FlaskClient

from commerce.checkout.process.remind import AFTER, remind_of_unpaid_orders
from commerce.checkout.service import unpaid
from commerce.fulfilment.queries import fulfilments_of
from commerce.fulfilment.service import begin_picking
from commerce.kernel.bearer import ORDER_PLACE
from commerce.kernel.clock import travelling, utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work
from commerce.kernel.ids import new_id
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings
from commerce.kernel.vault import Vault
from commerce.orders.rows import OrderRow, OrderState
from commerce.park.service.pausing import pause_merchant
from commerce.payments.queries import refunds_of
from commerce.payments.rows import Finding, PaymentState
from commerce.web.mails import OrderLetters
from tests.storefront.shop.house import House
from tests.storefront.shop.test_departure_letters import started, waiting
from tests.support.stockroom import assert_the_doctor_is_silent

VAULT = Vault(b"letters of unpaid orders")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(house: House) -> FlaskClient:
    """A browser that has ordered a teapot to Berlin and turned back at the payment page."""
    browser = house.browser()
    house.send_to_germany(browser)
    house.add(browser, house.stock(), 2)
    browser.get(house.check_out(browser).location)
    return browser


def state(house: House, number: str) -> OrderState:
    return next(each.state for each in house.orders() if each.number == number)


def only(house: House) -> OrderRow:
    (order,) = house.orders()
    return order


def deeds(page: str) -> list[str]:
    return re.findall(r'action="[^"]*/order/[^"/]+/(\w+)"', page)


def test_a_card_that_was_refused_on_the_way_is_told_while_unpaid_and_never_once_paid(
    house: House, browser: FlaskClient
) -> None:
    order, bank = only(house), house.stage.house
    payment = house.payments(order)[0].id
    bank.wait(payment, "The bank declined the card.")
    browser.get(f"{house.link(order)}/paid")
    page = browser.get(house.link(order)).text
    standing, payments = page.split('id="payments"')
    assert "The payment did not go through" in standing
    assert "The bank declined the card." in standing
    steps = re.findall(r'<li class="(\w+)">\s*<span class="title">([^<]*)', standing)
    assert steps == [("done", "We have your order"), ("wait", "Your payment")]
    assert ">failed<" in payments
    bank.pay(payment)
    browser.get(f"{house.link(order)}/paid")
    page = browser.get(house.link(order)).text
    assert ">paid<" in page
    assert "The bank declined the card." not in page
    assert house.payments(order)[0].detail == ""


def test_the_cart_and_every_shared_page_tell_of_it(house: House, browser: FlaskClient) -> None:
    number = only(house).number
    page = browser.get(f"{house.root}/cart").text
    assert f"Your order {number} is not paid yet." in page
    assert deeds(page) == ["again", "change", "cancel"]
    for deed in deeds(page):
        opened = browser.get(f"{house.link(only(house))}/{deed}")
        assert opened.location == house.link(only(house)), "a stale tab leads to the order"
    badge = browser.get(f"{house.root}/cart/count", headers=HTMX).text
    assert f"Your order {number} is not paid yet." in badge
    here = {**HTMX, "HX-Current-URL": f"http://localhost{house.root}/cart"}
    assert browser.get(f"{house.root}/cart/count", headers=here).text == ""


def test_a_network_with_many_unpaid_orders_is_told_to_pay_or_cancel_one(
    house: House, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpaid, "MOST_BY_PLACE", 1)
    order, gaiwan = only(house), house.stock("Gaiwan")
    neighbour, stranger = house.browser(), house.browser(address="198.51.100.9")
    for each in (neighbour, stranger):
        house.send_to_germany(each)
        house.add(each, gaiwan)
    refused = house.check_out(neighbour, email="bo@example.com")
    assert refused.status_code == 409
    assert "Pay or cancel one of them" in refused.text
    assert 'value="bo@example.com"' in refused.text
    assert house.check_out(stranger, email="cem@example.com").status_code == 303
    browser.post(f"{house.link(order)}/cancel")
    assert house.check_out(neighbour, email="bo@example.com").status_code == 303


def test_it_is_not_forgotten_when_another_cart_is_begun(house: House, browser: FlaskClient) -> None:
    number = only(house).number
    house.add(browser, house.stock("Gaiwan"))
    page = browser.get(f"{house.root}/cart").text
    assert "Gaiwan" in page
    assert f"Your order {number} is not paid yet." in page


def test_a_shopper_without_one_reads_nothing_of_it(house: House) -> None:
    browser = house.browser()
    house.add(browser, house.stock())
    assert "not paid yet" not in browser.get(f"{house.root}/cart").text
    assert "not paid yet" not in browser.get(f"{house.root}/cart/count", headers=HTMX).text


def test_changing_it_puts_the_goods_and_the_address_back_into_the_cart(
    house: House, browser: FlaskClient
) -> None:
    first = only(house)
    answer = browser.post(f"{house.link(first)}/change")
    assert answer.location == f"{house.root}/cart"
    page = browser.get(f"{house.root}/cart").text
    assert "Celadon teapot" in page
    assert "not paid yet" not in page
    assert 'value="Kastanienallee 12"' in browser.get(f"{house.root}/checkout").text
    house.check_out(browser, lines="Kastanienallee 14")
    placed = [each for each in house.orders() if each.id != first.id]
    assert [each.ship_to and each.ship_to["lines"] for each in placed] == [["Kastanienallee 14"]]
    assert state(house, first.number) is OrderState.CANCELLED


def test_while_the_park_pauses_the_shop_it_is_paid_or_cancelled_and_not_changed(
    house: House, browser: FlaskClient
) -> None:
    order = only(house)
    merchant = house.shop.merchant
    with house.shop.database.transaction(Scope.park()) as session:
        pause_merchant(
            session, merchant_id=merchant.id, reason="Why", actor_id=new_id(), now=utc_now()
        )
    assert deeds(browser.get(house.link(order)).text) == ["again", "cancel"]
    assert browser.post(f"{house.link(order)}/change").status_code == 503
    assert state(house, order.number) is OrderState.AWAITING_PAYMENT


def test_changing_it_keeps_what_was_put_into_the_cart_meanwhile(
    house: House, browser: FlaskClient
) -> None:
    house.add(browser, house.stock("Gaiwan"))
    browser.post(f"{house.link(only(house))}/change")
    page = browser.get(f"{house.root}/cart").text
    assert "Gaiwan" in page
    assert "Celadon teapot" in page


def test_cancelling_it_says_that_nothing_was_charged_and_tells_the_provider(
    house: House, browser: FlaskClient
) -> None:
    order = only(house)
    answer = browser.post(f"{house.link(order)}/cancel")
    page = browser.get(answer.location).text
    assert "This order was cancelled. Nothing was charged." in page
    assert ("We have your order" in page, "Put the goods back into the cart" in page) == (
        True,
        True,
    )
    (payment,) = house.payments(order)
    assert house.stage.house.findings[payment.id].state is PaymentState.CANCELLED
    assert "not paid yet" not in browser.get(f"{house.root}/cart").text
    browser.post(f"{house.link(order)}/change")
    assert "Celadon teapot" in browser.get(f"{house.root}/cart").text


def test_who_left_without_paying_is_written_to_once(house: House, browser: FlaskClient) -> None:
    order, name = only(house), "order.tell-unpaid"
    work = Work(house.shop.database, read_settings({}), Parts([house.stage.durable]))
    remind_of_unpaid_orders.run(work)
    assert started(house, name) == [], "they may be looking for their card"
    buy_again = house.browser(address="198.51.100.9")
    house.send_to_germany(buy_again)
    house.add(buy_again, house.stock("Gaiwan"))
    house.check_out(buy_again)
    latest = next(each for each in house.orders() if each.id != order.id)
    with travelling(utc_now() + AFTER):
        for _again in range(2):
            remind_of_unpaid_orders.run(work)
    assert len(started(house, name)) == 1, "one for the address, from wherever it was typed"
    letters = OrderLetters(house.shop.database, house.stage.durable, "https://shop.example", VAULT)
    asked = {"merchant_id": house.shop.merchant.id, "order_id": latest.id}
    assert letters.tell_unpaid(**asked) == letters.tell_unpaid(**asked)
    (letter,) = waiting(house)
    assert letter.subject.endswith(f": order {latest.number} is not paid yet")
    for body in (letter.text, letter.html):
        assert f"https://shop.example/en/porcelain-road/order/{ORDER_PLACE}" in body
        assert "Gaiwan" in body
    browser.post(f"{house.link(order)}/cancel")
    assert letters.tell_unpaid(merchant_id=house.shop.merchant.id, order_id=order.id) is None


def test_what_was_paid_in_another_window_is_not_cancelled(
    house: House, browser: FlaskClient
) -> None:
    order = only(house)
    house.stage.house.pay(house.payments(order)[0].id)
    for deed in ("change", "cancel"):
        answer = browser.post(f"{house.link(order)}/{deed}")
        assert answer.status_code == 409
        assert state(house, order.number) is OrderState.PLACED


def test_a_payment_that_is_under_way_is_waited_for(house: House, browser: FlaskClient) -> None:
    order = only(house)
    (payment,) = house.payments(order)
    house.stage.house.findings[payment.id] = Finding(PaymentState.PENDING, handle="h")
    house.stage.house.stubborn = True
    answer = browser.post(f"{house.link(order)}/cancel")
    assert answer.status_code == 409
    assert "Your payment is under way" in answer.text
    assert state(house, order.number) is OrderState.AWAITING_PAYMENT


def test_an_order_changed_on_the_checkout_page_of_before_is_not_paid_as_it_was(
    house: House, browser: FlaskClient
) -> None:
    order = only(house)
    same = house.check_out(browser)
    assert same.location == f"{house.link(order)}/pay"
    other = house.check_out(browser, lines="Kastanienallee 14")
    assert other.location == house.link(order)
    page = browser.get(other.location).text
    assert deeds(page) == ["again", "change", "cancel"]


def test_a_paid_order_is_called_off_until_somebody_begins_to_get_it_ready(
    house: House, browser: FlaskClient
) -> None:
    order = only(house)
    house.stage.house.pay(house.payments(order)[0].id)
    browser.get(f"{house.link(order)}/paid")
    page = browser.get(house.link(order)).text
    assert "Nobody has begun to get it ready yet." in page
    assert deeds(page) == ["cancel", "account"]
    paid = {"paid": "1"}
    called_off = browser.post(f"{house.link(order)}/cancel", data=paid)
    assert called_off.location == house.link(order)
    assert state(house, order.number) is OrderState.CANCELLED
    page = browser.get(house.link(order)).text
    assert "This order was cancelled" in page
    assert "Nobody has begun" not in page
    assert browser.post(f"{house.link(order)}/cancel", data=paid).status_code == 409
    with house.shop.database.reading(house.shop.scope) as connection:
        (refund,) = refunds_of(connection, order_id=order.id)
    assert refund.amount == order.total
    assert started(house, "order.tell-cancelled") == [str(order.id)]
    letters = OrderLetters(house.shop.database, house.stage.durable, "https://shop.example", VAULT)
    letters.tell_cancelled(merchant_id=house.shop.merchant.id, order_id=order.id)
    assert "As you wished, the order is cancelled." in waiting(house)[-1].text
    assert_the_doctor_is_silent(house.shop.database)


def test_a_paid_order_that_is_being_picked_is_not_called_off(
    house: House, browser: FlaskClient
) -> None:
    order = only(house)
    house.stage.house.pay(house.payments(order)[0].id)
    browser.get(f"{house.link(order)}/paid")
    with house.shop.database.transaction(house.shop.scope) as session:
        for part in fulfilments_of(session.connection(), order_id=order.id):
            begin_picking(
                session,
                merchant_id=house.shop.merchant.id,
                fulfilment_id=part.id,
                clerk_id=new_id(),
            )
    assert "Nobody has begun" not in browser.get(house.link(order)).text
    refused = browser.post(f"{house.link(order)}/cancel", data={"paid": "1"})
    assert refused.status_code == 409
    assert "it can no longer be cancelled here" in refused.text
    assert state(house, order.number) is OrderState.PLACED
