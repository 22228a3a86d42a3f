"""An account: opened by mail, never needed to buy, closed to everybody else."""

import re

import pytest
from flask.testing import FlaskClient

from commerce.checkout.service import refund_order, ship_order
from commerce.customers.queries import customer_by_email
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from tests.storefront.shop.house import BERLIN, House
from tests.support.letters import letters_as_read
from tests.support.promotions import promote, welcome_to_club

PASSWORD = "celadon over cinnabar"
ANNA = "anna@example.com"


def letters(house: House) -> list[str]:
    vault = house.stage.app.extensions["quayside"].vault
    return [letter.text for letter in letters_as_read(house.shop.database, vault)]


def link_in(letter: str) -> str:
    found = re.search(r"http://localhost(/\S+/account/link/\S+)", letter)
    assert found
    return found[1]


def open_account(house: House, browser: FlaskClient, *, email: str = ANNA) -> None:
    browser.post(f"{house.root}/account/open", data={"email": email})
    link = link_in(letters(house)[-1])
    assert "Choose a password" in browser.get(link).text
    answer = browser.post(link, data={"password": PASSWORD})
    assert answer.location == f"{house.root}/account"


@pytest.fixture
def browser(house: House) -> FlaskClient:
    """A browser in which Anna has just opened her account."""
    browser = house.browser()
    open_account(house, browser)
    return browser


def buy(house: House, browser: FlaskClient) -> None:
    house.send_to_germany(browser)
    house.add(browser, house.stock())
    browser.get(house.check_out(browser).location)
    order = house.orders()[0]
    house.stage.house.pay(house.payments(order)[0].id)
    browser.get(f"{house.link(order)}/paid")


def test_what_was_bought_as_a_guest_is_in_the_account_that_is_opened_later(house: House) -> None:
    buy(house, house.browser())
    browser = house.browser()
    open_account(house, browser)
    (order,) = house.orders()
    page = browser.get(f"{house.root}/account").text
    assert order.number in page
    assert "¥698.00" in page
    assert ("Celadon teapot" in page, ">in progress<" in page) == (True, True)
    refund(house)
    with house.shop.database.transaction(house.shop.scope) as session:
        ship_order(
            session,
            durable=house.stage.durable,
            merchant_id=house.shop.merchant.id,
            order_id=order.id,
            location_id=house.shop.warehouse,
            actor_id=new_id(),
        )
    page = browser.get(f"{house.root}/account").text
    assert ">on its way<" in page, "as the order's own page says"
    assert "¥1.00 given back" in page


def refund(house: House) -> None:
    """Give a yuan of the only order back, for a reason of the desk's."""
    (order,) = house.orders()
    with house.shop.database.transaction(house.shop.scope) as session:
        refund_order(
            session,
            durable=house.stage.durable,
            merchant_id=house.shop.merchant.id,
            order_id=order.id,
            request_id=new_id(),
            amount=Money(100, order.currency),
            reason="one of them limps",
            actor_id=new_id(),
        )


def test_a_guest_is_offered_an_account_that_then_holds_the_order_and_its_address(
    house: House,
) -> None:
    buy(house, house.browser())
    (order,) = house.orders()
    browser = house.browser()
    page = browser.get(house.link(order)).text
    assert "with it you choose a password" in page, "not only at the first look"
    sent = browser.post(f"{house.link(order)}/account")
    assert "on its way" in sent.text
    assert ANNA not in sent.text
    browser.post(link_in(letters(house)[-1]), data={"password": PASSWORD})
    account = browser.get(f"{house.root}/account").text
    assert order.number in account
    assert "10435 BERLIN" in account
    again = browser.get(house.link(order)).text
    assert "with it you choose a password" not in again


def test_an_order_that_is_not_paid_offers_no_account(house: House) -> None:
    browser = house.browser()
    house.send_to_germany(browser)
    house.add(browser, house.stock())
    house.check_out(browser)
    page = browser.get(house.link(house.orders()[0])).text
    assert "with it you choose a password" not in page


def test_somebody_elses_orders_are_not(house: House) -> None:
    buy(house, house.browser())
    browser = house.browser()
    open_account(house, browser, email="n-anna@example.com")
    assert house.orders()[0].number not in browser.get(f"{house.root}/account").text


def test_an_order_placed_while_signed_in_belongs_to_the_account(
    house: House, browser: FlaskClient
) -> None:
    buy(house, browser)
    assert house.orders()[0].customer_id is not None


def test_a_members_promotion_counts_for_a_cart_that_was_filled_before_signing_in(
    house: House,
) -> None:
    browser = house.browser()
    house.send_to_germany(browser)
    house.add(browser, house.stock())
    open_account(house, browser)
    with house.shop.database.reading(house.shop.scope) as connection:
        anna = customer_by_email(connection, email=ANNA)
    assert anna is not None
    promote(house.shop, groups=frozenset({welcome_to_club(house.shop, anna.id)}))
    assert house.check_out(browser).status_code == 303
    buy(house, house.browser())
    assert [order.discount_minor for order in house.orders()] == [0, 6880]


def test_nobody_sees_an_account_without_signing_in(house: House) -> None:
    for path in ("", "/addresses/new"):
        answer = house.browser().get(f"{house.root}/account{path}")
        assert answer.location == f"{house.root}/account/signin"


def test_signing_out_ends_the_session_and_signing_in_begins_one(
    house: House, browser: FlaskClient
) -> None:
    browser.post(f"{house.root}/account/signout")
    assert browser.get(f"{house.root}/account").status_code == 303
    form = {"email": ANNA, "password": PASSWORD}
    answer = browser.post(f"{house.root}/account/signin", data=form)
    assert answer.location == f"{house.root}/account"
    assert ANNA in browser.get(f"{house.root}/account").text


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(
    house: House, browser: FlaskClient
) -> None:
    cookie = browser.get_cookie("quayside_shopper_porcelain-road")
    assert cookie
    browser.post(f"{house.root}/account/signout")
    thief = house.browser()
    thief.set_cookie("quayside_shopper_porcelain-road", cookie.value)
    assert thief.get(f"{house.root}/account").status_code == 303


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    house: House, browser: FlaskClient
) -> None:
    sentence = "E-mail and password do not belong together."
    for form in (
        {"email": ANNA, "password": "something else entirely"},
        {"email": "nobody@example.com", "password": PASSWORD},
    ):
        answer = house.browser().post(f"{house.root}/account/signin", data=form)
        assert (answer.status_code, sentence in answer.text) == (422, True)


def test_a_link_works_once(house: House, browser: FlaskClient) -> None:
    link = link_in(letters(house)[-1])
    assert house.browser().get(link).status_code == 410
    assert house.browser().post(link, data={"password": PASSWORD}).status_code == 410


def test_a_weak_password_is_explained_and_the_link_still_works(house: House) -> None:
    browser = house.browser()
    browser.post(f"{house.root}/account/open", data={"email": ANNA})
    link = link_in(letters(house)[-1])
    assert browser.post(link, data={"password": "short"}).status_code == 422
    assert browser.post(link, data={"password": PASSWORD}).status_code == 303


def test_the_answer_never_tells_whether_there_is_an_account(
    house: House, browser: FlaskClient
) -> None:
    before = len(letters(house))
    answers = [
        house.browser()
        .post(f"{house.root}/account/forgotten", data={"email": email})
        .text.replace(email, "somebody")
        for email in (ANNA, "nobody@example.com")
    ]
    plain = [re.sub(r'nonce="[^"]*"', "", answer) for answer in answers]
    assert plain[0] == plain[1]
    assert len(letters(house)) == before + 1


def test_who_has_an_account_and_opens_one_gets_a_link_for_a_new_password(
    house: House, browser: FlaskClient
) -> None:
    house.browser().post(f"{house.root}/account/open", data={"email": ANNA})
    assert "choose a new password" in letters(house)[-1]


def test_a_mailbox_is_not_flooded(house: House) -> None:
    answers = [
        house.browser(address=f"198.51.100.{place}")
        .post(f"{house.root}/account/open", data={"email": ANNA})
        .status_code
        for place in range(6)
    ]
    assert answers[-1] == 429
    assert len(letters(house)) == 4


def test_an_address_is_kept_checked_and_forgotten(house: House, browser: FlaskClient) -> None:
    kept = {**BERLIN, "do": "keep"}
    wrong = browser.post(f"{house.root}/account/addresses", data={**kept, "postcode": "x"})
    assert wrong.status_code == 422
    assert 'value="Kastanienallee 12"' in wrong.text
    browser.post(f"{house.root}/account/addresses", data=kept)
    page = browser.get(f"{house.root}/account").text
    assert "10435 BERLIN" in page
    remove = re.search(r'href="([^"]+/remove)"', page)
    assert remove
    assert "Kastanienallee 12" in browser.get(remove[1]).text, "it is asked first"
    gone = browser.post(remove[1])
    assert "The address is removed." in browser.get(gone.location).text
    assert "10435 BERLIN" not in browser.get(f"{house.root}/account").text
