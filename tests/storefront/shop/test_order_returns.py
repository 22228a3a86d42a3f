"""A shopper asks for a return with the order's link alone, reads how it stands, and gets letters."""

import html
import re

import pytest
from sqlalchemy import text

from commerce.checkout.service import GivenUp, refund_order
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.orders.queries import timeline_of
from commerce.orders.returns.queries import returns_of
from commerce.orders.returns.rows import FoundUnits, ReturnState
from commerce.orders.rows import EventKind, OrderRow
from commerce.web.mails import ReturnLetters
from tests.storefront.shop.house import House, order_token
from tests.support.orders import paid_order
from tests.support.returns import ask, inspect, pay_back, receive, sent, sold_lines


@pytest.fixture
def order(house: House) -> OrderRow:
    made = paid_order(house.shop, house.stage.durable, (house.stock(units=5), 2))
    sent(house.shop, house.stage.durable, made)
    return made


def page_of(house: House, order: OrderRow, part: str = "", language: str = "en") -> str:
    slug = house.shop.merchant.slug
    return f"/{language}/{slug}/order/{order_token(order)}{part}"


def form_of(house: House, order: OrderRow, **typed: str) -> dict[str, str]:
    (line,) = sold_lines(house.shop, order)
    usual = {f"units-{line.id}": "1", f"reason-{line.id}": "does-not-fit", "way": "post"}
    return usual | {"wish": "one", **typed}


def shown(house: House, path: str) -> str:
    answer = house.browser().get(path)
    assert answer.status_code == 200
    return html.unescape(re.sub(r"\s+", " ", answer.text))


def test_a_guest_asks_for_a_return_reads_where_it_goes_and_keeps_it_after_all(
    house: House, order: OrderRow
) -> None:
    browser, form = house.browser(), page_of(house, order, "/return")
    assert "Return something" in shown(house, page_of(house, order))
    assert "Changed my mind" in shown(house, form)
    for _twice in range(2):
        assert browser.post(form, data=form_of(house, order)).status_code == 303
    page = shown(house, page_of(house, order))
    for words in (f"{order.number}-R1", "waits for the goods", "1 × Celadon teapot", "Lingang"):
        assert words in page
    assert "申请退货" in shown(house, page_of(house, order, language="zh"))
    with house.shop.database.reading(house.shop.scope) as connection:
        (found,) = returns_of(connection, order_id=order.id)
    keep = page_of(house, order, f"/returns/{found.id}/cancel")
    assert browser.post(keep).status_code == 303
    assert browser.post(page_of(house, order, f"/returns/{new_id()}/cancel")).status_code == 404
    assert "taken back" in shown(house, page_of(house, order))
    for often in range(2, 7):
        asked = browser.post(form, data=form_of(house, order, wish=str(often)))
        if often < 6:
            assert asked.status_code == 303
            with house.shop.database.reading(house.shop.scope) as connection:
                latest = returns_of(connection, order_id=order.id)[-1]
            keep = page_of(house, order, f"/returns/{latest.id}/cancel")
            assert browser.post(keep).status_code == 303
    assert (asked.status_code, "taken back too often" in asked.text) == (422, True)


def test_nothing_more_is_offered_when_all_that_arrived_comes_back(house: House) -> None:
    vase, lamp = house.stock(units=5), house.stock(units=5)
    made = paid_order(house.shop, house.stage.durable, (vase, 1), (lamp, 1))
    with house.shop.database.transaction(house.shop.scope) as session:
        refund_order(
            session,
            durable=house.stage.durable,
            merchant_id=house.shop.merchant.id,
            order_id=made.id,
            request_id=new_id(),
            amount=Money(100, made.currency),
            reason="sold out",
            given_up=[GivenUp(lamp, 1)],
            actor_id=new_id(),
        )
    sent(house.shop, house.stage.durable, made)
    (line,) = (each for each in sold_lines(house.shop, made) if each.variant_id == vase)
    assert "Return something" in shown(house, page_of(house, made))
    ask(house.shop, house.stage.durable, made, (line.id, 1))
    assert "Return something" not in shown(house, page_of(house, made))


def test_what_cannot_be_returned_is_said_with_what_was_typed(house: House, order: OrderRow) -> None:
    (line,) = sold_lines(house.shop, order)
    browser, form = house.browser(), page_of(house, order, "/return")
    for typed, words in (
        ({f"units-{line.id}": "0"}, "at least one piece"),
        ({f"units-{line.id}": "3"}, "No more can come back"),
        ({"way": "counter"}, "how it comes back"),
        ({f"reason-{line.id}": "x"}, "Choose a reason"),
    ):
        answer = browser.post(form, data=form_of(house, order, note="the box is torn", **typed))
        assert answer.status_code == 422
        assert words in answer.text
        assert "the box is torn" in answer.text


def test_letters_tell_every_step_in_the_language_of_the_order(
    house: House, order: OrderRow
) -> None:
    shop, durable = house.shop, house.stage.durable
    (line,) = sold_lines(shop, order)
    wish = ask(shop, durable, order, (line.id, 1))
    receive(shop, durable, wish, {line.id: 1})
    letters = ReturnLetters(shop.database, durable, "https://shop.example")
    with shop.database.reading(shop.scope) as connection:
        told = timeline_of(connection, order_id=order.id, everything=True)
    events = {each.kind: each.id for each in told}
    for kind in (EventKind.RETURN_APPROVED, EventKind.RETURN_RECEIVED):
        for _twice in range(2):
            assert letters.tell_return(
                merchant_id=shop.merchant.id, order_id=order.id, event_id=events[kind]
            )
    with shop.database.reading(shop.scope) as connection:
        mails = connection.execute(
            text(
                "SELECT subject, text, html FROM outgoing_mail WHERE template = 'return' ORDER BY id"
            )
        ).all()
    assert [each.subject.split(": ")[1].split(",")[0] for each in mails] == [
        "how to send your return",
        "your return has arrived",
    ]
    for part in (mails[0].text, mails[0].html):
        for words in (f"{order.number}-R1", "Lingang warehouse", "Celadon teapot"):
            assert words in part
    inspect(shop, wish, FoundUnits(line.id, restocked=1))
    pay_back(shop, durable, wish)
    page = shown(house, page_of(house, order))
    assert "paid back" in page
    assert "Your return has arrived" in page
    with shop.database.reading(shop.scope) as connection:
        (found,) = returns_of(connection, order_id=order.id)
    assert found.state is ReturnState.REFUNDED
