"""Links and cookies that were given out before tokens were derived still open, and are kept nowhere."""

import json
from collections.abc import Iterator
from contextlib import closing
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.checkout.queries import cart_by_token
from commerce.kernel import migrate
from commerce.kernel.bearer import ORDER_PLACE, Opens, brought_back, put_away, read_token, token_of
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.kernel.vault import Vault
from commerce.mail.service import queue_mail
from commerce.orders.queries import order_by_token
from commerce.web.idempotency import keep, make_claim
from tests.support.orders import fill_cart, place
from tests.support.postgres import TestServer
from tests.support.shop import Shop, open_shop, stock_product

VAULT = Vault(b"a secret of these tests, 32 bytes")


@pytest.fixture
def url(postgres_server: TestServer) -> Iterator[str]:
    with postgres_server.database() as url:
        yield url


def write_about(shop: Shop, order: UUID, cart: UUID) -> None:
    """Keep what programs were answered, a letter and a journey to the payment page."""
    answers = {
        "orders": token_of(VAULT, Opens.ORDER, order),
        "carts": token_of(VAULT, Opens.CART, cart),
    }
    with shop.database.transaction(shop.scope) as session:
        for folder, token in answers.items():
            claim = make_claim(
                merchant_id=shop.merchant.id,
                caller=new_id(),
                key=folder,
                method="POST",
                path="/",
                body=b"",
            )
            body = json.dumps({"token": token, "url": f"/api/v1/shop/{folder}/{token}"})
            keep(session, claim, status=201, body=put_away(VAULT, body))
        queue_mail(
            session,
            merchant_id=shop.merchant.id,
            template="order-confirmation",
            about=order,
            to="lin@example.com",
            locale="en",
            subject="Your order",
            text=f"/order/{ORDER_PLACE}",
            html=f'<a href="/order/{ORDER_PLACE}">',
            order_id=order,
        )
        session.execute(
            text(
                "UPDATE payment SET journey = jsonb_build_object('return_url', CAST(:there AS text))"
            ),
            {"there": f"/order/{ORDER_PLACE}/paid"},
        )


def kept(url: str) -> str:
    """Return all that could hold a token."""
    with closing(Database(url)) as database, database.reading(Scope.park()) as connection:
        return "\n".join(
            row
            for table in ("cart", "sales_order", "kept_answer", "outgoing_mail", "payment")
            for row in connection.scalars(text(f"SELECT t::text FROM {table} t ORDER BY t.id"))
        )


def tokens(url: str) -> tuple[str, str]:
    with closing(Database(url)) as database, database.reading(Scope.park()) as connection:
        cart, order = (
            connection.execute(text(f"SELECT token FROM {table}")).scalar_one()
            for table in ("cart", "sales_order")
        )
    return cart, order


def test_old_links_open_and_nothing_holds_them(url: str) -> None:
    with closing(Database(url, connections=2)) as database:
        shop = open_shop(database)
        cart = fill_cart(shop, (stock_product(shop, in_store=3), 1))
        order = place(shop, cart).order
        write_about(shop, order.id, cart.id)
    migrate.downgrade(url, to="0021")
    of_cart, of_order = tokens(url)
    assert (len(of_cart), len(of_order)) == (43, 43)
    earlier = kept(url)
    assert (earlier.count(of_cart), earlier.count(of_order)) == (3, 6)
    migrate.upgrade(url)
    for token in (of_cart, of_order):
        assert token not in kept(url)
    assert kept(url).count(ORDER_PLACE) == 3
    with closing(Database(url)) as database, database.reading(shop.scope) as connection:
        for token in (of_order, token_of(VAULT, Opens.ORDER, order.id)):
            found = order_by_token(connection, token=read_token(VAULT, Opens.ORDER, token))
            assert found is not None
            assert found.id == order.id
        held = cart_by_token(connection, token=read_token(VAULT, Opens.CART, of_cart))
        assert held is not None
        assert held.id == cart.id
        assert order_by_token(connection, token=read_token(VAULT, Opens.ORDER, of_cart)) is None
        bodies = connection.scalars(text("SELECT body FROM kept_answer ORDER BY key"))
        answers = [json.loads(brought_back(VAULT, body)) for body in bodies]
    assert [each["token"] for each in answers] == [
        token_of(VAULT, Opens.CART, cart.id),
        token_of(VAULT, Opens.ORDER, order.id),
    ]
