"""An order is found by number and e-mail address, and not by guessing."""

import pytest

from commerce.orders.rows import OrderRow
from tests.storefront.shop.house import House, order_token
from tests.support.wide import wide


@pytest.fixture
def order(house: House) -> OrderRow:
    """An order of Anna's."""
    browser = house.browser()
    house.send_to_germany(browser)
    house.add(browser, house.stock())
    house.check_out(browser)
    (order,) = house.orders()
    return order


def test_number_and_address_lead_to_the_order(house: House, order: OrderRow) -> None:
    for number in (
        f" #{order.number.lower()} ",
        wide(f"#{order.number}"),
        order.number.replace("-", "ー"),
    ):
        asked = {"number": number, "email": wide("Anna@") + "Example。com"}
        answer = house.browser().post(f"{house.root}/order", data=asked)
        assert answer.location == house.link(order), number


def test_a_wrong_number_and_a_wrong_address_get_the_same_answer(
    house: House, order: OrderRow
) -> None:
    wrong = (
        {"number": order.number, "email": "eve@example.com"},
        {"number": "261123-00000", "email": "anna@example.com"},
    )
    answers = [house.browser().post(f"{house.root}/order", data=form) for form in wrong]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("We know no order with this number" in answer.text for answer in answers)
    assert order_token(order) not in answers[0].text


def test_whoever_guesses_waits_from_wherever_they_come(house: House, order: OrderRow) -> None:
    statuses = [
        house.browser(address=f"198.51.100.{place}")
        .post(f"{house.root}/order", data={"number": order.number, "email": "eve@example.com"})
        .status_code
        for place in range(7)
    ]
    assert statuses[:5] == [422] * 5
    assert statuses[-1] == 429


def test_a_number_is_the_same_number_however_it_is_written(house: House, order: OrderRow) -> None:
    """Each way of writing it once had tries of its own."""
    statuses = [
        house.browser(address=f"198.51.100.{place}")
        .post(
            f"{house.root}/order",
            data={"number": f"{'#' * place} {order.number.lower()}", "email": "eve@example.com"},
        )
        .status_code
        for place in range(7)
    ]
    assert statuses[-1] == 429
