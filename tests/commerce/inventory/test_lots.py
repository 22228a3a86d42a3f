"""Lots and expiry dates, and goods set aside: what may be sold, and which of it leaves first."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from commerce.inventory.availability import availability
from commerce.inventory.errors import (
    LinesRefusedError,
    LotsKeptError,
    OutOfStockError,
    PlacesRefusedError,
    ReasonMissingError,
    UnitsPromisedError,
)
from commerce.inventory.queries import (
    available_online,
    history,
    levels_of,
    lots_expiring,
    lots_of,
    steps_of_lot,
)
from commerce.inventory.rows import (
    Arrived,
    CostedUnits,
    LotLabel,
    LotUnits,
    MovementKind,
    Portion,
    Stage,
    Units,
)
from commerce.inventory.service import (
    add_supplier,
    draft_purchase,
    draft_transfer,
    expire_lots,
    keep_lots,
    order_purchase,
    put_back,
    receive_purchase,
    receive_transfer,
    relabel,
    reserve,
    restock,
    return_the_rest,
    sell_at_till,
    send_transfer,
    set_aside,
    stop_keeping_lots,
    write_off,
)
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product
from tests.support.stockroom import (
    assert_the_doctor_is_silent,
    codes_of,
    do,
    level_at,
    lots_in,
    read,
    stock_of,
)

TODAY = utc_now().date()
SOON, LATE = TODAY + timedelta(days=10), TODAY + timedelta(days=100)


@pytest.fixture(scope="module")
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server) as made:
        yield made
        assert_the_doctor_is_silent(made.database)


@pytest.fixture(scope="module")
def farm(shop: Shop) -> UUID:
    return do(shop, add_supplier, code="FARM", name="Tea farm")


def tea(shop: Shop, farm: UUID, **lots: tuple[int, date | None]) -> UUID:
    """Stock goods in the given lots: units, and the last day."""
    variant = stock_product(shop)
    do(shop, keep_lots, variant_id=variant)
    terms = {"supplier_id": farm, "location_id": shop.warehouse}
    lines = [CostedUnits(variant, sum(units for units, _ in lots.values()), Money(1, "CNY"))]
    purchase = do(shop, draft_purchase, **terms, lines=lines)
    do(shop, order_purchase, purchase_id=purchase)
    arrived = [
        Arrived(variant, units, lot=LotLabel(code, day)) for code, (units, day) in lots.items()
    ]
    do(shop, receive_purchase, purchase_id=purchase, receipt_id=new_id(), arrived=arrived)
    return variant


def lot_id(shop: Shop, variant: UUID, code: str) -> UUID:
    found = read(shop, lots_of, variant_ids=[variant])
    return next(each.lot_id for each in found if each.code == code)


def sell(shop: Shop, variant: UUID, units: int, sale: UUID | None = None) -> UUID:
    sale = sale or new_id()
    do(shop, sell_at_till, sale_id=sale, lines=[Units(variant, shop.warehouse, units)])
    return sale


def hold(shop: Shop, variant: UUID, units: int) -> None:
    do(
        shop,
        reserve,
        owner_id=new_id(),
        lines=[Units(variant, shop.warehouse, units)],
        stage=Stage.PLACED,
        expires_at=None,
    )


def expire(shop: Shop, *, days: int) -> None:
    with shop.database.transaction(Scope.park()) as session:
        while expire_lots(session, now=utc_now() + timedelta(days=days)):
            pass


def portions(shop: Shop, variant: UUID, code: str, units: int) -> list[Portion]:
    return [Portion(variant, units, lot_id=lot_id(shop, variant, code))]


def test_what_expires_first_leaves_first_and_a_recall_finds_the_sale(
    shop: Shop, farm: UUID
) -> None:
    variant = tea(shop, farm, LATE=(5, LATE), SOON=(3, SOON), NEVER=(2, None))
    early = lot_id(shop, variant, "SOON")
    sale = sell(shop, variant, 4)
    assert lots_in(shop, variant) == {("warehouse", "LATE"): 4, ("warehouse", "NEVER"): 2}
    steps = read(shop, steps_of_lot, lot_id=early)
    assert [(each.kind, each.quantity) for each in steps] == [
        (MovementKind.RECEIVED, 3),
        (MovementKind.SOLD, -3),
    ]
    assert steps[1].subject_id == sale
    do(
        shop,
        restock,
        sale_id=sale,
        lines=[Units(variant, shop.warehouse, 4)],
        reason="brought back",
    )
    assert lots_in(shop, variant)["warehouse", "SOON"] == 3
    assert lots_in(shop, variant)["warehouse", "LATE"] == 5


def test_expired_lots_are_on_hand_and_promised_to_nobody(shop: Shop, farm: UUID) -> None:
    variant = tea(shop, farm, OLD=(5, SOON), FRESH=(3, LATE))
    expire(shop, days=9)
    assert level_at(shop, variant, shop.warehouse).available == 8
    expire(shop, days=12)
    level = level_at(shop, variant, shop.warehouse)
    assert (level.on_hand, level.expired, level.available) == (8, 5, 3)
    terms = {"variant_ids": [variant], "channel": Channel.WEB, "today": TODAY}
    assert read(shop, availability, **terms)[0].now == 3
    assert read(shop, available_online, variant_ids=[variant]) == {variant: 3}
    with pytest.raises(OutOfStockError):
        hold(shop, variant, 4)
    hold(shop, variant, 3)
    # Whoever sells at the shelf takes what is good, so a promise is taken with it.
    sell(shop, variant, 1)
    assert lots_in(shop, variant) == {("warehouse", "OLD"): 5, ("warehouse", "FRESH"): 2}
    assert level_at(shop, variant, shop.warehouse).held == 2
    expiring = read(shop, lots_expiring, until=SOON)
    assert variant in {each.variant_id for each in expiring}
    do(
        shop,
        write_off,
        location_id=shop.warehouse,
        portions=portions(shop, variant, "OLD", 5),
        reason="past its date",
    )
    level = level_at(shop, variant, shop.warehouse)
    assert (level.on_hand, level.expired) == (2, 0)


def test_a_lot_that_comes_past_its_date_is_expired_at_once(shop: Shop, farm: UUID) -> None:
    variant = tea(shop, farm, OLD=(5, TODAY - timedelta(days=2)))
    assert level_at(shop, variant, shop.warehouse).expired == 5


def test_stock_of_before_is_in_the_lot_that_nobody_told(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=6, in_store=2)
    for _ in range(2):
        do(shop, keep_lots, variant_id=variant)
    assert lots_in(shop, variant) == {("warehouse", ""): 6, ("store", ""): 2}
    units = LotUnits(lot_id(shop, variant, ""), variant, shop.warehouse, 4)
    do(shop, relabel, units=units, label=LotLabel("A1", LATE))
    assert lots_in(shop, variant)["warehouse", "A1"] == 4
    for wrong, label, code in (
        (LotUnits(units.lot_id, variant, shop.warehouse, 3), LotLabel("A1", LATE), "lot-short"),
        (LotUnits(new_id(), variant, shop.warehouse, 1), LotLabel("A1", LATE), "lot-unknown"),
        (LotUnits(units.lot_id, variant, shop.warehouse, 1), LotLabel("A1", SOON), "lot-expiry"),
        (LotUnits(units.lot_id, variant, shop.warehouse, 0), LotLabel("A1", LATE), "lot-short"),
    ):
        with pytest.raises(LinesRefusedError) as caught:
            do(shop, relabel, units=wrong, label=label)
        assert codes_of(caught) == [code]
    do(shop, stop_keeping_lots, variant_id=variant)
    assert lots_in(shop, variant) == {}
    sell(shop, variant, 1)
    do(shop, keep_lots, variant_id=variant)
    assert lots_in(shop, variant) == {("warehouse", ""): 5, ("store", ""): 2}
    with pytest.raises(LotsKeptError):
        do(shop, keep_lots, variant_id=stock_product(shop, counted=False))
    for verb in (keep_lots, stop_keeping_lots):
        with pytest.raises(NotFoundError):
            do(shop, verb, variant_id=new_id())


def test_lots_travel_with_a_transfer(shop: Shop, farm: UUID) -> None:
    variant = tea(shop, farm, SOON=(3, SOON), LATE=(5, LATE))
    terms = {"origin_id": shop.warehouse, "destination_id": shop.store}
    transfer = do(shop, draft_transfer, **terms, lines=[Portion(variant, 6)])
    other = do(shop, draft_transfer, **terms, lines=[Portion(variant, 1)])
    late = lot_id(shop, variant, "LATE")
    do(shop, send_transfer, transfer_id=other, sent=[Portion(variant, 1, lot_id=late)])
    do(shop, send_transfer, transfer_id=transfer)
    assert lots_in(shop, variant) == {
        ("warehouse", "LATE"): 1,
        ("transit", "SOON"): 3,
        ("transit", "LATE"): 4,
    }
    terms = {"transfer_id": transfer, "receipt_id": new_id()}
    do(shop, receive_transfer, **terms, arrived=[Arrived(variant, 4, damaged=1)])
    assert {k: v for k, v in lots_in(shop, variant).items() if k[0] != "transit"} == {
        ("warehouse", "LATE"): 1,
        ("store", "SOON"): 3,
        ("quarantine", "LATE"): 1,
    }
    do(shop, return_the_rest, transfer_id=other, reason="not needed")
    assert lots_in(shop, variant)["warehouse", "LATE"] == 2
    terms = {"origin_id": shop.warehouse, "destination_id": shop.store}
    again = do(shop, draft_transfer, **terms, lines=[Portion(variant, 1)])
    sent = portions(shop, variant, "SOON", 1)
    with pytest.raises(LinesRefusedError) as caught:
        do(shop, send_transfer, transfer_id=again, sent=sent)
    assert codes_of(caught) == ["lot-short"]


def test_broken_goods_are_set_aside_mended_or_written_off(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=6)
    terms: dict[str, Any] = {"location_id": shop.warehouse, "actor_id": new_id()}
    deed = do(shop, set_aside, **terms, portions=[Portion(variant, 4)], reason="glaze is cracked")
    assert stock_of(shop, variant) == {"warehouse": 2, "quarantine": 4}
    assert read(shop, available_online, variant_ids=[variant]) == {variant: 2}
    do(shop, put_back, **terms, portions=[Portion(variant, 1)], reason="mended")
    (aside,) = [
        each.location_id
        for each in read(shop, levels_of, variant_ids=[variant])
        if each.location_id not in {shop.warehouse, shop.store}
    ]
    do(shop, write_off, location_id=aside, portions=[Portion(variant, 3)], reason="beyond repair")
    assert stock_of(shop, variant) == {"warehouse": 3}
    ledger = read(shop, history, variant_id=variant, location_id=aside)
    assert [(each.kind, each.quantity, each.reason) for each in ledger] == [
        (MovementKind.DAMAGED, -3, "beyond repair"),
        (MovementKind.MOVED_OUT, -1, "mended"),
        (MovementKind.MOVED_IN, 4, "glaze is cracked"),
    ]
    assert ledger[-1].subject_id == deed


def test_what_is_promised_or_cannot_be_meant_is_not_set_aside(shop: Shop, farm: UUID) -> None:
    variant, leaves = stock_product(shop, in_warehouse=6), tea(shop, farm, A=(2, LATE))
    hold(shop, variant, 4)
    terms = {"location_id": shop.warehouse, "reason": "wet"}
    for verb in (set_aside, write_off):
        with pytest.raises(UnitsPromisedError) as caught:
            do(shop, verb, **terms, portions=[Portion(variant, 3)])
        assert caught.value.short == ((variant, 3, 2),)
        for lines, code in (
            ([], "nothing"),
            ([Portion(variant, 0)], "units"),
            ([Portion(variant, 1), Portion(variant, 1)], "twice"),
            ([Portion(leaves, 1)], "lot-which"),
            ([Portion(variant, 1, lot_id=new_id())], "lot-unwanted"),
            ([Portion(leaves, 1, lot_id=new_id())], "lot-unknown"),
            (portions(shop, leaves, "A", 3), "lot-short"),
        ):
            with pytest.raises(LinesRefusedError) as refused:
                do(shop, verb, **terms, portions=lines)
            assert codes_of(refused) == [code]
        with pytest.raises(ReasonMissingError):
            do(shop, verb, **terms | {"reason": " "}, portions=[Portion(variant, 1)])
        with pytest.raises(PlacesRefusedError):
            do(shop, verb, **terms | {"location_id": new_id()}, portions=[Portion(variant, 1)])
    with pytest.raises(UnitsPromisedError):
        do(shop, put_back, **terms, portions=[Portion(variant, 1)])
