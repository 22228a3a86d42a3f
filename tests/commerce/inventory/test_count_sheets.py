"""Counting while both counters sell: nothing sold is lost, and nothing is booked twice."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from commerce.inventory.errors import (
    CountClosedError,
    CountOverlapsError,
    CountUnfinishedError,
    LinesRefusedError,
    PlacesRefusedError,
    TermsRefusedError,
    UnitsPromisedError,
)
from commerce.inventory.queries import (
    count_progress,
    count_sheet_by_id,
    count_sheets,
    counted_lines,
    history,
)
from commerce.inventory.rows import CountProgress, MovementKind, Stage, Units
from commerce.inventory.service import (
    add_location,
    approve_count,
    cancel_count,
    count_stock,
    enter_count,
    enter_recount,
    leave_out,
    open_count,
    reserve,
    sell_at_till,
    set_zones,
)
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product
from tests.support.stockroom import (
    assert_the_doctor_is_silent,
    codes_of,
    do,
    level_at,
    read,
    stock_of,
)

ANNA, BO = new_id(), new_id()


@pytest.fixture(scope="module")
def premises(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server) as made:
        yield made
        assert_the_doctor_is_silent(made.database)


@pytest.fixture
def shop(premises: Shop) -> Shop:
    """A shop whose store is new and empty, so that each test counts its own goods."""
    code = f"S{new_id().hex[-8:]}"
    place = do(premises, add_location, code=code, kind="store", name="Store", name_zh="门店")
    return Shop(premises.database, premises.merchant, premises.warehouse, place)


def sell(shop: Shop, variant: UUID, units: int) -> None:
    do(shop, sell_at_till, sale_id=new_id(), lines=[Units(variant, shop.store, units)])


def on_sheet(shop: Shop, sheet: UUID) -> dict[UUID, CountProgress]:
    return {each.variant_id: each for each in read(shop, count_progress, sheet_id=sheet)}


def test_what_is_sold_after_the_count_stays_sold(shop: Shop) -> None:
    variant = stock_product(shop, in_store=10)
    sheet = do(shop, open_count, location_id=shop.store, tolerance=5)
    sell(shop, variant, 1)
    do(shop, enter_count, sheet_id=sheet, variant_id=variant, units=8, actor_id=ANNA)
    sell(shop, variant, 3)
    assert do(shop, approve_count, sheet_id=sheet, actor_id=BO) == 1
    assert stock_of(shop, variant) == {"store": 5}
    (newest, *_) = read(shop, history, variant_id=variant, location_id=shop.store)
    assert (newest.kind, newest.quantity, newest.subject_id, newest.actor_id) == (
        MovementKind.COUNTED,
        -1,
        sheet,
        BO,
    )
    (line,) = read(shop, counted_lines, sheet_id=sheet)
    assert (line.counted, line.expected, line.difference, line.booked) == (8, 9, -1, -1)


def test_a_figure_typed_anew_mends_a_slip_and_keeps_its_moment(shop: Shop) -> None:
    variant = stock_product(shop, in_store=10)
    sheet = do(shop, open_count, location_id=shop.store)
    do(shop, enter_count, sheet_id=sheet, variant_id=variant, units=100)
    sell(shop, variant, 4)
    do(shop, enter_count, sheet_id=sheet, variant_id=variant, units=10)
    assert do(shop, approve_count, sheet_id=sheet) == 0
    assert stock_of(shop, variant) == {"store": 6}


def test_what_differs_too_much_is_counted_once_more_at_its_own_moment(shop: Shop) -> None:
    variant = stock_product(shop, in_store=10)
    sheet = do(shop, open_count, location_id=shop.store, tolerance=1)
    do(shop, enter_count, sheet_id=sheet, variant_id=variant, units=7, actor_id=ANNA)
    assert on_sheet(shop, sheet)[variant].to_recount
    with pytest.raises(CountUnfinishedError) as caught:
        do(shop, approve_count, sheet_id=sheet)
    assert codes_of(caught) == ["recount"]
    sell(shop, variant, 2)
    do(shop, enter_recount, sheet_id=sheet, variant_id=variant, units=6, actor_id=BO)
    sell(shop, variant, 1)
    assert do(shop, approve_count, sheet_id=sheet) == 1
    assert stock_of(shop, variant) == {"store": 5}


def test_a_blind_counter_is_told_nothing_of_the_books(shop: Shop) -> None:
    stock_product(shop, in_store=10)
    sheet = do(shop, open_count, location_id=shop.store)
    assert read(shop, count_sheet_by_id, sheet_id=sheet).blind
    assert not {"expected", "on_hand", "difference"} & set(CountProgress.__slots__)


def test_goods_that_nobody_expected_are_added_to_the_sheet(shop: Shop) -> None:
    listed, found = stock_product(shop, in_store=3), stock_product(shop)
    sheet = do(shop, open_count, location_id=shop.store, tolerance=2)
    assert set(on_sheet(shop, sheet)) == {listed}
    do(shop, enter_count, sheet_id=sheet, variant_id=found, units=2)
    do(shop, enter_count, sheet_id=sheet, variant_id=listed, units=3)
    assert do(shop, approve_count, sheet_id=sheet) == 1
    assert stock_of(shop, found) == {"store": 2}


def test_a_zone_is_counted_alone_and_other_zones_goods_are_sent_there(shop: Shop) -> None:
    here, there = (stock_product(shop, in_store=4) for _ in range(2))
    do(shop, set_zones, location_id=shop.store, zones={here: "A", there: "B"})
    sheet = do(shop, open_count, location_id=shop.store, zone="a ")
    assert [(v, each.zone) for v, each in on_sheet(shop, sheet).items()] == [(here, "A")]
    with pytest.raises(LinesRefusedError) as caught:
        do(shop, enter_count, sheet_id=sheet, variant_id=there, units=4)
    assert codes_of(caught) == ["other-zone"]
    assert do(shop, open_count, location_id=shop.store, zone="B")
    with pytest.raises(CountOverlapsError):
        do(shop, open_count, location_id=shop.store)


def test_the_same_goods_stand_on_one_open_sheet_only(shop: Shop) -> None:
    variant, found, other = (stock_product(shop, in_store=units) for units in (4, 0, 1))
    do(shop, set_zones, location_id=shop.store, zones={variant: "A", other: "B"})
    first = do(shop, open_count, location_id=shop.store, zone="A")
    second = do(shop, open_count, location_id=shop.store, zone="B")
    do(shop, enter_count, sheet_id=first, variant_id=found, units=1)
    with pytest.raises(CountOverlapsError):
        do(shop, enter_count, sheet_id=second, variant_id=found, units=1)
    do(shop, cancel_count, sheet_id=first)
    do(shop, enter_count, sheet_id=second, variant_id=found, units=1)
    assert [each.state for each in read(shop, count_sheets, location_id=shop.store)] == [
        "open",
        "cancelled",
    ]


def test_every_line_is_counted_or_struck_before_it_is_approved(shop: Shop) -> None:
    counted, forgotten = (stock_product(shop, in_store=4) for _ in range(2))
    sheet = do(shop, open_count, location_id=shop.store)
    do(shop, enter_count, sheet_id=sheet, variant_id=counted, units=4)
    with pytest.raises(CountUnfinishedError) as caught:
        do(shop, approve_count, sheet_id=sheet)
    assert caught.value.uncounted == (forgotten,)
    do(shop, leave_out, sheet_id=sheet, variant_ids=[forgotten])
    with pytest.raises(LinesRefusedError) as refused:
        do(shop, enter_count, sheet_id=sheet, variant_id=forgotten, units=4)
    assert codes_of(refused) == ["not-left-to-count"]
    assert do(shop, approve_count, sheet_id=sheet) == 0
    for verb in (approve_count, cancel_count):
        with pytest.raises(CountClosedError):
            do(shop, verb, sheet_id=sheet)
    with pytest.raises(CountClosedError):
        do(shop, enter_count, sheet_id=sheet, variant_id=counted, units=4)


def test_a_level_corrected_meanwhile_is_counted_once_more(shop: Shop) -> None:
    variant = stock_product(shop, in_store=10)
    sheet = do(shop, open_count, location_id=shop.store, tolerance=5)
    do(shop, enter_count, sheet_id=sheet, variant_id=variant, units=9)
    do(
        shop,
        count_stock,
        variant_id=variant,
        location_id=shop.store,
        on_hand=9,
        reason="counted at the desk",
    )
    with pytest.raises(CountUnfinishedError) as caught:
        do(shop, approve_count, sheet_id=sheet)
    assert caught.value.to_recount == (variant,)
    do(shop, enter_recount, sheet_id=sheet, variant_id=variant, units=9)
    assert do(shop, approve_count, sheet_id=sheet) == 0
    assert stock_of(shop, variant) == {"store": 9}


def test_promised_goods_that_are_not_there_stop_the_approval_and_are_named(shop: Shop) -> None:
    variant = stock_product(shop, in_store=4)
    do(
        shop,
        reserve,
        owner_id=new_id(),
        lines=[Units(variant, shop.store, 3)],
        stage=Stage.PLACED,
        expires_at=None,
    )
    sheet = do(shop, open_count, location_id=shop.store, tolerance=4)
    do(shop, enter_count, sheet_id=sheet, variant_id=variant, units=2)
    with pytest.raises(UnitsPromisedError) as caught:
        do(shop, approve_count, sheet_id=sheet)
    assert caught.value.short == ((variant, 2, 1),)
    assert level_at(shop, variant, shop.store).on_hand == 4


def test_sheets_and_figures_that_cannot_be_meant_are_refused(shop: Shop) -> None:
    variant = stock_product(shop, in_store=4)
    with pytest.raises(PlacesRefusedError):
        do(shop, open_count, location_id=new_id())
    with pytest.raises(LinesRefusedError):
        do(shop, open_count, location_id=shop.store, zone="x" * 41)
    with pytest.raises(LinesRefusedError) as caught:
        do(shop, open_count, location_id=shop.store, zone="B7")
    assert codes_of(caught) == ["zone-unknown"]
    with pytest.raises(TermsRefusedError):
        do(shop, open_count, location_id=shop.store, tolerance=-1)
    sheet = do(shop, open_count, location_id=shop.store)
    for units, code in ((-1, "units"), (10**18, "units")):
        with pytest.raises(LinesRefusedError) as caught:
            do(shop, enter_count, sheet_id=sheet, variant_id=variant, units=units)
        assert codes_of(caught) == [code]
    with pytest.raises(LinesRefusedError) as caught:
        do(shop, enter_recount, sheet_id=sheet, variant_id=variant, units=4)
    assert codes_of(caught) == ["not-counted-yet"]
    with pytest.raises(LinesRefusedError):
        do(shop, enter_count, sheet_id=sheet, variant_id=new_id(), units=4)
    with pytest.raises(LinesRefusedError):
        do(shop, leave_out, sheet_id=sheet, variant_ids=[new_id()])
    with pytest.raises(NotFoundError):
        do(shop, enter_count, sheet_id=new_id(), variant_id=variant, units=4)
