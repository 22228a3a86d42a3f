"""Messages of payment providers: a hint to ask, acknowledged once everything is written."""

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from commerce.kernel.database import Scope
from commerce.orders.rows import OrderRow, OrderState
from commerce.payments.rows import PaymentRow
from tests.storefront.shop.house import House

ADDRESS = "/webhooks/porcelain-road/card-house"


@pytest.fixture
def waiting(house: House) -> tuple[OrderRow, PaymentRow]:
    """An order whose payment page is open."""
    browser = house.browser()
    house.send_to_germany(browser)
    house.add(browser, house.stock())
    browser.get(house.check_out(browser).location)
    (order,) = house.orders()
    (payment,) = house.payments(order)
    return order, payment


def send(house: House, body: str, *, signature: str = "genuine") -> TestResponse:
    """Send a message as a provider does: no cookie, no browser."""
    client = house.stage.app.test_client()
    return client.post(ADDRESS, data=body, headers={"X-Signature": signature})


def test_a_paid_order_is_placed_though_the_shopper_never_came_back(
    house: House, waiting: tuple[OrderRow, PaymentRow]
) -> None:
    _order, payment = waiting
    house.stage.house.pay(payment.id)
    assert send(house, f"evt_1 {payment.handle}").status_code == 204
    (order,) = house.orders()
    assert order.state is OrderState.PLACED


def test_a_doubled_message_changes_nothing(
    house: House, waiting: tuple[OrderRow, PaymentRow]
) -> None:
    _order, payment = waiting
    house.stage.house.pay(payment.id)
    answers = [send(house, f"evt_1 {payment.handle}").status_code for _ in range(3)]
    assert answers == [204, 204, 204]
    (order,) = house.orders()
    (paid,) = house.payments(order)
    assert (paid.captured_minor, paid.refunding_minor) == (order.total_minor, 0)


def test_a_message_counts_for_nothing_that_the_provider_does_not_confirm(
    house: House, waiting: tuple[OrderRow, PaymentRow]
) -> None:
    _order, payment = waiting
    assert send(house, f"evt_1 {payment.handle}").status_code == 204
    (order,) = house.orders()
    assert order.state is OrderState.AWAITING_PAYMENT


def test_a_forged_message_is_refused_and_leaves_no_trace(
    house: House, waiting: tuple[OrderRow, PaymentRow]
) -> None:
    _order, payment = waiting
    house.stage.house.pay(payment.id)
    assert send(house, f"evt_1 {payment.handle}", signature="forged").status_code == 400
    (order,) = house.orders()
    assert order.state is OrderState.AWAITING_PAYMENT


def test_a_message_that_overtook_our_own_record_is_asked_for_again(house: House) -> None:
    assert send(house, "evt_1 house_unknown").status_code == 503


def test_a_message_about_a_payout_is_kept_once_and_asks_once_for_the_report(house: House) -> None:
    assert [send(house, "evt_7 po_1").status_code for _ in range(3)] == [204] * 3
    assert send(house, "evt_8 po_1", signature="forged").status_code == 400
    with house.shop.database.transaction(house.shop.scope) as session:
        kept = session.execute(text("SELECT event_id, kind FROM webhook_event")).all()
    with house.shop.database.transaction(Scope.park()) as session:
        asked = session.execute(
            text("SELECT count(*) FROM dbos.workflow_status WHERE name = 'ledger.collect'")
        )
        assert asked.scalar_one() == 1
    assert [tuple(each) for each in kept] == [("evt_7", "payout.paid")]


def test_an_endless_message_is_not_read(house: House) -> None:
    assert send(house, "x" * 300_000).status_code == 413
