"""Goods may be sold before they are there: up to a cap, for a day that is told, and no further."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from commerce.inventory.availability import Earliest, availability, earliest, sold_ahead
from commerce.inventory.errors import AdvanceSaleError, CapBelowPromisedError, OutOfStockError
from commerce.inventory.rows import AdvanceKind, AdvanceTerms, Expected
from commerce.inventory.service import (
    expect,
    expire_ahead,
    firm_up_ahead,
    promise_ahead,
    release_ahead,
    sell_ahead,
    stop_selling_ahead,
)
from commerce.kernel.channel import Channel
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product

TODAY = date(2026, 11, 23)
FRIDAY, SPRING = TODAY + timedelta(days=4), date(2027, 3, 1)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server) as made:
        yield made


def offer(
    shop: Shop,
    variant: UUID,
    *,
    cap: int = 5,
    kind: AdvanceKind = AdvanceKind.BACKORDER,
    on: date | None = None,
    until: date | None = None,
) -> None:
    with shop.database.transaction(shop.scope) as session:
        terms = AdvanceTerms(variant, kind, cap, on, until)
        sell_ahead(session, merchant_id=shop.merchant.id, terms=terms)


def promised(shop: Shop, variant: UUID, units: int, *, expires_at: datetime | None = None) -> UUID:
    owner = new_id()
    with shop.database.transaction(shop.scope) as session:
        promise_ahead(
            session,
            merchant_id=shop.merchant.id,
            owner_id=owner,
            wanted={variant: (units, FRIDAY)},
            today=TODAY,
            expires_at=expires_at,
        )
    return owner


def left(shop: Shop, variant: UUID) -> int | None:
    with shop.database.reading(shop.scope) as connection:
        found = sold_ahead(connection, variant_ids=[variant], today=TODAY).get(variant)
    return found.units if found else None


def soonest(shop: Shop, variant: UUID, units: int) -> Earliest | None:
    with shop.database.reading(shop.scope) as connection:
        known = availability(connection, variant_ids=[variant], channel=Channel.WEB, today=TODAY)
        ahead = sold_ahead(connection, variant_ids=[variant], today=TODAY).get(variant)
    return earliest(known, ahead, variant_id=variant, units=units, today=TODAY)


def announce(shop: Shop, variant: UUID, units: int) -> None:
    with shop.database.transaction(shop.scope) as session:
        expect(
            session,
            merchant_id=shop.merchant.id,
            subject_id=new_id(),
            units=[Expected(variant, shop.warehouse, units, FRIDAY)],
        )


def test_what_is_there_is_promised_for_today_and_the_rest_for_its_day(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=2)
    announce(shop, teapot, 4)
    assert soonest(shop, teapot, 2) == Earliest(TODAY)
    assert soonest(shop, teapot, 3) is None
    offer(shop, teapot, cap=5)
    assert soonest(shop, teapot, 3) == Earliest(FRIDAY, 1, AdvanceKind.BACKORDER)
    assert soonest(shop, teapot, 7) is None
    offer(shop, teapot, cap=5, on=SPRING)
    assert soonest(shop, teapot, 7) == Earliest(SPRING, 5, AdvanceKind.BACKORDER)
    assert soonest(shop, teapot, 8) is None


def test_what_comes_first_is_for_those_who_were_promised_before(shop: Shop) -> None:
    teapot = stock_product(shop)
    announce(shop, teapot, 4)
    offer(shop, teapot, cap=9)
    promised(shop, teapot, 3)
    assert soonest(shop, teapot, 1) == Earliest(FRIDAY, 1, AdvanceKind.BACKORDER)
    assert soonest(shop, teapot, 2) is None


def test_a_preorder_ends_with_its_last_day_and_its_cap(shop: Shop) -> None:
    teapot = stock_product(shop)
    offer(shop, teapot, cap=2, kind=AdvanceKind.PREORDER, on=SPRING, until=TODAY)
    promised(shop, teapot, 1)
    with pytest.raises(OutOfStockError) as refused:
        promised(shop, teapot, 2)
    (short,) = refused.value.shortfalls
    assert (short.variant_id, short.wanted, short.available) == (teapot, 2, 1)
    offer(shop, teapot, cap=2, kind=AdvanceKind.PREORDER, on=SPRING, until=TODAY - timedelta(1))
    assert left(shop, teapot) is None
    with pytest.raises(OutOfStockError):
        promised(shop, teapot, 1)


def test_whoever_is_called_off_makes_room_and_a_stopped_sale_keeps_its_word(shop: Shop) -> None:
    teapot = stock_product(shop)
    offer(shop, teapot, cap=3)
    first, _second = promised(shop, teapot, 2), promised(shop, teapot, 1)
    assert left(shop, teapot) == 0
    with shop.database.transaction(shop.scope) as session:
        assert release_ahead(session, merchant_id=shop.merchant.id, owner_id=first) == 2
        assert release_ahead(session, merchant_id=shop.merchant.id, owner_id=first) == 0
    assert left(shop, teapot) == 2
    with shop.database.transaction(shop.scope) as session:
        stop_selling_ahead(session, merchant_id=shop.merchant.id, variant_id=teapot)
    assert left(shop, teapot) is None
    offer(shop, teapot, cap=1)
    assert left(shop, teapot) == 0


def test_promises_without_money_end_and_paid_ones_do_not(shop: Shop) -> None:
    teapot = stock_product(shop)
    offer(shop, teapot, cap=3)
    unpaid = promised(shop, teapot, 1, expires_at=NOON)
    paid = promised(shop, teapot, 1, expires_at=NOON)
    with shop.database.transaction(shop.scope) as session:
        firm_up_ahead(session, merchant_id=shop.merchant.id, owner_id=paid)
    with shop.database.transaction(Scope.park()) as session:
        assert expire_ahead(session, now=NOON - timedelta(seconds=1)) == []
        assert expire_ahead(session, now=NOON) == [(shop.merchant.id, unpaid)]
    assert left(shop, teapot) == 2


def test_terms_that_cannot_be_are_refused(shop: Shop) -> None:
    teapot = stock_product(shop)
    with pytest.raises(AdvanceSaleError):
        offer(shop, teapot, cap=0)
    with pytest.raises(AdvanceSaleError):
        offer(shop, teapot, kind=AdvanceKind.PREORDER)
    offer(shop, teapot, cap=3)
    promised(shop, teapot, 3)
    with pytest.raises(CapBelowPromisedError):
        offer(shop, teapot, cap=2)


def test_many_at_once_are_promised_no_more_than_the_cap(shop: Shop) -> None:
    teapot = stock_product(shop)
    offer(shop, teapot, cap=4)

    def buy(_number: int) -> bool:
        try:
            promised(shop, teapot, 1)
        except OutOfStockError:
            return False
        return True

    with ThreadPoolExecutor(6) as buyers:
        outcomes = list(buyers.map(buy, range(12)))
    assert (outcomes.count(True), left(shop, teapot)) == (4, 0)
