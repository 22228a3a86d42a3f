"""The address book: kept, changed, chosen, removed; and used where it was promised, at the checkout."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.storefront.account.test_account import ANNA, PASSWORD, open_account
from tests.storefront.shop.house import BERLIN, House

HAMBURG = {**BERLIN, "lines": "Elbchaussee 3", "postcode": "22765", "city": "Hamburg"}
SUZHOU = {
    "name": "林小梅",
    "country": "CN",
    "region": "江苏省",
    "city": "苏州市",
    "district": "姑苏区",
    "lines": "平江路 88 号",
    "postcode": "215000",
    "phone": "13800000000",
}


@pytest.fixture
def browser(house: House) -> FlaskClient:
    """A browser in which Anna has just opened her account."""
    browser = house.browser()
    open_account(house, browser)
    return browser


def keep(house: House, browser: FlaskClient, address: dict[str, str], **changed: str) -> None:
    answer = browser.post(
        f"{house.root}/account/addresses", data={**address, "do": "keep", **changed}
    )
    assert answer.status_code == 303, answer.text


def book(house: House, browser: FlaskClient) -> list[tuple[str, str]]:
    """Return each address of the overview: its page, and the words on its card."""
    page = browser.get(f"{house.root}/account").text
    cards = re.findall(r'<li class="card stack tight">(.*?)</li>', page, re.DOTALL)
    found = []
    for card in cards:
        link = re.search(r'href="([^"]+/addresses/[^"]+)"', card)
        assert link
        found.append((link[1], card))
    return found


def chosen(page: str, field: str) -> str:
    select = re.search(rf'<select[^>]*id="{field}".*?</select>', page, re.DOTALL)
    assert select
    option = re.search(r'<option value="([^"]*)" selected', select[0])
    return option[1] if option else ""


def test_an_address_of_the_book_is_changed_and_stays_the_usual_one(
    house: House, browser: FlaskClient
) -> None:
    keep(house, browser, {**BERLIN, "phone": "030 901820"})
    ((url, card),) = book(house, browser)
    form = browser.get(url).text
    assert 'value="Kastanienallee 12"' in form
    assert "+49 30 901820" in card
    assert 'value="+49 30 901820"' in form
    assert f'action="{url}"' in form
    answer = browser.post(url, data={**BERLIN, "lines": "Kastanienallee 14", "do": "keep"})
    assert answer.location == f"{house.root}/account"
    ((_url, card),) = book(house, browser)
    assert "Kastanienallee 14" in card
    assert "the usual one" in card


def test_a_new_address_is_sent_to_the_book(house: House, browser: FlaskClient) -> None:
    page = browser.get(f"{house.root}/account/addresses/new").text
    assert "<h1>A new address</h1>" in page
    assert f'action="{house.root}/account/addresses"' in page


def test_a_faulty_change_is_refused_beside_its_field(house: House, browser: FlaskClient) -> None:
    keep(house, browser, BERLIN)
    ((url, _card),) = book(house, browser)
    answer = browser.post(url, data={**BERLIN, "postcode": "x", "do": "keep"})
    assert answer.status_code == 422
    assert 'id="postcode-error"' in answer.text
    assert "10435 BERLIN" in book(house, browser)[0][1]


def test_another_address_becomes_the_usual_one(house: House, browser: FlaskClient) -> None:
    keep(house, browser, BERLIN)
    keep(house, browser, HAMBURG)
    url = book(house, browser)[1][0]
    browser.post(f"{url}/usual")
    first, second = (card for _url, card in book(house, browser))
    assert "HAMBURG" in first
    assert ("the usual one" in first, "the usual one" in second) == (True, False)


def test_nobody_reads_or_changes_an_address_of_somebody_else(
    house: House, browser: FlaskClient
) -> None:
    keep(house, browser, BERLIN)
    ((url, _card),) = book(house, browser)
    stranger = house.browser()
    open_account(house, stranger, email="mallory@example.com")
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, data={**HAMBURG, "do": "keep"}).status_code == 404
    assert stranger.post(f"{url}/usual").status_code == 404
    assert stranger.post(f"{url}/remove").status_code == 404
    assert "10435 BERLIN" in book(house, browser)[0][1]


def test_the_checkout_is_filled_with_the_usual_address_and_offers_the_others(
    house: House, browser: FlaskClient
) -> None:
    keep(house, browser, BERLIN)
    keep(house, browser, HAMBURG)
    house.add(browser, house.stock())
    page = browser.get(f"{house.root}/checkout").text
    assert f'value="{ANNA}"' in page
    assert 'value="Kastanienallee 12"' in page
    assert "Anna Müller, Elbchaussee 3, HAMBURG, Germany" in page
    assert chosen(page, "country") == "DE", "nobody had chosen another country"
    assert "Filled in with your usual address." in page
    keep(house, browser, SUZHOU)
    chinese = browser.get(f"{house.root}/checkout".replace("/en/", "/zh/")).text
    assert "林小梅，中国江苏省苏州市姑苏区平江路 88 号" in chinese
    assert house.check_out(browser, was_country="DE").location.endswith("/pay")


def test_a_delivery_chosen_beside_the_usual_address_is_the_one_that_is_charged(
    house: House, browser: FlaskClient
) -> None:
    keep(house, browser, BERLIN)
    house.add(browser, house.stock(in_store=1))
    page = browser.get(f"{house.root}/checkout").text
    assert delivery(page) == "parcel"
    page = press(house, browser, page, delivery="pickup", do="recount").text
    assert (chosen(page, "country"), delivery(page)) == ("DE", "pickup")
    page = press(house, browser, page, without="lines", delivery="parcel", do="recount").text
    assert delivery(page) == "parcel"
    assert 'value="Kastanienallee 12"' in page, "a pickup asked for no address"
    page = press(house, browser, page, delivery="pickup", do="recount").text
    assert delivery(browser.get(f"{house.root}/checkout").text) == "pickup", "kept"
    charged = agreed(page)
    assert press(house, browser, page, delivery="pickup").location.endswith("/pay")
    (order,) = house.orders()
    assert (order.delivery["key"], order.total_minor) == ("pickup", charged)


def test_what_is_pressed_without_counting_anew_is_never_charged_another_way(
    house: House, browser: FlaskClient
) -> None:
    keep(house, browser, BERLIN)
    house.add(browser, house.stock(in_store=1))
    first = browser.get(f"{house.root}/checkout").text
    page = press(house, browser, first, delivery="pickup").text
    assert (house.orders(), delivery(page)) == ((), "pickup")
    assert agreed(page) != agreed(first)
    unknown = press(house, browser, page, delivery="by-balloon")
    assert (house.orders(), unknown.status_code) == ((), 422)
    assert 'id="delivery-error"' in unknown.text
    press(house, browser, page, delivery="pickup")
    (order,) = house.orders()
    assert (order.delivery["key"], order.total_minor) == ("pickup", agreed(page))


def delivery(page: str) -> str:
    """Return the way of delivery that a page has chosen."""
    found = re.findall(r'name="delivery" value="([^"]+)" checked', page)
    assert len(found) == 1, found
    return str(found[0])


def agreed(page: str) -> int:
    """Return the total that a page states, in minor units."""
    found = re.search(r'name="agreed" value="(\d+)"', page)
    assert found
    return int(found[1])


def press(
    house: House, browser: FlaskClient, page: str, *, without: str = "", **changed: str
) -> TestResponse:
    """Send the checkout's form as a browser without scripts does, with what was changed in it."""
    kept = {"was_saved": chosen(page, "saved"), "saved": chosen(page, "saved")}
    form = {**BERLIN, **kept, "was_country": chosen(page, "country"), "agreed": str(agreed(page))}
    sent = {name: value for name, value in {**form, **changed}.items() if name != without}
    return browser.post(f"{house.root}/checkout", data=sent)


def test_a_country_that_was_chosen_is_not_overruled_by_the_address_book(
    house: House, browser: FlaskClient
) -> None:
    keep(house, browser, BERLIN)
    browser.post(f"{house.root}/destination", data={"country": "US", "currency": "CNY"})
    house.add(browser, house.stock())
    page = browser.get(f"{house.root}/checkout").text
    assert chosen(page, "country") == "US"
    assert 'value="Kastanienallee 12"' not in page
    assert chosen(page, "saved") == ""


def test_another_address_of_the_book_fills_the_form_before_anything_is_ordered(
    house: House, browser: FlaskClient
) -> None:
    keep(house, browser, BERLIN)
    keep(house, browser, HAMBURG)
    house.send_to_germany(browser)
    house.add(browser, house.stock())
    before = chosen(browser.get(f"{house.root}/checkout").text, "saved")
    other = book(house, browser)[1][0].rsplit("/", 1)[1]
    answer = house.check_out(browser, saved=other, was_saved=before)
    assert answer.status_code == 200
    assert 'value="Elbchaussee 3"' in answer.text
    assert house.orders() == ()
    house.check_out(browser, **{**HAMBURG, "saved": other, "was_saved": other})
    (order,) = house.orders()
    assert order.ship_to is not None
    assert order.ship_to["city"] == "HAMBURG"


def test_an_address_is_kept_at_the_checkout_once_and_only_on_demand(
    house: House, browser: FlaskClient
) -> None:
    house.send_to_germany(browser)
    for wish in ({}, {"keep": "on"}, {"keep": "on"}):
        house.add(browser, house.stock())
        assert house.check_out(browser, **wish).location.endswith("/pay")
        expected = 1 if wish else 0
        assert len(book(house, browser)) == expected


def test_an_address_that_is_in_the_book_is_not_offered_to_be_kept(
    house: House, browser: FlaskClient
) -> None:
    keep(house, browser, BERLIN)
    house.add(browser, house.stock())
    page = browser.get(f"{house.root}/checkout").text
    ((url, _card),) = book(house, browser)
    saved = {"saved": url.rsplit("/", 1)[1], "was_saved": url.rsplit("/", 1)[1], "do": "recount"}
    assert "Keep this address" not in page
    filled = {**BERLIN, **saved, "city": "BERLIN"}
    counted = browser.post(f"{house.root}/checkout", data=filled)
    assert "Keep this address" not in counted.text
    changed = {**filled, "lines": "Kastanienallee 13"}
    assert "Keep this address" in browser.post(f"{house.root}/checkout", data=changed).text


def test_a_cart_that_was_begun_before_signing_in_is_ordered_into_the_account(
    house: House, browser: FlaskClient
) -> None:
    browser.post(f"{house.root}/account/signout")
    house.send_to_germany(browser)
    house.add(browser, house.stock())
    form = {"email": ANNA, "password": PASSWORD}
    answer = browser.post(f"{house.root}/account/signin?to=checkout", data=form)
    assert answer.location == f"{house.root}/checkout"
    house.check_out(browser)
    assert house.orders()[0].customer_id is not None


def test_who_has_signed_out_orders_into_nobodys_account(house: House, browser: FlaskClient) -> None:
    house.send_to_germany(browser)
    house.add(browser, house.stock())
    browser.post(f"{house.root}/account/signout")
    house.check_out(browser)
    assert house.orders()[0].customer_id is None


def test_a_guest_is_offered_no_address_book(house: House) -> None:
    browser = house.browser()
    house.add(browser, house.stock())
    page = browser.get(f"{house.root}/checkout").text
    assert 'name="saved"' not in page
    assert 'name="keep"' not in page
    assert f'href="{house.root}/account/signin?to=checkout"' in page
