"""Promises: nobody is promised what somebody else was promised."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest

from commerce.inventory.errors import HoldLostError, OutOfStockError, StockBelowHeldError
from commerce.inventory.queries import (
    available_online,
    discrepancies,
    history,
    holds_of,
    levels_of,
)
from commerce.inventory.rows import LevelRow, MovementKind, Stage, Units
from commerce.inventory.service import (
    adjust_stock,
    count_stock,
    expire_holds,
    firm_up_holds,
    release_holds,
    reserve,
    sell_at_till,
    set_safety_stock,
    ship_held,
)
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product


@pytest.fixture
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server, connections=12) as made:
        yield made


def hold(
    shop: Shop,
    variant: UUID,
    units: int,
    *,
    stage: Stage = Stage.PAYMENT,
    owner: UUID | None = None,
) -> UUID:
    owner = owner or new_id()
    expiring = stage in {Stage.CART, Stage.PAYMENT}
    with shop.database.transaction(shop.scope) as session:
        reserve(
            session,
            merchant_id=shop.merchant.id,
            owner_id=owner,
            lines=[Units(variant, shop.warehouse, units)],
            stage=stage,
            expires_at=utc_now() + timedelta(minutes=30) if expiring else None,
        )
    return owner


def level(shop: Shop, variant: UUID) -> LevelRow:
    with shop.database.reading(shop.scope) as connection:
        (found,) = levels_of(connection, variant_ids=[variant])
    return found


def test_a_hold_takes_units_from_what_can_be_promised(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    hold(shop, variant, 3)
    assert level(shop, variant).available == 2
    assert level(shop, variant).on_hand == 5


def test_more_than_there_is_cannot_be_held_and_the_error_names_every_line(shop: Shop) -> None:
    plenty, scarce, none = (stock_product(shop, in_warehouse=n) for n in (9, 1, 0))
    with pytest.raises(OutOfStockError) as caught, shop.database.transaction(shop.scope) as session:
        reserve(
            session,
            merchant_id=shop.merchant.id,
            owner_id=new_id(),
            lines=[Units(v, shop.warehouse, 2) for v in (plenty, scarce, none)],
            stage=Stage.PLACED,
            expires_at=None,
        )
    short = {s.variant_id: (s.wanted, s.available) for s in caught.value.shortfalls}
    assert short == {scarce: (2, 1), none: (2, 0)}
    assert level(shop, plenty).held == 0


def test_safety_stock_is_kept_back_from_promises(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    with shop.database.transaction(shop.scope) as session:
        set_safety_stock(
            session,
            merchant_id=shop.merchant.id,
            variant_id=variant,
            location_id=shop.warehouse,
            units=4,
        )
    with shop.database.reading(shop.scope) as connection:
        assert available_online(connection, variant_ids=[variant]) == {variant: 1}
    with pytest.raises(OutOfStockError):
        hold(shop, variant, 2)


def test_released_units_can_be_promised_again(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=2)
    owner = hold(shop, variant, 2)
    with shop.database.transaction(shop.scope) as session:
        assert release_holds(session, merchant_id=shop.merchant.id, owner_id=owner) == 2
    assert level(shop, variant).held == 0


def test_an_expired_hold_gives_its_units_back_and_a_paid_one_stays(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    unpaid = hold(shop, variant, 2)
    paid = hold(shop, variant, 1, stage=Stage.PLACED)
    with shop.database.transaction(Scope.park()) as session:
        ended = expire_holds(session, now=utc_now() + timedelta(hours=1))
    assert ended == [(shop.merchant.id, unpaid)]
    assert level(shop, variant).held == 1
    with shop.database.reading(shop.scope) as connection:
        assert [row.quantity for row in holds_of(connection, owner_id=paid)] == [1]


def test_an_expired_promise_cannot_be_made_firm(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    owner = hold(shop, variant, 2)
    with shop.database.transaction(Scope.park()) as session:
        expire_holds(session, now=utc_now() + timedelta(hours=1))
    with pytest.raises(HoldLostError), shop.database.transaction(shop.scope) as session:
        firm_up_holds(
            session,
            merchant_id=shop.merchant.id,
            owner_id=owner,
            stage=Stage.PLACED,
            expected=1,
        )


def test_what_is_shipped_leaves_on_hand_and_the_promise(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    owner = hold(shop, variant, 2, stage=Stage.PLACED)
    with shop.database.transaction(shop.scope) as session:
        ship_held(session, merchant_id=shop.merchant.id, owner_id=owner, location_id=shop.warehouse)
    assert (level(shop, variant).on_hand, level(shop, variant).held) == (3, 0)
    with pytest.raises(HoldLostError), shop.database.transaction(shop.scope) as session:
        ship_held(session, merchant_id=shop.merchant.id, owner_id=owner, location_id=shop.warehouse)


def test_a_count_below_what_is_promised_is_refused(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    hold(shop, variant, 3)
    with pytest.raises(StockBelowHeldError), shop.database.transaction(shop.scope) as session:
        count_stock(
            session,
            merchant_id=shop.merchant.id,
            variant_id=variant,
            location_id=shop.warehouse,
            on_hand=2,
            reason="stocktake",
        )


def test_the_ledger_tells_every_change_with_its_reason(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    with shop.database.transaction(shop.scope) as session:
        adjust_stock(
            session,
            merchant_id=shop.merchant.id,
            variant_id=variant,
            location_id=shop.warehouse,
            change=-1,
            kind=MovementKind.DAMAGED,
            reason="dropped",
        )
    with shop.database.reading(shop.scope) as connection:
        rows = history(connection, variant_id=variant, location_id=shop.warehouse)
    assert [(row.kind, row.quantity, row.reason) for row in rows] == [
        (MovementKind.DAMAGED, -1, "dropped"),
        (MovementKind.OPENING, 5, "test"),
    ]


def sell(shop: Shop, variant: UUID, units: int) -> UUID:
    sale = new_id()
    with shop.database.transaction(shop.scope) as session:
        sell_at_till(
            session,
            merchant_id=shop.merchant.id,
            sale_id=sale,
            lines=[Units(variant, shop.warehouse, units)],
        )
    return sale


def test_a_till_sells_what_the_level_denies_and_says_so(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=1)
    sale = sell(shop, variant, 3)
    assert level(shop, variant).on_hand == 0
    with shop.database.reading(shop.scope) as connection:
        (row,) = discrepancies(connection)
    assert (row.sale_id, row.missing, row.displaced) == (sale, 2, 0)


def test_goods_that_left_the_store_displace_the_weakest_promise_first(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=3)
    oldest = hold(shop, variant, 1, stage=Stage.PLACED)
    newer = hold(shop, variant, 1, stage=Stage.PLACED)
    unpaid = hold(shop, variant, 1, stage=Stage.PAYMENT)
    sell(shop, variant, 2)
    with shop.database.reading(shop.scope) as connection:
        kept = [bool(holds_of(connection, owner_id=o)) for o in (oldest, newer, unpaid)]
        displaced = {row.displaced_owner_id for row in discrepancies(connection)}
    assert kept == [True, False, False]
    assert displaced == {newer, unpaid}
    assert (level(shop, variant).on_hand, level(shop, variant).held) == (1, 1)


@pytest.mark.race
def test_of_many_buyers_exactly_as_many_get_goods_as_there_are(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=4)
    outcomes = race(10, lambda: hold(shop, variant, 1, stage=Stage.PLACED), expect=OutOfStockError)
    assert (outcomes.count("done"), outcomes.count("refused")) == (4, 6)
    assert level(shop, variant).available == 0


@pytest.mark.race
def test_lines_in_any_order_do_not_deadlock(shop: Shop) -> None:
    variants = [stock_product(shop, in_warehouse=1000) for _ in range(6)]
    turns = [variants, variants[::-1], variants[3:] + variants[:3]]

    def buy(turn: list[UUID]) -> None:
        for _ in range(10):
            with shop.database.transaction(shop.scope) as session:
                reserve(
                    session,
                    merchant_id=shop.merchant.id,
                    owner_id=new_id(),
                    lines=[Units(v, shop.warehouse, 1) for v in turn],
                    stage=Stage.PLACED,
                    expires_at=None,
                )

    threads = [Thread(target=buy, args=(turns[i % 3],)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {level(shop, v).held for v in variants} == {80}


def race(buyers: int, attempt: object, *, expect: type[Exception]) -> list[str]:
    gate, outcomes = Barrier(buyers), []

    def run() -> None:
        gate.wait()
        try:
            attempt()  # type: ignore[operator]
        except expect:
            outcomes.append("refused")
        else:
            outcomes.append("done")

    threads = [Thread(target=run) for _ in range(buyers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
