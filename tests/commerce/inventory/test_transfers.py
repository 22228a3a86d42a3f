"""Goods on their way: at every moment each unit is at exactly one place on the books."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from commerce.inventory.availability import availability
from commerce.inventory.errors import (
    LinesRefusedError,
    NotInTransitHereError,
    OutOfStockError,
    PlaceNeverSellsError,
    PlacesRefusedError,
    ReasonMissingError,
    ReceiptTakenError,
    TermsRefusedError,
    TransferNotDraftError,
    TransferNotSentError,
    UnitsPromisedError,
)
from commerce.inventory.queries import (
    available_online,
    discrepancies,
    holds_of,
    locations,
    receipts_of,
    transfer_by_id,
    transfers,
)
from commerce.inventory.rows import (
    Arrived,
    Correction,
    MovementKind,
    Portion,
    TransferState,
    Units,
)
from commerce.inventory.service import (
    add_location,
    adjust_stock,
    cancel_transfer,
    change_location,
    change_transfer,
    correct_stock,
    count_stock,
    draft_transfer,
    expect_transfer_on,
    open_stock,
    receive_transfer,
    restock,
    return_the_rest,
    sell_at_till,
    send_transfer,
    set_zones,
    write_off_the_rest,
)
from commerce.kernel.channel import Channel
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from tests.support.postgres import TestServer
from tests.support.shop import Shop, open_shop, own_shop, stock_product
from tests.support.stockroom import (
    assert_the_doctor_is_silent,
    codes_of,
    do,
    level_at,
    read,
    stock_of,
)

CLERK, OWNER = new_id(), new_id()
TODAY, FRIDAY, MONDAY = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 30)


@pytest.fixture(scope="module")
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server, connections=8) as made:
        yield made
        assert_the_doctor_is_silent(made.database)


def free(shop: Shop, variant: UUID) -> int:
    return level_at(shop, variant, shop.warehouse).available


def coming(shop: Shop, variant: UUID) -> list[tuple[UUID, date, int]]:
    terms = {"variant_ids": [variant], "channel": Channel.TILL, "today": TODAY}
    found = read(shop, availability, **terms)
    return [(each.location_id, flow.on, flow.units) for each in found for flow in each.inbound]


def draft(shop: Shop, variant: UUID, units: int = 5, **terms: object) -> UUID:
    with shop.database.transaction(shop.scope) as session:
        return draft_transfer(
            session,
            merchant_id=shop.merchant.id,
            origin_id=shop.warehouse,
            destination_id=shop.store,
            lines=[Portion(variant, units)],
            actor_id=CLERK,
            **terms,  # type: ignore[arg-type]
        )


def send(shop: Shop, transfer: UUID, **terms: object) -> None:
    do(shop, send_transfer, transfer_id=transfer, actor_id=CLERK, **terms)


def receive(shop: Shop, transfer: UUID, *arrived: Arrived, **terms: object) -> None:
    terms = {"receipt_id": new_id(), "actor_id": CLERK, **terms}
    do(shop, receive_transfer, transfer_id=transfer, arrived=arrived, **terms)


def under_way(shop: Shop, variant: UUID, units: int = 5) -> UUID:
    transfer = draft(shop, variant, units)
    send(shop, transfer)
    return transfer


def state_of(shop: Shop, transfer: UUID) -> TransferState:
    with shop.database.reading(shop.scope) as connection:
        found = transfer_by_id(connection, transfer_id=transfer)
    assert found
    return found[0].state


def test_goods_that_are_asked_for_are_held_and_then_are_on_their_way_until_they_arrive(
    shop: Shop,
) -> None:
    variant = stock_product(shop, in_warehouse=8)
    transfer = draft(shop, variant, 5)
    assert (stock_of(shop, variant), free(shop, variant)) == ({"warehouse": 8}, 3)
    send(shop, transfer, expected_on=date(2027, 1, 2))
    assert (stock_of(shop, variant), free(shop, variant)) == ({"warehouse": 3, "transit": 5}, 3)
    with shop.database.reading(shop.scope) as connection:
        assert available_online(connection, variant_ids=[variant]) == {variant: 3}
        assert not holds_of(connection, owner_id=transfer)
    receive(shop, transfer, Arrived(variant, 5))
    assert stock_of(shop, variant) == {"warehouse": 3, "store": 5}
    assert state_of(shop, transfer) is TransferState.RECEIVED


def test_what_is_under_way_is_promised_for_the_day_on_which_it_comes(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=8)
    transfer = draft(shop, variant, 5, expected_on=FRIDAY)
    assert coming(shop, variant) == []
    send(shop, transfer)
    assert coming(shop, variant) == [(shop.store, FRIDAY, 5)]
    receive(shop, transfer, Arrived(variant, 2))
    do(shop, expect_transfer_on, transfer_id=transfer, expected_on=MONDAY)
    assert coming(shop, variant) == [(shop.store, MONDAY, 3)]
    do(shop, expect_transfer_on, transfer_id=transfer, expected_on=None)
    assert coming(shop, variant) == []
    do(shop, expect_transfer_on, transfer_id=transfer, expected_on=MONDAY)
    do(shop, write_off_the_rest, transfer_id=transfer, reason="lost")
    assert coming(shop, variant) == []


def test_another_merchant_knows_nothing_of_it(shop: Shop) -> None:
    stranger = open_shop(shop.database, slug="stranger")
    variant = stock_product(shop, in_warehouse=5)
    transfer = under_way(shop, variant)
    assert read(stranger, transfer_by_id, transfer_id=transfer) is None
    for verb, terms in (
        (receive_transfer, {"receipt_id": new_id(), "arrived": [Arrived(variant, 1)]}),
        (return_the_rest, {"reason": "mine"}),
        (cancel_transfer, {}),
    ):
        with pytest.raises(NotFoundError):
            do(stranger, verb, transfer_id=transfer, **terms)
    places = {"origin_id": stranger.warehouse, "destination_id": stranger.store}
    with pytest.raises(LinesRefusedError) as caught:
        do(stranger, draft_transfer, **places, lines=[Portion(variant, 1)])
    assert codes_of(caught) == ["unknown"]


def test_it_may_arrive_in_parts_and_every_receipt_is_kept(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    transfer = under_way(shop, variant)
    receive(shop, transfer, Arrived(variant, 2), note=" first box ")
    assert stock_of(shop, variant) == {"store": 2, "transit": 3}
    receive(shop, transfer, Arrived(variant, 3))
    assert stock_of(shop, variant) == {"store": 5}
    with shop.database.reading(shop.scope) as connection:
        kept = receipts_of(connection, subject_id=transfer)
    assert [(each.note, each.lines[0].quantity) for each in kept] == [("first box", 2), ("", 3)]


def test_a_receipt_that_is_sent_again_is_booked_once(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    transfer, receipt = under_way(shop, variant), new_id()
    for _ in range(2):
        receive(shop, transfer, Arrived(variant, 2), receipt_id=receipt)
    assert stock_of(shop, variant) == {"store": 2, "transit": 3}
    last = new_id()
    for _ in range(2):
        receive(shop, transfer, Arrived(variant, 3), receipt_id=last)
    other = under_way(shop, stock_product(shop, in_warehouse=5))
    with pytest.raises(ReceiptTakenError):
        receive(shop, other, Arrived(variant, 1), receipt_id=receipt)


def test_less_may_be_sent_than_was_asked_for_and_the_rest_is_free(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    transfer = draft(shop, variant, 5)
    send(shop, transfer, sent=[Portion(variant, 2)])
    assert (stock_of(shop, variant), free(shop, variant)) == ({"warehouse": 3, "transit": 2}, 3)
    receive(shop, transfer, Arrived(variant, 2))
    assert state_of(shop, transfer) is TransferState.RECEIVED


def test_what_never_arrives_is_a_discrepancy_with_a_reason_and_an_owner(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    transfer = under_way(shop, variant)
    receive(shop, transfer, Arrived(variant, 3))
    do(
        shop,
        write_off_the_rest,
        transfer_id=transfer,
        reason="the box was open",
        owner_id=OWNER,
        actor_id=CLERK,
    )
    assert stock_of(shop, variant) == {"store": 3}
    with shop.database.reading(shop.scope) as connection:
        found = next(each for each in discrepancies(connection) if each.variant_id == variant)
    assert (found.missing, found.transfer_id, found.sale_id) == (2, transfer, None)
    assert (found.reason, found.owner_id, found.location_id) == (
        "the box was open",
        OWNER,
        shop.store,
    )
    assert state_of(shop, transfer) is TransferState.RECEIVED


def test_what_arrives_beyond_what_was_sent_is_said_on_purpose(shop: Shop) -> None:
    variant, stranger = stock_product(shop, in_warehouse=5), stock_product(shop)
    transfer = under_way(shop, variant)
    with pytest.raises(LinesRefusedError) as caught:
        receive(shop, transfer, Arrived(variant, 6))
    assert codes_of(caught) == ["beyond-sent"]
    with pytest.raises(ReasonMissingError):
        receive(shop, transfer, Arrived(variant, 5, surplus=1))
    receive(
        shop,
        transfer,
        Arrived(variant, 5, surplus=1),
        Arrived(stranger, 0, surplus=2, damaged=1),
        reason="packed by two people",
    )
    assert stock_of(shop, variant) == {"store": 6}
    assert stock_of(shop, stranger) == {"store": 1, "quarantine": 1}
    with shop.database.reading(shop.scope) as connection:
        found = {each.variant_id: each for each in discrepancies(connection)}
    assert (found[variant].surplus, found[stranger].surplus) == (1, 2)
    assert found[variant].owner_id == CLERK


def test_what_arrives_broken_goes_to_the_quarantine_of_its_place(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    transfer = under_way(shop, variant)
    receive(shop, transfer, Arrived(variant, 5, damaged=2))
    assert stock_of(shop, variant) == {"store": 3, "quarantine": 2}
    with shop.database.reading(shop.scope) as connection:
        assert available_online(connection, variant_ids=[variant]) == {variant: 3}
        (place,) = [each for each in locations(connection) if each.kind == "quarantine"]
    assert (place.belongs_to, place.sells_online) == (shop.store, False)


def test_a_truck_that_turns_round_brings_the_goods_back(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    transfer = under_way(shop, variant)
    do(shop, return_the_rest, transfer_id=transfer, reason="the bridge is closed")
    assert stock_of(shop, variant) == {"warehouse": 5}
    assert state_of(shop, transfer) is TransferState.CANCELLED
    transfer = under_way(shop, variant)
    receive(shop, transfer, Arrived(variant, 1))
    do(shop, return_the_rest, transfer_id=transfer, reason="refused at the door")
    assert stock_of(shop, variant) == {"warehouse": 4, "store": 1}
    assert state_of(shop, transfer) is TransferState.RECEIVED


def test_a_draft_can_be_changed_and_dropped_and_then_holds_nothing(shop: Shop) -> None:
    variant, other = (stock_product(shop, in_warehouse=5) for _ in range(2))
    transfer = draft(shop, variant, 5)
    lines = [Portion(variant, 1), Portion(other, 2)]
    do(shop, change_transfer, transfer_id=transfer, lines=lines, note="less")
    assert (free(shop, variant), free(shop, other)) == (4, 3)
    do(shop, cancel_transfer, transfer_id=transfer)
    assert (free(shop, variant), free(shop, other)) == (5, 5)
    for verb, terms in (
        (change_transfer, {"lines": lines}),
        (cancel_transfer, {}),
        (send_transfer, {}),
    ):
        with pytest.raises(TransferNotDraftError):
            do(shop, verb, transfer_id=transfer, **terms)


def test_whoever_stands_at_the_shelf_may_take_what_is_held_and_less_is_sent(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    transfer = draft(shop, variant, 5)
    do(shop, sell_at_till, sale_id=new_id(), lines=[Units(variant, shop.warehouse, 2)])
    with pytest.raises(UnitsPromisedError) as caught:
        send(shop, transfer)
    assert caught.value.short == ((variant, 5, 3),)
    assert str(caught.value.problems[0]) == "Only 3 of them are free; 5 are to leave."
    send(shop, transfer, sent=[Portion(variant, 3)])
    assert stock_of(shop, variant) == {"transit": 3}


def test_more_than_is_free_cannot_be_asked_for(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=2)
    with pytest.raises(OutOfStockError):
        draft(shop, variant, 3)


def test_lines_come_in_the_order_of_the_shelves_and_transfers_newest_first(shop: Shop) -> None:
    near, far = (stock_product(shop, in_warehouse=5) for _ in range(2))
    do(shop, set_zones, location_id=shop.warehouse, zones={far: "b-09", near: " a-01 "})
    with shop.database.transaction(shop.scope) as session:
        transfer = draft_transfer(
            session,
            merchant_id=shop.merchant.id,
            origin_id=shop.warehouse,
            destination_id=shop.store,
            lines=[Portion(far, 1), Portion(near, 2)],
        )
    with shop.database.reading(shop.scope) as connection:
        found = transfer_by_id(connection, transfer_id=transfer)
        listed = transfers(connection, states=[TransferState.DRAFT], location_id=shop.store)
        assert transfer_by_id(connection, transfer_id=new_id()) is None
    assert found
    assert [(line.variant_id, line.zone, line.held) for line in found[1]] == [
        (near, "A-01", 2),
        (far, "B-09", 1),
    ]
    assert (listed[0].id, listed[0].asked) == (transfer, 3)
    assert listed[0].number.startswith("TR-")


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([], ["nothing"]),
        (["mine", "mine"], ["twice"]),
        (["nobody's"], ["unknown"]),
        (["uncounted"], ["not-counted"]),
        ([("mine", 0)], ["units"]),
        ([("mine", 10**18)], ["units"]),
        ([("mine", -1)], ["units"]),
    ],
)
def test_lines_that_cannot_be_meant_are_named(
    shop: Shop, lines: list[object], codes: list[str]
) -> None:
    goods = {
        "mine": stock_product(shop, in_warehouse=5),
        "nobody's": new_id(),
        "uncounted": stock_product(shop, counted=False),
    }
    named = [each if isinstance(each, tuple) else (each, 1) for each in lines]
    with (
        pytest.raises(LinesRefusedError) as caught,
        shop.database.transaction(shop.scope) as session,
    ):
        draft_transfer(
            session,
            merchant_id=shop.merchant.id,
            origin_id=shop.warehouse,
            destination_id=shop.store,
            lines=[Portion(goods[str(name)], units) for name, units in named],
        )
    assert codes_of(caught) == codes


def test_places_dates_and_words_that_cannot_be_meant_are_refused(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    transfer = under_way(shop, variant, 1)
    with shop.database.reading(shop.scope) as connection:
        transit = next(each for each in locations(connection) if each.kind == "transit")
    for origin, destination in (
        (shop.warehouse, shop.warehouse),
        (shop.warehouse, new_id()),
        (transit.id, shop.store),
        (shop.warehouse, transit.id),
    ):
        with (
            pytest.raises(PlacesRefusedError),
            shop.database.transaction(shop.scope) as session,
        ):
            draft_transfer(
                session,
                merchant_id=shop.merchant.id,
                origin_id=origin,
                destination_id=destination,
                lines=[Portion(variant, 1)],
            )
    with pytest.raises(TermsRefusedError):
        draft(shop, variant, 1, expected_on=date(9999, 12, 31))
    with pytest.raises(TermsRefusedError):
        draft(shop, variant, 1, note="x" * 501)
    for reason in ("", "  ", "x" * 201):
        with pytest.raises(ReasonMissingError):
            do(shop, write_off_the_rest, transfer_id=transfer, reason=reason)
    do(shop, expect_transfer_on, transfer_id=transfer, expected_on=date(2027, 3, 1))
    where = {"variant_id": variant, "location_id": transit.id}
    by_hand = {"lines": [Units(variant, transit.id, 1)], "reason": "no"}
    with pytest.raises(PlacesRefusedError):
        do(shop, open_stock, **by_hand)
    with pytest.raises(PlacesRefusedError):
        do(shop, restock, sale_id=new_id(), **by_hand)
    for verb, terms in (
        (count_stock, {**where, "on_hand": 0, "reason": "no"}),
        (adjust_stock, {**where, "change": 1, "kind": MovementKind.ADJUSTED, "reason": "no"}),
        (
            correct_stock,
            {
                "corrections": [Correction(variant, transit.id, on_hand=9)],
                "kind": MovementKind.ADJUSTED,
                "reason": "no",
            },
        ),
    ):
        with pytest.raises(NotInTransitHereError):
            do(shop, verb, **terms)


@pytest.mark.parametrize(
    ("arrived", "code"),
    [
        ((0, 0, 0), "units"),
        ((-1, 2, 0), "units"),
        ((2, -1, 0), "units"),
        ((2, 0, 3), "damaged"),
        ((2, 0, -1), "damaged"),
        ((9, 0, 0), "beyond-sent"),
    ],
)
def test_arrivals_that_cannot_be_meant_are_refused(
    shop: Shop, arrived: tuple[int, int, int], code: str
) -> None:
    variant = stock_product(shop, in_warehouse=5)
    transfer = under_way(shop, variant)
    with pytest.raises(LinesRefusedError) as caught:
        receive(shop, transfer, Arrived(variant, *arrived), reason="why not")
    assert codes_of(caught) == [code]
    with pytest.raises(LinesRefusedError):
        receive(shop, transfer)


def test_nobody_works_on_a_transfer_that_is_not_there_or_not_that_far(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=5)
    transfer = draft(shop, variant, 2)
    with pytest.raises(TransferNotSentError):
        receive(shop, transfer, Arrived(variant, 1))
    for sent, code in (
        ([Portion(variant, 3)], "beyond-asked"),
        ([Portion(variant, -1)], "beyond-asked"),
        ([Portion(variant, 0)], "nothing-leaves"),
        ([Portion(new_id(), 1)], "not-on-it"),
        ([Portion(variant, 1), Portion(variant, 1)], "twice"),
        ([Portion(variant, 1, lot_id=new_id())], "lot-unknown"),
    ):
        with pytest.raises(LinesRefusedError) as caught:
            send(shop, transfer, sent=sent)
        assert codes_of(caught) == [code]
    with pytest.raises(NotFoundError):
        send(shop, new_id())
    with pytest.raises(NotFoundError):
        receive(shop, new_id(), Arrived(variant, 1))


def test_the_web_never_sells_what_goods_only_pass_through(shop: Shop) -> None:
    transfer = under_way(shop, stock_product(shop, in_warehouse=5))
    assert state_of(shop, transfer) is TransferState.SENT
    with shop.database.reading(shop.scope) as connection:
        transit = next(each for each in locations(connection) if each.kind == "transit")
    with pytest.raises(PlaceNeverSellsError):
        do(shop, change_location, location=replace(transit, sells_online=True))
    with pytest.raises(PlaceNeverSellsError):
        do(shop, add_location, code="X", kind="transit", name="X", name_zh="X")
