"""What may be promised where, now and on a later day."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest

from commerce.inventory.availability import Availability, availability, first_day_of_all
from commerce.inventory.errors import CoordinatesError, InboundUnitsError
from commerce.inventory.queries import locations
from commerce.inventory.rows import Expected, Stage, Units
from commerce.inventory.service import (
    add_location,
    expect,
    expected_no_more,
    reserve,
    set_safety_stock,
)
from commerce.kernel.channel import Channel
from commerce.kernel.ids import new_id
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product
from tests.support.statements import statements_sent

TODAY = date(2026, 11, 23)
FRIDAY, MONDAY = TODAY + timedelta(days=4), TODAY + timedelta(days=7)


@pytest.fixture(scope="module")
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server) as made:
        yield made


def known(shop: Shop, *variants: UUID, channel: Channel = Channel.WEB) -> tuple[Availability, ...]:
    with shop.database.reading(shop.scope) as connection:
        return availability(connection, variant_ids=variants, channel=channel, today=TODAY)


def announce(shop: Shop, subject: UUID, *units: Expected) -> None:
    with shop.database.transaction(shop.scope) as session:
        expect(session, merchant_id=shop.merchant.id, subject_id=subject, units=units)


def test_what_is_held_and_kept_for_safety_is_not_available(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=9)
    with shop.database.transaction(shop.scope) as session:
        reserve(
            session,
            merchant_id=shop.merchant.id,
            owner_id=new_id(),
            lines=[Units(teapot, shop.warehouse, 3)],
            stage=Stage.PLACED,
            expires_at=None,
        )
        set_safety_stock(
            session,
            merchant_id=shop.merchant.id,
            variant_id=teapot,
            location_id=shop.warehouse,
            units=2,
        )
    (level,) = known(shop, teapot)
    assert (level.on_hand, level.held, level.safety, level.now) == (9, 3, 2, 4)


def test_what_is_on_its_way_may_be_promised_from_its_day_on(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=2)
    announce(
        shop,
        new_id(),
        Expected(teapot, shop.warehouse, 5, FRIDAY),
        Expected(teapot, shop.store, 4, MONDAY),
    )
    levels = known(shop, teapot)
    warehouse, store = levels
    assert (warehouse.now, warehouse.by(FRIDAY), warehouse.by(MONDAY)) == (2, 7, 7)
    assert (store.now, store.by(FRIDAY), store.by(MONDAY)) == (0, 0, 4)
    assert warehouse.first_day(2, today=TODAY) == TODAY
    assert warehouse.first_day(3, today=TODAY) == FRIDAY
    assert warehouse.first_day(8, today=TODAY) is None
    days = [
        first_day_of_all(levels, variant_id=teapot, units=units, today=TODAY)
        for units in (2, 7, 8, 12)
    ]
    assert days == [TODAY, FRIDAY, MONDAY, None]


def test_goods_that_are_late_come_at_the_earliest_today(shop: Shop) -> None:
    teapot = stock_product(shop)
    announce(
        shop,
        new_id(),
        Expected(teapot, shop.store, 1, TODAY - timedelta(days=3)),
        Expected(teapot, shop.store, 2, TODAY - timedelta(days=1)),
    )
    (level,) = known(shop, teapot)
    assert [(flow.on, flow.units) for flow in level.inbound] == [(TODAY, 3)]
    assert level.now == 0


def test_an_announcement_is_replaced_and_taken_back_as_a_whole(shop: Shop) -> None:
    teapot, transfer, purchase = stock_product(shop), new_id(), new_id()
    announce(shop, transfer, Expected(teapot, shop.store, 4, FRIDAY))
    announce(shop, purchase, Expected(teapot, shop.store, 3, FRIDAY))
    announce(shop, transfer, Expected(teapot, shop.store, 1, MONDAY))
    (level,) = known(shop, teapot)
    assert [(flow.on, flow.units) for flow in level.inbound] == [(FRIDAY, 3), (MONDAY, 1)]
    with shop.database.transaction(shop.scope) as session:
        for subject in (transfer, purchase):
            expected_no_more(session, merchant_id=shop.merchant.id, subject_id=subject)
    assert known(shop, teapot) == ()


def test_nothing_cannot_be_announced(shop: Shop) -> None:
    with pytest.raises(InboundUnitsError):
        announce(shop, new_id(), Expected(new_id(), shop.store, 0, FRIDAY))


def test_tills_see_places_that_do_not_sell_online(shop: Shop) -> None:
    teapot = stock_product(shop)
    with shop.database.transaction(shop.scope) as session:
        cellar = add_location(
            session,
            merchant_id=shop.merchant.id,
            code="CELLAR",
            kind="warehouse",
            name="Cellar",
            name_zh="地库",
            sells_online=False,
        )
    announce(shop, new_id(), Expected(teapot, cellar, 1, FRIDAY))
    assert known(shop, teapot) == ()
    assert [each.location_id for each in known(shop, teapot, channel=Channel.TILL)] == [cellar]


def test_many_variants_and_places_take_one_statement(shop: Shop) -> None:
    goods = [stock_product(shop, in_warehouse=1, in_store=1) for _ in range(5)]
    with shop.database.reading(shop.scope) as connection, statements_sent() as sent:
        found = availability(connection, variant_ids=goods, channel=Channel.WEB, today=TODAY)
    assert (len(found), len(sent)) == (10, 1)


def test_a_place_says_where_it_lies_in_whole_coordinates(shop: Shop) -> None:
    place = {
        "merchant_id": shop.merchant.id,
        "kind": "store",
        "name": "Bund",
        "name_zh": "外滩店",
    }
    with shop.database.transaction(shop.scope) as session:
        bund = add_location(session, code="BUND", latitude=31.24, longitude=121.49, **place)  # type: ignore[arg-type]
        for latitude, longitude in ((31.2, None), (None, 121.4), (91, 0), (0, -181)):
            with pytest.raises(CoordinatesError):
                add_location(
                    session,
                    code="ODD",
                    latitude=latitude,
                    longitude=longitude,
                    **place,  # type: ignore[arg-type]
                )
    with shop.database.reading(shop.scope) as connection:
        (found,) = (each for each in locations(connection) if each.id == bund)
    assert (found.latitude, found.longitude) == (31.24, 121.49)
