"""Returns at the desk: agreed to, received, looked at, paid back; in the list, on Today and with the order."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from commerce.orders.returns.queries import returns_of
from commerce.orders.returns.rows import ReturnRow, ReturnState, ReturnWay
from commerce.orders.returns.terms import return_terms_of
from commerce.orders.rows import OrderRow
from commerce.park.permissions import Role
from commerce.payments.queries import refunds_of
from tests.storefront.desk import Desk
from tests.support.returns import ask, sent, sold_lines
from tests.support.shop import stock_product


@pytest.fixture
def order(desk: Desk) -> OrderRow:
    made = desk.paid_order((stock_product(desk.shop, in_warehouse=5), 2))
    sent(desk.shop, desk.durable, made)
    return made


def stands(desk: Desk, order: OrderRow) -> ReturnRow:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return returns_of(connection, order_id=order.id)[-1]


def let(desk: Desk, owner: FlaskClient, **typed: str) -> int:
    """Set the terms of returns as the settings page does; return the status."""
    page = f"{desk.root}/settings/returns"
    seal = re.search(r'name="seal" value="([^"]*)"', owner.get(page).text)
    assert seal is not None
    return int(owner.post(page, data={"seal": seal[1], **typed}).status_code)


def test_a_return_goes_through_the_desk_from_the_wish_to_the_money(
    desk: Desk, order: OrderRow
) -> None:
    owner, root = desk.as_role(Role.OWNER), f"{desk.root}/returns"
    assert let(desk, owner, days="30", to_store="y") == 303
    with desk.shop.database.reading(desk.shop.scope) as connection:
        terms = return_terms_of(connection)
    assert (terms.days, terms.at_once, terms.ways) == (30, False, (ReturnWay.STORE,))
    assert let(desk, owner, days="30") == 422
    (line,) = sold_lines(desk.shop, order)
    wish = ask(desk.shop, desk.durable, order, (line.id, 2), way=ReturnWay.STORE)
    assert "1 return" in owner.get(f"{desk.root}/").text
    assert f"{order.number}-R1" in owner.get(f"{root}/").text
    assert f"{order.number}-R1" in owner.get(f"{desk.root}/orders/{order.id}").text
    page = owner.get(f"{root}/{wish}").text
    assert "Changed my mind" in page

    def step(name: str, key: str, **typed: str) -> int:
        answer = owner.post(f"{root}/{wish}/{name}", data={"wish": key, **typed})
        return int(answer.status_code)

    assert step("refuse", "w1", answer="") == 422
    assert step("approve", "w2") == 303
    assert step("approve", "w2") == 303
    came = {f"came-{line.id}": "2"}
    nowhere = owner.post(f"{root}/{wish}/receive", data={"wish": "w3", **came}).text
    assert nowhere.count("Choose where they are.") == 2
    assert 'href="#place"' in nowhere
    assert step("receive", "w4", place=str(desk.shop.store), **came) == 303
    assert step("inspect", "w5", **{f"shelf-{line.id}": "x"}) == 422
    found = {f"shelf-{line.id}": "1", f"aside-{line.id}": "1"}
    assert step("inspect", "w6", **found) == 303
    page = owner.get(f"{root}/{wish}").text
    assert "1 on the shelf · 1 aside" in page
    assert "Delivery, because nothing is kept" in page
    assert step("pay", "w7", amount="1.00") == 422
    assert step("pay", "w8", amount=f"{order.total_minor / 100:.2f}") == 303
    with desk.shop.database.reading(desk.shop.scope) as connection:
        refunds = refunds_of(connection, order_id=order.id)
    assert [each.amount_minor for each in refunds] == [order.total_minor]
    assert stands(desk, order).state is ReturnState.REFUNDED
    assert "Nothing comes back" in owner.get(f"{root}/").text
    assert f"{order.number}-R1" in owner.get(f"{root}/?all=1&words={order.number}-r1").text


def test_staff_begin_a_return_for_whoever_calls(desk: Desk, order: OrderRow) -> None:
    (line,) = sold_lines(desk.shop, order)
    owner, page = desk.as_role(Role.OWNER), f"{desk.root}/orders/{order.id}/return"
    assert "Celadon teapot" in owner.get(page).text
    typed = {f"units-{line.id}": "3", f"reason-{line.id}": "damaged", "way": "post"}
    assert owner.post(page, data={"wish": "w1", **typed}).status_code == 422
    typed[f"units-{line.id}"] = "1"
    assert owner.post(page, data={"wish": "w2", **typed}).status_code == 303
    assert owner.post(page, data={"wish": "w2", **typed}).status_code == 303
    found = stands(desk, order)
    assert (found.state, found.way, found.position) == (ReturnState.APPROVED, ReturnWay.POST, 1)
    answer = owner.post(f"{desk.root}/returns/{found.id}/cancel", data={"wish": "w3"})
    assert answer.status_code == 303
    assert stands(desk, order).state is ReturnState.CANCELLED


@pytest.mark.parametrize(
    ("role", "step", "status"),
    [
        (Role.CLERK, "approve", 403),
        (Role.CLERK, "pay", 403),
        (Role.FULFILMENT, "refuse", 403),
        (Role.ACCOUNTANT, "receive", 403),
        (Role.OWNER, "approve", 404),
    ],
)
def test_each_step_is_for_who_may_take_it(desk: Desk, role: Role, step: str, status: int) -> None:
    answer = desk.as_role(role).post(
        f"{desk.root}/returns/{UUID(int=7)}/{step}", data={"wish": "w", "amount": "1"}
    )
    assert answer.status_code == status
