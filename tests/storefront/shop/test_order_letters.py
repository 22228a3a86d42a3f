"""The confirmation: one letter per order, in its language, in plain text and in HTML."""

from datetime import date

import pytest
from sqlalchemy import Row, text

from commerce.inventory.queries import locations
from commerce.kernel.bearer import ORDER_PLACE
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.vault import Vault
from commerce.orders.queries import timeline_of
from commerce.orders.rows import EventKind, OrderRow
from commerce.park.policies import PolicyKind
from commerce.park.service.shop_policies import PolicyWords, publish_policy
from commerce.web.formats import days_in
from commerce.web.mails import OrderLetters
from tests.storefront.shop.house import House
from tests.storefront.shop.stage import SECRET
from tests.support.promotions import promote


@pytest.fixture
def letters(house: House) -> OrderLetters:
    return OrderLetters(
        house.shop.database, house.stage.durable, "https://shop.example", Vault(SECRET.encode())
    )


def bought(house: House, language: str, *, name: str = "Celadon teapot") -> OrderRow:
    browser = house.browser()
    house.send_to_germany(browser)
    variant = house.stock(name)
    browser.post(f"/{language}/porcelain-road/cart/lines", data={"variant": str(variant)})
    house.check_out(browser)
    return house.orders()[0]


def waiting(house: House) -> list[Row[tuple[str, str, str, str]]]:
    query = text("SELECT recipient, subject, text, html FROM outgoing_mail ORDER BY id")
    with house.shop.database.reading(Scope.park()) as connection:
        return list(connection.execute(query))


def test_it_says_what_comes_when_where_and_for_how_much(
    house: House, letters: OrderLetters
) -> None:
    order = bought(house, "en")
    letters.confirm(merchant_id=house.shop.merchant.id, order_id=order.id)
    (letter,) = waiting(house)
    assert letter.recipient == "anna@example.com"
    assert order.number in letter.subject
    for body in (letter.text, letter.html):
        assert "Celadon teapot" in body
        assert "¥698.00" in body
        assert "10435 BERLIN" in body
        assert f"https://shop.example/en/porcelain-road/order/{ORDER_PLACE}" in body
    first, last = (date.fromisoformat(order.delivery[end]) for end in ("earliest", "latest"))
    for body in (letter.text, letter.html):
        assert f"rrives {days_in(first, last, 'en')}." in body, "the words of the pages"
    assert '<td>Goods</td><td class="amount">¥688.00</td>' in letter.html


def test_it_leads_to_the_terms_of_that_day_where_the_shop_states_any(
    house: House, letters: OrderLetters
) -> None:
    def state(words: str) -> None:
        with house.shop.database.transaction(house.shop.scope) as session:
            publish_policy(
                session,
                merchant_id=house.shop.merchant.id,
                kind=PolicyKind.TERMS,
                words=PolicyWords(words),
                actor_id=None,
                now=utc_now(),
            )

    state("Old.")
    order = bought(house, "en")
    state("New.")
    letters.confirm(merchant_id=house.shop.merchant.id, order_id=order.id)
    (letter,) = waiting(house)
    for body in (letter.text, letter.html):
        assert "https://shop.example/en/porcelain-road/policies/terms/1" in body
        assert "Returns and withdrawal" not in body


def test_it_speaks_the_language_in_which_was_bought(house: House, letters: OrderLetters) -> None:
    order = bought(house, "zh")
    letters.confirm(merchant_id=house.shop.merchant.id, order_id=order.id)
    (letter,) = waiting(house)
    assert letter.subject.endswith(f"订单 {order.number} 已确认")
    assert "青瓷壶" in letter.text
    assert "德国" in letter.text
    assert 'lang="zh-Hans"' in letter.html


def test_a_pickup_is_told_with_the_store_and_nothing_about_parcels(
    house: House, letters: OrderLetters
) -> None:
    with house.shop.database.transaction(house.shop.scope) as session:
        session.execute(text("UPDATE location SET address = '1288 Nanjing Road West'"))
    promote(house.shop)
    browser = house.browser()
    house.add(browser, house.stock(in_store=2))
    way = {"country": "CN", "delivery": "pickup"}
    browser.post(f"{house.root}/cart/delivery", data=way)
    house.check_out(browser, **way)
    (order,) = house.orders()
    letters.confirm(merchant_id=house.shop.merchant.id, order_id=order.id)
    (letter,) = waiting(house)
    with house.shop.database.reading(house.shop.scope) as connection:
        store = next(place for place in locations(connection) if place.id == house.shop.store)
    page = browser.get(house.link(order)).text
    for told in (letter.text, letter.html, page):
        assert store.name in told
        assert "1288 Nanjing Road West" in told
        assert "As soon as it is ready" in told
        assert "You saved" in told
    assert "Autumn tea -¥68.80" in letter.text
    assert "Autumn tea \N{MINUS SIGN}¥68.80" in letter.html
    assert "packing" not in letter.text
    assert f'href="{house.root}/stores/{store.code}"' in page
    assert "Pickup in the store" in page


def test_an_order_calls_its_goods_as_its_reader_does(house: House) -> None:
    order = bought(house, "en")
    there = house.link(order).removeprefix("/en")
    assert "Celadon teapot" in house.browser().get(f"/en{there}").text
    assert "青瓷壶" in house.browser().get(f"/zh{there}").text
    with house.shop.database.transaction(house.shop.scope) as session:
        session.execute(text("UPDATE product_text SET name = 'Celadon teapot'"))
        session.execute(text("UPDATE merchant SET content_version = content_version + 1"))
    assert '<b lang="en">Celadon' in house.browser().get(f"/zh{there}").text


def test_however_often_it_is_asked_for_one_letter_leaves(
    house: House, letters: OrderLetters
) -> None:
    order = bought(house, "en")
    asked = {"merchant_id": house.shop.merchant.id, "order_id": order.id}
    assert letters.confirm(**asked) == letters.confirm(**asked)
    assert len(waiting(house)) == 1
    with house.shop.database.reading(house.shop.scope) as connection:
        told = timeline_of(connection, order_id=order.id, everything=True)
    assert [event.kind for event in told].count(EventKind.MAIL_SENT) == 1


def test_a_name_with_markup_stays_a_name(house: House, letters: OrderLetters) -> None:
    order = bought(house, "en", name="<b>Pot</b> & lid")
    letters.confirm(merchant_id=house.shop.merchant.id, order_id=order.id)
    (letter,) = waiting(house)
    assert "<b>Pot</b> & lid" in letter.text
    assert "&lt;b&gt;Pot&lt;/b&gt; &amp; lid" in letter.html
