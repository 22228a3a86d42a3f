"""What happens to money is booked with the statement that makes it happen, and never changed."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.migrate import downgrade, upgrade
from commerce.kernel.money import Money
from commerce.ledger.queries.entries import entries
from commerce.ledger.rows import EntryRow
from commerce.payments.service import request_refund, settle_refund
from commerce.registers.service import close_shift, move_cash, void_sale
from tests.support.ledger import LONG_AGO, assert_the_books_are_sound, held
from tests.support.orders import paid_order
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product
from tests.support.tills import CLERK, cash, command, counter_in, open_register, sell

PRICE = 68800
DELIVERY = 1000


@pytest.fixture
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server) as made:
        yield made


def trade(shop: Shop) -> None:
    """Sell in the web shop and give some back; sell at a till, take one back, and count short."""
    at = {"merchant_id": shop.merchant.id}
    variant, register = stock_product(shop, in_warehouse=9, in_store=9), counter_in(shop)
    with closing(Durable(shop.database.url)) as durable:
        order = paid_order(shop, durable, (variant, 1))
        open_register(shop, register, float_minor=50000)
        kept = command(register, variant, total=PRICE, tenders=(cash(PRICE, 70000),))
        voided = command(register, variant, total=PRICE, tenders=(cash(PRICE),))
        sell(shop, kept)
        sell(shop, voided)
        with shop.database.transaction(shop.scope) as session:
            payment = session.execute(
                text("SELECT id FROM payment WHERE order_id = :order"), {"order": order.id}
            ).scalar_one()
            refund = request_refund(
                session,
                **at,
                payment_id=payment,
                request_id=new_id(),
                amount=Money(8800, "CNY"),
                reason="chipped",
                actor_id=None,
            )
            assert refund is not None
            settle_refund(session, **at, refund_id=refund, done=True)
            void_sale(
                session, **at, durable=durable, sale_id=voided.id, reason="wrong", actor_id=CLERK
            )
    for amount, reason in ((10000, "coins"), (-30000, "to the safe")):
        with shop.database.transaction(shop.scope) as session:
            move_cash(
                session,
                **at,
                register_id=register,
                amount_minor=amount,
                reason=reason,
                actor_id=CLERK,
            )
    assert held(shop, "cash")["drawer"] == 50000 + PRICE + 10000 - 30000
    with shop.database.transaction(shop.scope) as session:
        counted = Money(50000 + PRICE + 10000 - 30000 - 200, "CNY")
        close_shift(session, **at, register_id=register, counted=counted, actor_id=CLERK)


def test_a_day_of_both_counters_stands_in_the_books(shop: Shop) -> None:
    trade(shop)
    (web,) = {each.provider for each in booked(shop)} - {"cash"}
    assert held(shop, web) == {
        "clearing": PRICE + DELIVERY - 8800,
        "takings": -PRICE - DELIVERY,
        "refunds": 8800,
    }
    assert held(shop, "cash") == {
        "takings": -2 * PRICE,
        "refunds": PRICE,
        "safe": PRICE - 200,
        "cash_differences": 200,
    }
    assert_the_books_are_sound(shop.database)


def test_what_happened_before_the_ledger_is_booked_by_its_migration(shop: Shop) -> None:
    trade(shop)
    before = sorted(told(shop))
    downgrade(shop.database.url, to="0041")
    upgrade(shop.database.url)
    assert sorted(told(shop)) == before


def test_nobody_changes_or_deletes_an_entry(shop: Shop) -> None:
    trade(shop)
    engine = create_engine(shop.database.url)
    for verb in ("UPDATE money_entry SET amount_minor = 1", "DELETE FROM money_entry"):
        with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
            connection.execute(text(verb))
        with (
            pytest.raises(DBAPIError, match="permission denied"),
            shop.database.transaction(Scope.park()) as session,
        ):
            session.execute(text(verb))
    engine.dispose()


def booked(shop: Shop) -> tuple[EntryRow, ...]:
    with shop.database.reading(shop.scope) as connection:
        return entries(connection, since=LONG_AGO, until=utc_now(), most=100)


def told(shop: Shop) -> list[tuple[Any, ...]]:
    return [
        (each.at, each.kind, each.debit, each.credit, each.amount_minor, each.order_number or "")
        for each in booked(shop)
    ]
