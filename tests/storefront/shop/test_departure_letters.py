"""One letter for every parcel and one for a cancelled order, with the whole story of each."""

import pytest
from sqlalchemy import Row, text

from commerce.checkout.service import cancel_order, ship_order, withdraw_order
from commerce.fulfilment.carriers import Waybill
from commerce.kernel.bearer import ORDER_PLACE
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from commerce.kernel.vault import Vault
from commerce.orders.queries import timeline_of
from commerce.orders.rows import Actor, EventKind, OrderRow
from commerce.orders.service import tell
from commerce.park.service.merchants import send_replies_to
from commerce.payments.queries import refunds_of
from commerce.web.mails import OrderLetters
from tests.storefront.shop.house import House
from tests.storefront.shop.stage import SECRET

CLERK = new_id()


@pytest.fixture
def letters(house: House) -> OrderLetters:
    return OrderLetters(
        house.shop.database, house.stage.durable, "https://shop.example", Vault(SECRET.encode())
    )


def bought(house: House, *, language: str = "en", units: int = 1, paid: bool = True) -> OrderRow:
    """Sell teapots to Berlin: one of them lies in the warehouse, the others in the store."""
    browser = house.browser()
    house.send_to_germany(browser)
    variant = house.stock(units=1, in_store=units - 1) if units > 1 else house.stock()
    form = {"variant": str(variant), "quantity": units}
    browser.post(f"/{language}/porcelain-road/cart/lines", data=form)
    browser.get(house.check_out(browser).location)
    (order,) = house.orders()
    if paid:
        house.stage.house.pay(house.payments(order)[0].id)
        browser.get(f"{house.link(order)}/paid")
    return order


def send(house: House, order: OrderRow, *, place: str = "warehouse", **waybill: str) -> None:
    with house.shop.database.transaction(house.shop.scope) as session:
        ship_order(
            session,
            durable=house.stage.durable,
            merchant_id=house.shop.merchant.id,
            order_id=order.id,
            location_id=getattr(house.shop, place),
            waybill=Waybill(**waybill),
            actor_id=CLERK,
        )


def cancel(house: House, order: OrderRow, *, told: str = "") -> None:
    with house.shop.database.transaction(house.shop.scope) as session:
        cancel_order(
            session,
            durable=house.stage.durable,
            merchant_id=house.shop.merchant.id,
            order_id=order.id,
            reason="kiln broke, see mail of Li",
            told=told,
            actor_id=CLERK,
        )


def started(house: House, process: str) -> list[str]:
    """Return the keys under which a process waits or ran."""
    query = text("SELECT workflow_uuid FROM dbos.workflow_status WHERE name = :name ORDER BY 1")
    with house.shop.database.reading(Scope.park()) as connection:
        keys = connection.execute(query, {"name": process}).scalars()
        return [key.removeprefix(f"{process}:") for key in keys]


def tell_departures(house: House, letters: OrderLetters, order: OrderRow) -> None:
    with house.shop.database.reading(house.shop.scope) as connection:
        told = timeline_of(connection, order_id=order.id, everything=True)
    sent = [event.id for event in told if event.kind is EventKind.SHIPPED]
    assert started(house, "order.tell-departure") == sorted(str(each) for each in sent)
    for event in sent:
        asked = {"merchant_id": house.shop.merchant.id, "order_id": order.id, "event_id": event}
        assert letters.tell_departure(**asked) == letters.tell_departure(**asked)


def waiting(house: House) -> list[Row[tuple[str, str, str, str, str]]]:
    query = text(
        "SELECT recipient, subject, text, html, reply_to, order_id FROM outgoing_mail ORDER BY id"
    )
    with house.shop.database.reading(Scope.park()) as connection:
        return list(connection.execute(query))


def test_a_parcel_is_told_with_what_is_in_it_and_where_to_follow_it(
    house: House, letters: OrderLetters
) -> None:
    order = bought(house)
    send(house, order, carrier="ups", number="1Z999AA10123456784")
    tell_departures(house, letters, order)
    (letter,) = waiting(house)
    assert letter.recipient == "anna@example.com"
    assert letter.order_id == order.id
    assert letter.subject.endswith(f": order {order.number} is on its way")
    for body in (letter.text, letter.html):
        assert "Celadon teapot" in body
        assert "UPS" in body
        assert "https://www.ups.com/track?tracknum=1Z999AA10123456784" in body
        assert "10435 BERLIN" in body
        assert f"https://shop.example/en/porcelain-road/order/{ORDER_PLACE}" in body
        assert "The rest of your order" not in body
    page = house.browser().get(house.link(order)).text
    assert ">Completed<" not in page, "that the shop closed it is no step of the parcel's way"
    assert "Arrives between" in page
    assert 'href="https://www.ups.com/track?tracknum=1Z999AA10123456784"' in page
    assert "within 14 days after it reached you" in page
    assert "Sent by Parcel" in page


def test_each_further_parcel_has_a_letter_of_its_own(house: House, letters: OrderLetters) -> None:
    order = bought(house, language="zh", units=3)
    send(house, order, carrier="sf-express", number="SF1234567890")
    tell_departures(house, letters, order)
    send(house, order, place="store", carrier="小李快跑")
    tell_departures(house, letters, order)
    first, second = waiting(house)
    assert first.subject.endswith(f"订单 {order.number} 部分商品已发货")
    assert second.subject.endswith(f"订单 {order.number} 又有包裹发出")
    for body in (first.text, first.html):
        assert "顺丰速运" in body
        assert "SF1234567890" in body
        assert "其余商品将另行发货" in body
    assert "青瓷壶 × 1" in first.text
    assert "青瓷壶 × 2" in second.text
    assert "承运方：小李快跑" in second.text
    assert "其余商品" not in second.text


def test_what_was_paid_back_is_not_promised_any_more(house: House) -> None:
    order = bought(house)
    send(house, order)
    with house.shop.database.transaction(house.shop.scope) as session:
        for kind in (EventKind.REFUND_STARTED, EventKind.REFUNDED):
            tell(
                session,
                merchant_id=house.shop.merchant.id,
                order_id=order.id,
                kind=kind,
                actor=Actor.STAFF,
                amount_minor=order.total_minor,
                currency=order.currency,
            )
    page = house.browser().get(house.link(order)).text
    assert "What you paid was given back." in page
    assert ">Refunded<" in page
    for gone in ("Arrives between", "Refund begun"):
        assert gone not in page


def test_a_cancelled_order_is_one_story_with_its_reason_and_its_money(
    house: House, letters: OrderLetters
) -> None:
    order = bought(house)
    cancel(house, order, told="The kiln broke & nothing survived.")
    assert started(house, "order.tell-cancelled") == [str(order.id)]
    asked = {"merchant_id": house.shop.merchant.id, "order_id": order.id}
    assert letters.tell_cancelled(**asked) == letters.tell_cancelled(**asked)
    with house.shop.database.reading(house.shop.scope) as connection:
        (back,) = refunds_of(connection, order_id=order.id)
    assert letters.tell_refund(merchant_id=house.shop.merchant.id, refund_id=back.id) is None
    (letter,) = waiting(house)
    assert letter.subject.endswith(f"order {order.number} is cancelled")
    assert "The kiln broke & nothing survived." in letter.text
    assert "The kiln broke &amp; nothing survived." in letter.html
    for body in (letter.text, letter.html):
        assert "¥698.00 goes back to the card or account" in body
        assert "see mail of Li" not in body
    assert "The kiln broke &amp; nothing" in house.browser().get(house.link(order)).text


def test_no_letter_goes_to_an_address_that_somebody_typed_and_paid_nothing_for(
    house: House, letters: OrderLetters
) -> None:
    order = bought(house, language="zh", paid=False)
    with house.shop.database.transaction(house.shop.scope) as session:
        withdraw_order(
            session,
            durable=house.stage.durable,
            merchant_id=house.shop.merchant.id,
            order_id=order.id,
        )
    assert started(house, "order.tell-cancelled") == []
    letters.tell_cancelled(merchant_id=house.shop.merchant.id, order_id=order.id)
    (letter,) = waiting(house)
    assert "已按您的要求取消订单。\n未产生任何扣款。" in letter.text


def test_a_letter_asks_for_replies_only_where_they_reach_somebody(
    house: House, letters: OrderLetters
) -> None:
    order = bought(house)
    letters.confirm(merchant_id=house.shop.merchant.id, order_id=order.id)
    with house.shop.database.transaction(house.shop.scope) as session:
        send_replies_to(
            session,
            merchant_id=house.shop.merchant.id,
            address=" hello\uff20porcelain-road.example",
        )
    send(house, order)
    tell_departures(house, letters, order)
    silent, answered = waiting(house)
    assert (silent.reply_to, answered.reply_to) == ("", "hello@porcelain-road.example")
    for body in (silent.text, silent.html):
        assert "Reply to this letter" not in body
    for body in (answered.text, answered.html):
        assert "Reply to this letter" in body
