"""Two people at the same moment: one is first, the other is told, and no unit is lost or doubled."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from commerce.inventory.errors import (
    CountClosedError,
    LinesRefusedError,
    TransferNotDraftError,
    TransferNotSentError,
)
from commerce.inventory.queries import discrepancies
from commerce.inventory.rows import Arrived, Portion, Units
from commerce.inventory.service import (
    approve_count,
    cancel_transfer,
    draft_transfer,
    enter_count,
    keep_lots,
    open_count,
    receive_transfer,
    return_the_rest,
    sell_at_till,
    send_transfer,
    set_aside,
    set_zones,
    write_off_the_rest,
)
from commerce.kernel.ids import new_id
from tests.support.postgres import TestServer
from tests.support.shop import Shop, open_shop, own_shop, stock_product
from tests.support.stockroom import (
    assert_the_doctor_is_silent,
    at_once,
    deed,
    do,
    level_at,
    lots_in,
    read,
    stock_of,
)

ROUNDS = 5


@pytest.fixture(scope="module")
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server, connections=12) as made:
        yield made
        assert_the_doctor_is_silent(made.database)


def drafted(shop: Shop, variant: UUID, units: int = 5) -> UUID:
    terms = {"origin_id": shop.warehouse, "destination_id": shop.store}
    found: UUID = do(shop, draft_transfer, **terms, lines=[Portion(variant, units)])
    return found


def arrival(shop: Shop, transfer: UUID, variant: UUID, units: int, **terms: Any) -> Any:
    terms = {"receipt_id": new_id(), **terms}
    arrived = [Arrived(variant, units)]
    return deed(shop, receive_transfer, transfer_id=transfer, arrived=arrived, **terms)


def test_a_transfer_is_received_once_by_two_people(shop: Shop) -> None:
    for _ in range(ROUNDS):
        variant = stock_product(shop, in_warehouse=5)
        transfer = drafted(shop, variant)
        do(shop, send_transfer, transfer_id=transfer)
        both = at_once(shop, *(arrival(shop, transfer, variant, 5) for _ in range(3)))
        assert both == {"done": 1, TransferNotSentError.__name__: 2}
        assert stock_of(shop, variant) == {"store": 5}


def test_one_receipt_sent_thrice_at_once_is_booked_once(shop: Shop) -> None:
    for _ in range(ROUNDS):
        variant, receipt = stock_product(shop, in_warehouse=5), new_id()
        transfer = drafted(shop, variant)
        do(shop, send_transfer, transfer_id=transfer)
        same = [arrival(shop, transfer, variant, 2, receipt_id=receipt) for _ in range(3)]
        assert at_once(shop, *same) == {"done": 3}
        assert stock_of(shop, variant) == {"store": 2, "transit": 3}


def test_two_parts_that_are_more_than_was_sent_are_not_both_booked(shop: Shop) -> None:
    for _ in range(ROUNDS):
        variant = stock_product(shop, in_warehouse=5)
        transfer = drafted(shop, variant)
        do(shop, send_transfer, transfer_id=transfer)
        parts = (arrival(shop, transfer, variant, 3) for _ in range(2))
        assert at_once(shop, *parts) == {"done": 1, LinesRefusedError.__name__: 1}
        assert stock_of(shop, variant) == {"store": 3, "transit": 2}


def test_a_transfer_is_either_sent_or_cancelled(shop: Shop) -> None:
    for _ in range(ROUNDS):
        variant = stock_product(shop, in_warehouse=5)
        transfer = drafted(shop, variant)
        outcome = at_once(
            shop,
            deed(shop, cancel_transfer, transfer_id=transfer),
            deed(shop, send_transfer, transfer_id=transfer),
            deed(shop, send_transfer, transfer_id=transfer),
        )
        assert outcome == {"done": 1, TransferNotDraftError.__name__: 2}
        assert stock_of(shop, variant) in ({"transit": 5}, {"warehouse": 5})
        assert level_at(shop, variant, shop.warehouse).held == 0


def test_what_never_came_is_lost_or_returned_or_received_and_never_two_of_them(shop: Shop) -> None:
    for _ in range(ROUNDS):
        variant = stock_product(shop, in_warehouse=5)
        transfer = drafted(shop, variant)
        do(shop, send_transfer, transfer_id=transfer)
        outcome = at_once(
            shop,
            deed(shop, write_off_the_rest, transfer_id=transfer, reason="lost"),
            deed(shop, return_the_rest, transfer_id=transfer, reason="came back"),
            arrival(shop, transfer, variant, 5),
        )
        assert outcome == {"done": 1, TransferNotSentError.__name__: 2}
        lost = sum(each.missing for each in read(shop, discrepancies) if each.variant_id == variant)
        assert sum(stock_of(shop, variant).values()) + lost == 5


def test_the_first_goods_that_ever_leave_open_one_transit_place(shop: Shop) -> None:
    fresh = open_shop(shop.database, slug=f"fresh-{new_id().hex[-8:]}")
    variants = [stock_product(fresh, in_warehouse=5) for _ in range(4)]
    sending = [deed(fresh, send_transfer, transfer_id=drafted(fresh, each)) for each in variants]
    assert at_once(fresh, *sending) == {"done": 4}
    assert [stock_of(fresh, each) for each in variants] == [{"transit": 5}] * 4
    first = stock_product(fresh, in_warehouse=5)
    aside = {"location_id": fresh.warehouse, "reason": "wet"}
    wet = [deed(fresh, set_aside, **aside, portions=[Portion(first, 1)]) for _ in range(4)]
    assert at_once(fresh, *wet) == {"done": 4}
    assert stock_of(fresh, first) == {"warehouse": 1, "quarantine": 4}


def test_goods_are_counted_while_they_are_sold(shop: Shop) -> None:
    """Whatever comes first, 2 of 20 were gone before anybody counted: 18 less what was sold."""
    for round_ in range(ROUNDS):
        variant = stock_product(shop, in_store=20)
        do(shop, set_zones, location_id=shop.store, zones={variant: f"R{round_}"})
        sheet = do(shop, open_count, location_id=shop.store, zone=f"R{round_}", tolerance=9)

        def count(session: Any, variant: UUID = variant, sheet: UUID = sheet) -> None:
            # Whoever counts sees the shelf of that moment: what the books say less what is gone.
            place = {"merchant_id": shop.merchant.id, "sheet_id": sheet}
            enter_count(session, **place, variant_id=variant, units=0)
            seen = level_at(shop, variant, shop.store).on_hand - 2
            enter_count(session, **place, variant_id=variant, units=seen)

        line = [Units(variant, shop.store, 1)]
        sales = [deed(shop, sell_at_till, sale_id=new_id(), lines=line) for _ in range(6)]
        assert at_once(shop, count, *sales) == {"done": 7}
        more = [deed(shop, sell_at_till, sale_id=new_id(), lines=line) for _ in range(4)]
        approving = deed(shop, approve_count, sheet_id=sheet)
        assert at_once(shop, approving, approving, *more) == {
            "done": 5,
            CountClosedError.__name__: 1,
        }
        assert stock_of(shop, variant) == {"store": 8}


def test_transfers_that_name_the_same_goods_in_another_order_do_not_block_each_other(
    shop: Shop,
) -> None:
    goods = [stock_product(shop, in_warehouse=40, in_store=40) for _ in range(3)]
    there = {"origin_id": shop.warehouse, "destination_id": shop.store}
    back = {"origin_id": shop.store, "destination_id": shop.warehouse}
    sending = [
        deed(
            shop,
            send_transfer,
            transfer_id=do(
                shop,
                draft_transfer,
                **(there if turn % 2 else back),
                lines=[Portion(each, 2) for each in (goods if turn % 3 else goods[::-1])],
            ),
        )
        for turn in range(8)
    ]
    assert at_once(shop, *sending) == {"done": 8}
    assert all(sum(stock_of(shop, each).values()) == 80 for each in goods)


def test_stock_that_becomes_kept_by_lot_while_it_is_sold_adds_up(shop: Shop) -> None:
    for _ in range(ROUNDS):
        variant = stock_product(shop, in_store=10)
        line = [Units(variant, shop.store, 1)]
        sales = [deed(shop, sell_at_till, sale_id=new_id(), lines=line) for _ in range(5)]
        outcome = at_once(shop, deed(shop, keep_lots, variant_id=variant), *sales)
        assert outcome == {"done": 6}
        assert lots_in(shop, variant) == {("store", ""): 5}
