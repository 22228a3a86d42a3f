"""Whose sale it is: found at the counter, covered for clerks, kept with the order."""

from typing import Any
from uuid import UUID

import pytest

from commerce.customers.service import erase_customer, remember_customer
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from commerce.mail.queries import latest_mail
from commerce.orders.queries import orders_of_customer
from tests.pos.counter import MANAGER_PIN, Clerk, Counter, clerk_at, parked_line
from tests.support.park import create_merchant

MEI = {"name": "Mei Lin 林玫", "email": "mei.lin@example.com", "phone": "138 0013 8000"}


@pytest.fixture
def clerk(counter: Counter) -> Clerk:
    made = clerk_at(counter.till())
    made.done("open", {"float_minor": 50000})
    return made


@pytest.fixture
def mei(counter: Counter) -> UUID:
    return known(counter, counter.shop.merchant.id, **MEI)


def known(counter: Counter, merchant: UUID, **facts: str) -> UUID:
    with counter.database.transaction(Scope.merchant(merchant)) as session:
        return remember_customer(session, merchant_id=merchant, **facts).id


def found(clerk: Clerk, words: str) -> list[dict[str, Any]]:
    answer = clerk.client.post("/till/api/customers", json={"badge": clerk.badge, "words": words})
    assert answer.json is not None
    return list(answer.json["customers"])


def sale(counter: Counter, customer: UUID | None) -> dict[str, Any]:
    return {
        "currency": "CNY",
        "total_minor": 68800,
        "lines": [{"variant": str(counter.goods["LQ-POT-320"]), "quantity": 1}],
        "tenders": [{"kind": "cash", "amount_minor": 68800, "tendered_minor": 68800}],
        "customer": str(customer) if customer else None,
    }


@pytest.mark.parametrize(
    "words", ["13800138000", "0138 0013", "+86 138", "mei.lin@", "EXAMPLE.com", "mei l", "林玫"]
)
def test_a_customer_is_found_by_what_they_say_of_themselves(
    clerk: Clerk, mei: UUID, words: str
) -> None:
    assert [each["id"] for each in found(clerk, words)] == [str(mei)]


@pytest.mark.parametrize("words", ["", "me", "林", "@.", "+8 ", "000"])
def test_too_little_leads_through_nobodys_list(clerk: Clerk, mei: UUID, words: str) -> None:
    assert found(clerk, words) == []


def test_a_clerk_sees_a_name_and_covered_addresses(clerk: Clerk, mei: UUID) -> None:
    (seen,) = found(clerk, "mei")
    assert seen == {
        "id": str(mei),
        "name": "Mei Lin 林玫",
        "email": "m•••@example.com",
        "phone": "••• 8000",
        "contact": "m•••@example.com",
        "mails": True,
    }


def test_a_manager_sees_them_in_full(clerk: Clerk, mei: UUID) -> None:
    (seen,) = found(clerk_at(clerk.client, MANAGER_PIN), "mei")
    assert (seen["email"], seen["phone"]) == ("mei.lin@example.com", "+8613800138000")
    assert seen["contact"] == "m•••@example.com"  # what a basket keeps, whoever looks at it


def test_nobody_is_told_without_a_badge(clerk: Clerk, mei: UUID) -> None:
    for badge in ("", "forged.badge"):
        asked = {"badge": badge, "words": "mei"}
        assert clerk.client.post("/till/api/customers", json=asked).status_code == 401


def test_another_merchants_customers_are_nobody_here(counter: Counter, clerk: Clerk) -> None:
    other = create_merchant(counter.database, slug="silk-road")
    theirs = known(counter, other, name="Ada Chen", email="ada@example.com")
    assert found(clerk, "ada") == []
    sold = clerk.done("sale", sale(counter, theirs))
    assert sold["completed"]
    assert clerk.client.get(f"/till/api/sales/{sold['sale']}").json["customer"] is None  # type: ignore[index]  # it is JSON


def test_a_sale_stands_in_the_customers_orders(counter: Counter, clerk: Clerk, mei: UUID) -> None:
    sold = clerk.done("sale", sale(counter, mei))
    with counter.database.reading(counter.shop.scope) as connection:
        (order,) = orders_of_customer(connection, customer_id=mei)
    assert str(order.id) == sold["sale"]


def test_somebody_forgotten_meanwhile_does_not_hold_up_the_sale(
    counter: Counter, clerk: Clerk, mei: UUID
) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        erase_customer(
            session, merchant_id=counter.shop.merchant.id, customer_id=mei, now=utc_now()
        )
    assert clerk.done("sale", sale(counter, mei))["completed"]
    assert found(clerk, "mei") == []


def test_a_receipt_goes_to_the_customer_without_anybody_reading_the_address(
    counter: Counter, clerk: Clerk, mei: UUID
) -> None:
    sold = clerk.done("sale", sale(counter, mei))
    assert clerk.done("letter", {"sale": sold["sale"]})["new"] is True
    with counter.database.reading(counter.shop.scope) as connection:
        (letter,) = latest_mail(connection)
    assert (letter.recipient, letter.template) == ("mei.lin@example.com", "till-receipt")


def test_a_receipt_of_nobody_needs_an_address(counter: Counter, clerk: Clerk) -> None:
    sold = clerk.done("sale", sale(counter, None))
    refused = clerk.send("letter", {"sale": sold["sale"]})
    assert (refused.status_code, refused.json["type"]) == (422, "/api/problems/no-address")


def test_a_parked_basket_keeps_its_customer(clerk: Clerk, mei: UUID) -> None:
    name = new_id()
    lines = [parked_line(new_id())]
    clerk.done("park", {"label": "", "lines": lines, "customer": str(mei)}, name=name)
    listed = clerk.client.get("/till/api/parked").json
    assert listed is not None
    assert listed["baskets"][0]["customer"]["contact"] == "m•••@example.com"
    taken = clerk.done("resume", {"basket": str(name)})
    assert taken["customer"] == str(mei)  # and no name: this answer is kept for good
