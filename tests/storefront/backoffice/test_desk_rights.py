"""What customers may ask of a merchant: a copy of everything, and to be forgotten."""

import json
import re
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.checkout.service import goods_of
from commerce.customers.queries import search_customers
from commerce.customers.service import remember_customer
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from commerce.mail.links import PLACE, SecretLink
from commerce.mail.service import queue_mail
from commerce.orders.queries import order_by_id
from commerce.park.origin import Origin
from commerce.park.permissions import Role
from commerce.park.queries.security_log import list_security_events
from commerce.park.service.shopper_sessions import open_shopper_session
from commerce.payments.queries import payments_of
from commerce.web.idempotency import keep, make_claim
from tests.storefront.desk import Desk
from tests.support.letters import letters_as_read
from tests.support.park import create_merchant
from tests.support.shop import stock_product


def buy(desk: Desk) -> tuple[UUID, UUID]:
    """Let somebody buy a teapot; return the order and the customer."""
    order = desk.paid_order((stock_product(desk.shop, in_warehouse=5), 1))
    with desk.shop.database.transaction(desk.shop.scope) as session:
        person = remember_customer(
            session,
            merchant_id=desk.shop.merchant.id,
            email=order.email,
            name="Lin Wei",
            locale="en",
        )
    return order.id, person.id


def send(desk: Desk, order_id: UUID) -> None:
    form = {"wish": str(new_id()), "location": str(desk.shop.warehouse), "tracking": ""}
    client = desk.as_role(Role.FULFILMENT)
    assert client.post(f"{desk.root}/orders/{order_id}/ship", data=form).status_code == 303


def actions(desk: Desk) -> list[str]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        events = list_security_events(connection, merchant_id=desk.shop.merchant.id)
    return [event.action for event in events]


def everything(desk: Desk) -> str:
    """Return every row of every table, processes in the background too, as a copy shows them."""
    with desk.shop.database.reading(Scope.park()) as connection:
        tables = connection.execute(
            text(
                "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'dbos')"
                " AND tablename <> 'alembic_version' AND tablename <> 'dbos_migrations'"
            )
        ).all()
        return "\n".join(
            row
            for table in tables
            for row in connection.scalars(
                text(f'SELECT t::text FROM "{table.schemaname}"."{table.tablename}" t')
            )
        )


def tell_others(desk: Desk, order_id: UUID) -> None:
    """Let a program be answered about an order, and its letter go to a friend of the buyer's."""
    order, merchant_id = desk.order(order_id), desk.shop.merchant.id
    program = make_claim(
        merchant_id=merchant_id,
        caller=new_id(),
        key="k",
        method="POST",
        path="/api/v1/shop/carts/order",
        body=b"",
    )
    answer = {"token": f"order:{order.id}", "name": "Lin Wei of Nanjing Road"}
    with desk.shop.database.transaction(desk.shop.scope) as session:
        keep(session, program, status=201, body=json.dumps(answer))
        for template in ("order-confirmation", "till-receipt"):
            queue_mail(
                session,
                merchant_id=merchant_id,
                template=template,
                about=order_id,
                to="friend@example.com",
                locale="en",
                subject="An order",
                text="To Lin Wei of Nanjing Road",
                order_id=order_id,
            )


def test_a_copy_holds_what_programs_and_others_were_told(desk: Desk) -> None:
    order_id, customer_id = buy(desk)
    tell_others(desk, order_id)
    answer = desk.as_role(Role.OWNER).post(f"{desk.root}/customers/{customer_id}/file")
    told = json.loads(answer.data)
    assert [each["answer"]["name"] for each in told["programs"]] == ["Lin Wei of Nanjing Road"]
    assert {each["to"] for each in told["letters"]} == {"friend@example.com"}
    assert told["carts"][0]["address"] == desk.order(order_id).ship_to


def test_a_copy_holds_everything_and_is_noted(desk: Desk) -> None:
    order_id, customer_id = buy(desk)
    answer = desk.as_role(Role.OWNER).post(f"{desk.root}/customers/{customer_id}/file")
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    told = json.loads(answer.data)
    order = desk.order(order_id)
    assert told["person"]["email"] == order.email
    (only,) = told["orders"]
    assert (only["number"], only["total_minor"]) == (order.number, order.total_minor)
    assert only["lines"][0]["name"] == "Celadon teapot"
    assert only["address"] == order.ship_to
    assert "customer-disclosed" in actions(desk)


def test_a_copy_lets_nobody_in_who_asks_for_it(desk: Desk) -> None:
    """A customer may have the address of a colleague, who forgot the password of the desk."""
    owner = desk.as_role(Role.OWNER)
    email = f"{Role.OWNER}-here@porcelain.example"
    with desk.shop.database.transaction(desk.shop.scope) as session:
        person = remember_customer(
            session, merchant_id=desk.shop.merchant.id, email=email, name="", locale="en"
        )
        queue_mail(
            session,
            merchant_id=desk.shop.merchant.id,
            template="account-open",
            about=new_id(),
            to=email,
            locale="en",
            subject="Open your account",
            text=f"Open this link: {PLACE}",
            link=SecretLink("http://localhost/account/link/secret-of-the-account", desk.vault),
        )
    owner.post("/signin/forgotten", data={"email": email})
    *_others, reset = letters_as_read(desk.shop.database, desk.vault)
    (token,) = re.findall(r"/signin/reset/(\S+)", reset.text)

    answer = owner.post(f"{desk.root}/customers/{person.id}/file")

    (told,) = json.loads(answer.data)["letters"]
    assert told["text"] == f"Open this link: {PLACE}"
    assert "secret-of-the-account" not in answer.text
    assert "signin" not in answer.text
    everywhere = everything(desk)
    assert token not in everywhere
    assert "secret-of-the-account" not in everywhere


def test_a_copy_leaves_the_house_only_with_an_owner_who_proved_it_lately(desk: Desk) -> None:
    _order, customer_id = buy(desk)
    url = f"{desk.root}/customers/{customer_id}/file"
    manager = desk.as_role(Role.MANAGER)
    assert manager.post(url).status_code == 403
    assert url not in manager.get(f"{desk.root}/customers/{customer_id}").text
    owner = desk.as_role(Role.OWNER)
    assert url in owner.get(f"{desk.root}/customers/{customer_id}").text
    desk.let_proofs_age()
    asked = owner.post(url, content_type="application/x-www-form-urlencoded")
    assert "Is it you?" in asked.text
    assert "customer-disclosed" not in actions(desk)


def test_the_page_before_says_what_stays_and_changes_nothing(desk: Desk) -> None:
    order_id, customer_id = buy(desk)
    page = desk.as_role(Role.OWNER).get(f"{desk.root}/customers/{customer_id}/forget").text
    assert "E-Commerce Law art. 31" in page
    assert desk.order(order_id).email


def test_a_forgotten_person_leaves_orders_without_a_name(desk: Desk) -> None:
    order_id, customer_id = buy(desk)
    send(desk, order_id)
    before = desk.order(order_id)
    with desk.shop.database.transaction(desk.shop.scope) as session:
        session.execute(
            text("UPDATE sales_order SET note = 'ring twice' WHERE id = :id"), {"id": order_id}
        )
    client = desk.as_role(Role.OWNER)
    url = f"{desk.root}/customers/{customer_id}"
    assert client.post(f"{url}/forget", data={"asked": "y"}).status_code == 303
    after = desk.order(order_id)
    assert (after.email, after.note) == ("", "")
    assert after.ship_to is not None
    kept = {name: value for name, value in after.ship_to.items() if value}
    assert kept.keys() <= {"country", "region"}
    assert kept["country"] == "CN"
    assert (after.number, after.total_minor, after.tax_minor) == (
        before.number,
        before.total_minor,
        before.tax_minor,
    )
    with desk.shop.database.reading(desk.shop.scope) as connection:
        assert payments_of(connection, order_id=order_id)[0].captured_minor == before.total_minor
        assert search_customers(connection) == ()
    assert "customer-erased" in actions(desk)
    page = client.get(url).text
    assert before.email not in page
    assert "asked to be forgotten" in page
    assert "Customer forgotten" in page
    assert client.get(f"{desk.root}/orders/{order_id}").status_code == 200


def test_no_personal_word_of_the_forgotten_is_left_in_any_table(desk: Desk) -> None:
    order_id, customer_id = buy(desk)
    send(desk, order_id)
    email = desk.order(order_id).email
    tell_others(desk, order_id)
    with desk.shop.database.transaction(desk.shop.scope) as session:
        open_shopper_session(
            session,
            merchant_id=desk.shop.merchant.id,
            customer_id=customer_id,
            origin=Origin(address="198.51.100.77", user_agent="Browser of the shopper"),
            now=utc_now(),
        )
    client = desk.as_role(Role.OWNER)
    client.post(f"{desk.root}/customers/{customer_id}/forget", data={"asked": "y"})
    rows = everything(desk).casefold()
    for word in (
        email,
        "198.51.100.77",
        "Browser of the shopper",
        "friend@example.com",
        "Lin Wei of Nanjing Road",
    ):
        assert word.casefold() not in rows


def test_nobody_is_forgotten_while_goods_are_owed(desk: Desk) -> None:
    order_id, customer_id = buy(desk)
    client = desk.as_role(Role.OWNER)
    answer = client.post(f"{desk.root}/customers/{customer_id}/forget", data={"asked": "y"})
    assert answer.status_code == 422
    assert desk.order(order_id).number in answer.text
    assert desk.order(order_id).email
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (goods,) = goods_of(connection, order_id=order_id)
    some = {"wish": str(new_id()), "amount": "1.00", "reason": "x", f"less-{goods.variant_id}": "1"}
    client.post(f"{desk.root}/orders/{order_id}/refund", data=some)
    answer = client.post(f"{desk.root}/customers/{customer_id}/forget", data={"asked": "y"})
    assert "choose “Close the order” first" in answer.text


def test_without_the_tick_nothing_happens(desk: Desk) -> None:
    order_id, customer_id = buy(desk)
    send(desk, order_id)
    answer = desk.as_role(Role.OWNER).post(f"{desk.root}/customers/{customer_id}/forget")
    assert answer.status_code == 422
    assert desk.order(order_id).email


@pytest.mark.parametrize("path", ["file", "forget"])
def test_another_merchant_can_neither_copy_nor_forget_our_customers(desk: Desk, path: str) -> None:
    order_id, customer_id = buy(desk)
    send(desk, order_id)
    elsewhere = create_merchant(desk.shop.database, slug="harbour-imports")
    client = desk.as_role(Role.OWNER, merchant_id=elsewhere)
    url = f"/desk/harbour-imports/customers/{customer_id}/{path}"
    assert client.post(url, data={"asked": "y"}).status_code == 404
    with desk.shop.database.reading(desk.shop.scope) as connection:
        order = order_by_id(connection, order_id=order_id)
    assert order is not None
    assert order.email
    assert "customer-erased" not in actions(desk)


def test_a_clerk_may_do_neither(desk: Desk) -> None:
    _order, customer_id = buy(desk)
    client = desk.as_role(Role.CLERK)
    assert client.post(f"{desk.root}/customers/{customer_id}/file").status_code == 403
    assert client.get(f"{desk.root}/customers/{customer_id}/forget").status_code == 403
