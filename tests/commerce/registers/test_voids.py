"""A void undoes a sale: the level, the ledger, what was found missing, and the promises it broke."""

from collections.abc import Iterator
from random import Random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.checkout.service import refund_order
from commerce.cli.proofs.examination import examine
from commerce.cli.proofs.stock import PROOFS
from commerce.inventory.queries import discrepancies, history, holds_of, levels_of
from commerce.inventory.rows import LevelRow, Units
from commerce.inventory.service import resolve_discrepancy
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.settings import read_settings
from commerce.registers.service import OpenDrawer, void_sale
from tests.support.orders import paid_order
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product
from tests.support.tills import CLERK, cash, command, counter_in, open_register, sell

PRICE = 68800


@pytest.fixture(scope="module")
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server) as made:
        yield made


@pytest.fixture(scope="module")
def durable(shop: Shop) -> Iterator[Durable]:
    client = Durable(shop.database.url)
    yield client
    client.close()


@pytest.fixture(scope="module")
def register(shop: Shop) -> UUID:
    register = counter_in(shop)
    open_register(shop, register)
    return register


def sold(shop: Shop, register: UUID, variant: UUID, units: int) -> UUID:
    sale = command(
        register, variant, total=PRICE * units, tenders=(cash(PRICE * units),), quantity=units
    )
    assert sell(shop, sale) == {"completed": True}
    return sale.id


def void(shop: Shop, durable: Durable, sale: UUID) -> None:
    with shop.database.transaction(shop.scope) as session:
        void_sale(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            sale_id=sale,
            reason="wrong piece",
            actor_id=CLERK,
        )


def level(shop: Shop, variant: UUID) -> LevelRow:
    with shop.database.reading(shop.scope) as connection:
        found = levels_of(connection, variant_ids=[variant])
    return next(
        (each for each in found if each.location_id == shop.store),
        LevelRow(variant, shop.store, 0, 0, 0),
    )


def booked(shop: Shop, variant: UUID) -> int:
    with shop.database.reading(shop.scope) as connection:
        rows = history(connection, variant_id=variant, location_id=shop.store, most=100)
    return sum(row.quantity for row in rows)


def open_questions(shop: Shop, variant: UUID) -> int:
    with shop.database.reading(shop.scope) as connection:
        return sum(row.variant_id == variant for row in discrepancies(connection))


def faults(database_url: str) -> list[str]:
    """Return what the doctor finds wrong with the stock."""
    verdicts = examine(read_settings({}), database_url, proofs=PROOFS)
    return [fault.what for each in verdicts for fault in each.faults]


@given(
    on_hand=st.integers(min_value=0, max_value=6),
    sales=st.lists(st.integers(min_value=1, max_value=12), min_size=1, max_size=3),
    choice=st.randoms(use_true_random=False),
)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_sold_and_voided_leaves_the_books_as_they_were(
    shop: Shop,
    durable: Durable,
    register: UUID,
    *,
    on_hand: int,
    sales: list[int],
    choice: Random,
) -> None:
    variant = stock_product(shop, in_store=on_hand)
    made = [sold(shop, register, variant, units) for units in sales]
    choice.shuffle(made)
    for sale in made:
        void(shop, durable, sale)
    assert level(shop, variant).on_hand == booked(shop, variant) == on_hand
    assert open_questions(shop, variant) == 0


def test_the_doctor_finds_nothing_wrong_with_an_oversold_sale_that_was_voided(
    shop: Shop, durable: Durable, register: UUID
) -> None:
    variant = stock_product(shop, in_store=5)
    void(shop, durable, sold(shop, register, variant, 99))
    assert level(shop, variant).on_hand == 5
    assert faults(shop.database.url) == []


def test_goods_that_somebody_found_come_back_to_the_last_piece(
    shop: Shop, durable: Durable, register: UUID
) -> None:
    variant = stock_product(shop, in_store=1)
    sale = sold(shop, register, variant, 3)
    with shop.database.transaction(shop.scope) as session:
        (question,) = [
            row for row in discrepancies(session.connection()) if row.variant_id == variant
        ]
        resolve_discrepancy(
            session,
            merchant_id=shop.merchant.id,
            discrepancy_id=question.id,
            resolution="two had arrived and were not booked",
            actor_id=CLERK,
        )
    void(shop, durable, sale)
    assert level(shop, variant).on_hand == booked(shop, variant) == 3


def test_a_paid_order_gets_back_the_goods_that_the_sale_had_taken(
    shop: Shop, durable: Durable, register: UUID
) -> None:
    variant = stock_product(shop, in_store=2)
    order = paid_order(shop, durable, (variant, 2))
    sale = sold(shop, register, variant, 1)
    assert level(shop, variant).held == 1
    void(shop, durable, sale)
    with shop.database.reading(shop.scope) as connection:
        (hold,) = holds_of(connection, owner_id=order.id)
    assert hold.quantity == 2
    assert (level(shop, variant).on_hand, level(shop, variant).held) == (2, 2)
    assert open_questions(shop, variant) == 0
    assert faults(shop.database.url) == []


def test_a_void_gives_the_goods_back_although_somebody_has_looked_into_it(
    shop: Shop, durable: Durable, register: UUID
) -> None:
    variant = stock_product(shop, in_store=2)
    order = paid_order(shop, durable, (variant, 2))
    sale = sold(shop, register, variant, 1)
    with shop.database.transaction(shop.scope) as session:
        (question,) = [
            row for row in discrepancies(session.connection()) if row.variant_id == variant
        ]
        resolve_discrepancy(
            session,
            merchant_id=shop.merchant.id,
            discrepancy_id=question.id,
            resolution="the web order waits",
            actor_id=CLERK,
        )
    void(shop, durable, sale)
    assert held(shop, order.id) == 2


def test_goods_that_are_returned_go_to_the_paid_order_they_were_taken_from(
    shop: Shop, durable: Durable, register: UUID
) -> None:
    variant = stock_product(shop, in_store=3)
    order = paid_order(shop, durable, (variant, 3))
    sale = sold(shop, register, variant, 2)
    assert held(shop, order.id) == 1
    for whole, left in ((2, 1), (3, 0)):
        with shop.database.transaction(shop.scope) as session:
            refund_order(
                session,
                durable=durable,
                merchant_id=shop.merchant.id,
                order_id=sale,
                request_id=new_id(),
                amount=Money(PRICE, "CNY"),
                reason="changed their mind",
                returned=[Units(variant, shop.store, 1)],
                actor_id=CLERK,
                drawer=OpenDrawer(shop.merchant.id, register, "changed their mind", CLERK),
            )
        assert held(shop, order.id) == whole
        assert open_questions(shop, variant) == left
    with shop.database.reading(shop.scope) as connection:
        told = discrepancies(connection, with_resolved=True)
    assert next(e.resolution for e in told if e.variant_id == variant) == "goods-came-back"


def held(shop: Shop, order: UUID) -> int:
    with shop.database.reading(shop.scope) as connection:
        return sum(hold.quantity for hold in holds_of(connection, owner_id=order))
