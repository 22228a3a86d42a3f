"""Money on its way back is announced by one letter, in the language of the order."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Row, text

from commerce.checkout.process import refund_payment
from commerce.checkout.service import GivenUp, refund_order
from commerce.customers.service import remember_customer
from commerce.kernel.bearer import ORDER_PLACE
from commerce.kernel.database import Scope
from commerce.kernel.durable import Value, Work
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings
from commerce.kernel.vault import Vault
from commerce.payments.gateway import Gateways
from commerce.payments.queries import refunds_of
from commerce.payments.stored_value.service import open_credit
from commerce.registers.service.pay_out import OpenDrawer
from commerce.web.mails import OrderLetters
from tests.storefront.shop.house import House
from tests.storefront.shop.stage import SECRET
from tests.support.tills import CLERK, counter_in, open_register


class AtOnce(Work):
    """Work whose steps are done at once, with no checkpoints."""

    def step(self, name: str, action: Callable[[], Value], *, attempts: int = 1) -> Value:
        return action()


@pytest.fixture
def letters(house: House) -> OrderLetters:
    return OrderLetters(
        house.shop.database, house.stage.durable, "https://shop.example", Vault(SECRET.encode())
    )


def refund(
    house: House,
    *,
    language: str = "en",
    tender: str = "online",
    units: int = 1,
    given_up: int = 0,
    **way: str,
) -> UUID:
    """Sell teapots to Berlin and give ¥100 back for the first wish; return the refund's id."""
    browser = house.browser()
    if not way:
        house.send_to_germany(browser)
    variant = house.stock(in_store=units if way else 0)
    form = {"variant": str(variant), "quantity": units}
    browser.post(f"/{language}/porcelain-road/cart/lines", data=form)
    if way:
        browser.post(f"{house.root}/cart/delivery", data=way)
    browser.get(house.check_out(browser, **way).location)
    (order,) = house.orders()
    house.stage.house.pay(house.payments(order)[0].id)
    browser.get(f"{house.link(order)}/paid")
    drawer = open_drawer(house) if tender == "cash" else None
    with house.shop.database.transaction(house.shop.scope) as session:
        session.execute(text("UPDATE payment SET tender = :tender"), {"tender": tender})
        refund_order(
            session,
            durable=house.stage.durable,
            merchant_id=house.shop.merchant.id,
            order_id=order.id,
            request_id=new_id(),
            amount=Money(10000, "CNY"),
            reason="broken lid",
            given_up=[GivenUp(variant, given_up)],
            actor_id=new_id(),
            drawer=drawer,
        )
    with house.shop.database.reading(house.shop.scope) as connection:
        (made,) = refunds_of(connection, order_id=order.id)
    return made.id


def open_drawer(house: House) -> OpenDrawer:
    register = counter_in(house.shop)
    open_register(house.shop, register)
    return OpenDrawer(house.shop.merchant.id, register, "broken lid", CLERK)


def waiting(house: House) -> list[Row[tuple[str, str, str, str]]]:
    query = text("SELECT recipient, subject, text, html FROM outgoing_mail ORDER BY id")
    with house.shop.database.reading(Scope.park()) as connection:
        return list(connection.execute(query))


def announced(house: House, made: UUID) -> int:
    query = text("SELECT count(*) FROM dbos.workflow_status WHERE workflow_uuid = :id")
    with house.shop.database.reading(Scope.park()) as connection:
        found = connection.execute(query, {"id": f"payment.tell-refund:{made}"})
        return int(found.scalar_one())


def test_it_says_how_much_comes_back_where_and_when(house: House, letters: OrderLetters) -> None:
    made = refund(house)
    letters.tell_refund(merchant_id=house.shop.merchant.id, refund_id=made)
    (letter,) = waiting(house)
    (order,) = house.orders()
    assert letter.recipient == "anna@example.com"
    assert letter.subject.endswith(f"¥100.00 given back for order {order.number}")
    for body in (letter.text, letter.html):
        assert "¥100.00" in body
        assert order.number in body
        assert "five to ten working days" in body
        assert "You paid ¥698.00 for the order; with this, ¥100.00 of it is given back." in body
        assert f"https://shop.example/en/porcelain-road/order/{ORDER_PLACE}" in body


def test_what_became_credit_leads_to_where_one_signs_in(
    house: House, letters: OrderLetters
) -> None:
    refund(house)
    (order,), mine = house.orders(), {"merchant_id": house.shop.merchant.id}
    with house.shop.database.transaction(house.shop.scope) as session:
        anna = remember_customer(session, **mine, email="anna@example.com").id
        refund_order(
            session,
            **mine,
            durable=house.stage.durable,
            order_id=order.id,
            request_id=new_id(),
            amount=Money(5000, "CNY"),
            reason="late",
            actor_id=new_id(),
            onto=open_credit(session, **mine, customer_id=anna, currency="CNY"),
        )
    with house.shop.database.reading(house.shop.scope) as connection:
        _card, credit = refunds_of(connection, order_id=order.id)
    letters.tell_refund(**mine, refund_id=credit.id)
    (letter,) = waiting(house)
    for body in (letter.text, letter.html):
        links = set(re.findall(r"https://shop\.example(/[^\s\"<]*account[^\s\"<]*)", body))
        (link,) = links
        there = house.browser().get(link, follow_redirects=True)
        assert (there.status_code, "Sign in" in there.text) == (200, True), link


def test_it_speaks_the_language_in_which_was_bought(house: House, letters: OrderLetters) -> None:
    made = refund(house, language="zh")
    letters.tell_refund(merchant_id=house.shop.merchant.id, refund_id=made)
    (letter,) = waiting(house)
    assert "退款 ¥100.00" in letter.subject
    for body in (letter.text, letter.html):
        assert "一般 5 至 10 个工作日内到账" in body
        assert "本订单实付 ¥698.00，含本次累计退款 ¥100.00。" in body
        assert "已按原" not in body, "it is under way, as the heading says"
    assert 'lang="zh-Hans"' in letter.html


def test_it_names_what_will_not_come_as_the_page_does(house: House, letters: OrderLetters) -> None:
    made = refund(house, units=3, given_up=2)
    letters.tell_refund(merchant_id=house.shop.merchant.id, refund_id=made)
    (letter,) = waiting(house)
    assert "No longer to be sent:\n2 x Celadon teapot\n" in letter.text
    assert "No longer to be sent:" in letter.html
    assert "Nothing of this order" not in letter.text
    page = house.browser().get(house.link(house.orders()[0])).text
    assert "2 of 3 no longer to be sent" in page
    assert "2 × Celadon teapot" in page
    assert "We pack it" in page, "one of them is still to come"


def test_nobody_is_called_to_the_store_for_nothing(house: House, letters: OrderLetters) -> None:
    made = refund(house, given_up=1, country="CN", delivery="pickup")
    letters.tell_refund(merchant_id=house.shop.merchant.id, refund_id=made)
    (letter,) = waiting(house)
    assert "No longer to be picked up:\n1 x Celadon teapot\n" in letter.text
    assert "Nothing of this order is left to be picked up." in letter.text
    page = house.browser().get(house.link(house.orders()[0])).text
    assert "Nothing of this order is left to be picked up." in page
    assert ">No longer to be picked up<" in page
    for promise in ("Ready from", "We put it aside", "Where you pick it up", "Opening hours and"):
        assert promise not in page, promise


def test_cash_is_not_said_to_be_on_its_way(house: House, letters: OrderLetters) -> None:
    made = refund(house, tender="cash")
    assert announced(house, made) == 1
    letters.tell_refund(merchant_id=house.shop.merchant.id, refund_id=made)
    (letter,) = waiting(house)
    assert "in cash in the store" in letter.text
    assert "working days" not in letter.text


def test_however_often_it_is_asked_for_one_letter_leaves(
    house: House, letters: OrderLetters
) -> None:
    asked = {"merchant_id": house.shop.merchant.id, "refund_id": refund(house)}
    assert letters.tell_refund(**asked) == letters.tell_refund(**asked)
    assert len(waiting(house)) == 1


def test_it_is_announced_once_the_provider_has_paid_and_not_before(
    house: House, tmp_path: Path
) -> None:
    made = refund(house)
    assert announced(house, made) == 0
    work = AtOnce(
        database=house.shop.database,
        settings=read_settings({"QUAYSIDE_VAR": str(tmp_path)}),
        parts=Parts([Gateways(house.stage.house), house.stage.durable]),
    )
    asked = {"merchant_id": str(house.shop.merchant.id), "refund_id": str(made)}
    refund_payment.run(work, **asked)
    refund_payment.run(work, **asked)
    assert announced(house, made) == 1
