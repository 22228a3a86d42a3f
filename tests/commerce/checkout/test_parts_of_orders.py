"""The parts in which an order leaves: made with it, worked on by clerks, refused, and found anew."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from commerce.checkout.service import (
    NOT_COLLECTED,
    GivenUp,
    cancel_order,
    complete_order,
    decline_fulfilment,
    find_goods_again,
    goods_of,
    hand_over,
    lay_ready,
    let_pickup_go,
    pick_short,
    refund_order,
    remind_of_pickup,
    ship_order,
)
from commerce.checkout.service.resource import keep_promises_again
from commerce.fulfilment.errors import (
    DeclineNoteError,
    FulfilmentMovedOnError,
    NotAllPickedError,
    NotInFulfilmentError,
    PickedAlreadyError,
    PickupCodeError,
    ShortBeyondUnpickedError,
    UnknownFulfilmentError,
)
from commerce.fulfilment.pickup_codes import (
    PickupClaim,
    new_key_pair,
    read_claim,
    sign_claim,
    spaced,
)
from commerce.fulfilment.queries import decisions_of, fulfilments_of, sources_of
from commerce.fulfilment.rows import (
    DeclineReason,
    DeliveryKind,
    FulfilmentRow,
    FulfilmentState,
    ShortReason,
)
from commerce.fulfilment.service import (
    NOWHERE_ELSE,
    PickupCode,
    begin_picking,
    pack,
    pick,
    pickup_code,
    public_pickup_key,
    put_back,
    put_on_shelf,
    shown_fulfilment,
    take_from_fulfilments,
)
from commerce.inventory.errors import OutOfStockError
from commerce.inventory.queries import holds_of
from commerce.inventory.rows import MovementKind, Stage, Units
from commerce.inventory.service import TakenPromise, adjust_stock, sell_at_till, unsell
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.vault import Vault
from commerce.orders.queries import order_by_id, timeline_of
from commerce.orders.rows import EventKind, OrderRow, OrderState
from commerce.payments.queries import refunds_of
from tests.support.orders import fill_cart, paid_order, picked_up, place
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, put_pickup, sell_services, stock_product
from tests.support.stockroom import (
    assert_the_doctor_is_silent,
    at_once,
    deed,
    do,
    level_at,
    read,
)

LI, WANG = new_id(), new_id()
VAULT = Vault(b"a secret of tests, thirty-two long")
S = FulfilmentState


@pytest.fixture(scope="module")
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server, connections=12) as made:
        put_pickup(made)
        yield made
        assert_the_doctor_is_silent(made.database)


@pytest.fixture(scope="module")
def durable(shop: Shop) -> Iterator[Durable]:
    with closing(Durable(shop.database.url)) as client:
        yield client


def parts(shop: Shop, order: OrderRow) -> list[tuple[UUID | None, FulfilmentState, int]]:
    """Return where each part is, how far it has come, and its units."""
    found = read(shop, fulfilments_of, order_id=order.id)
    return [(part.location_id, part.state, part.units) for part in found]


def part_at(shop: Shop, order: OrderRow, place: UUID) -> FulfilmentRow:
    found: tuple[FulfilmentRow, ...] = read(shop, fulfilments_of, order_id=order.id)
    return next(part for part in found if part.location_id == place and part.state.active)


def told(shop: Shop, order: OrderRow) -> list[EventKind]:
    events = read(shop, timeline_of, order_id=order.id, everything=True)
    return [event.kind for event in events]


def state(shop: Shop, order: OrderRow) -> OrderState:
    found: OrderState = read(shop, order_by_id, order_id=order.id).state
    return found


def short(shop: Shop, order: OrderRow) -> int:
    return sum(goods.short for goods in read(shop, goods_of, order_id=order.id))


def stages(shop: Shop, order: OrderRow) -> set[Stage]:
    return {hold.stage for hold in read(shop, holds_of, owner_id=order.id)}


def ship(shop: Shop, durable: Durable, order: OrderRow, place: UUID) -> None:
    do(shop, ship_order, durable=durable, order_id=order.id, location_id=place, actor_id=LI)


def pick_all(shop: Shop, part: FulfilmentRow, clerk: UUID = LI) -> None:
    do(shop, begin_picking, fulfilment_id=part.id, clerk_id=clerk)
    for line in part.lines:
        terms = {"variant_id": line.variant_id, "units": line.quantity}
        do(shop, pick, fulfilment_id=part.id, **terms)


def test_an_order_has_a_part_for_every_place_as_soon_as_it_is_paid(
    shop: Shop, durable: Durable
) -> None:
    pot, cup = stock_product(shop, in_warehouse=3), stock_product(shop, in_store=2)
    unpaid = place(shop, fill_cart(shop, (pot, 1))).order
    assert read(shop, fulfilments_of, order_id=unpaid.id) == ()
    order = paid_order(shop, durable, (pot, 2), (cup, 1))
    assert sorted(parts(shop, order), key=str) == sorted(
        [(shop.warehouse, S.OPEN, 2), (shop.store, S.OPEN, 1)], key=str
    )
    assert {part.kind for part in read(shop, fulfilments_of, order_id=order.id)} == {"parcel"}


def test_what_is_sold_without_limit_leaves_with_the_rest_of_its_place(
    shop: Shop, durable: Durable
) -> None:
    pot = stock_product(shop, in_warehouse=1)
    clay = stock_product(shop, counted=False)
    order = paid_order(shop, durable, (pot, 1), (clay, 4))
    assert parts(shop, order) == [(shop.warehouse, S.OPEN, 5)]
    ship(shop, durable, order, shop.warehouse)
    assert parts(shop, order) == [(shop.warehouse, S.SENT, 5)]
    assert state(shop, order) is OrderState.COMPLETED


def test_a_service_is_a_part_without_a_place_and_is_delivered(shop: Shop, durable: Durable) -> None:
    sell_services(shop)
    lesson = stock_product(shop, is_service=True)
    order = paid_order(shop, durable, (lesson, 1))
    assert parts(shop, order) == [(None, S.OPEN, 1)]
    do(shop, complete_order, durable=durable, order_id=order.id, actor_id=LI)
    assert parts(shop, order) == [(None, S.DELIVERED, 1)]


def test_a_part_goes_from_hand_to_hand_and_every_step_is_told(shop: Shop, durable: Durable) -> None:
    pot = stock_product(shop, in_store=2)
    order = picked_up(shop, durable, pot, 2)
    part = part_at(shop, order, shop.store)
    assert part.kind is DeliveryKind.PICKUP
    assert part.due_at is not None, "the shopper was told when"
    with pytest.raises(FulfilmentMovedOnError):
        do(shop, pick, fulfilment_id=part.id, variant_id=pot)
    do(shop, begin_picking, fulfilment_id=part.id, clerk_id=LI)
    do(shop, begin_picking, fulfilment_id=part.id, clerk_id=LI)  # a second tap
    assert stages(shop, order) == {Stage.PICKING}
    with pytest.raises(FulfilmentMovedOnError):
        do(shop, begin_picking, fulfilment_id=part.id, clerk_id=WANG)
    assert do(shop, pick, fulfilment_id=part.id, variant_id=pot) == 1
    with pytest.raises(NotAllPickedError):
        do(shop, pack, fulfilment_id=part.id, clerk_id=LI)
    with pytest.raises(NotInFulfilmentError):
        do(shop, pick, fulfilment_id=part.id, variant_id=stock_product(shop, in_store=1))
    assert do(shop, pick, fulfilment_id=part.id, variant_id=pot) == 2
    with pytest.raises(PickedAlreadyError):
        do(shop, pick, fulfilment_id=part.id, variant_id=pot)
    with pytest.raises(FulfilmentMovedOnError):
        do(shop, put_on_shelf, fulfilment_id=part.id, clerk_id=LI)
    for _ in range(2):
        do(shop, pack, fulfilment_id=part.id, clerk_id=LI)
    assert do(shop, put_on_shelf, fulfilment_id=part.id, clerk_id=LI) is not None
    assert do(shop, put_on_shelf, fulfilment_id=part.id, clerk_id=LI) is None
    assert stages(shop, order) == {Stage.SHELF}
    ship(shop, durable, order, shop.store)
    assert parts(shop, order) == [(shop.store, S.COLLECTED, 2)]
    steps = [EventKind.PICKING, EventKind.PACKED, EventKind.READY, EventKind.HANDED_OVER]
    assert [kind for kind in told(shop, order) if kind in steps] == steps


def test_what_a_clerk_lays_back_another_one_may_pick(shop: Shop, durable: Durable) -> None:
    pot = stock_product(shop, in_warehouse=1)
    order = paid_order(shop, durable, (pot, 1))
    part = part_at(shop, order, shop.warehouse)
    pick_all(shop, part)
    do(shop, put_back, fulfilment_id=part.id, clerk_id=LI)
    assert part_at(shop, order, shop.warehouse).picked == 0
    assert stages(shop, order) == {Stage.PLACED}
    pick_all(shop, part, WANG)
    do(shop, pack, fulfilment_id=part.id, clerk_id=WANG)
    with pytest.raises(FulfilmentMovedOnError):
        do(shop, put_on_shelf, fulfilment_id=part.id, clerk_id=WANG)
    with pytest.raises(UnknownFulfilmentError):
        do(shop, pack, fulfilment_id=new_id(), clerk_id=WANG)


def test_of_two_clerks_who_take_the_same_part_one_has_it(shop: Shop, durable: Durable) -> None:
    for _ in range(3):
        pot = stock_product(shop, in_warehouse=2)
        order = paid_order(shop, durable, (pot, 2))
        part = part_at(shop, order, shop.warehouse)
        begun = [
            deed(shop, begin_picking, fulfilment_id=part.id, clerk_id=who) for who in (LI, WANG)
        ]
        assert at_once(shop, *begun) == Counter(done=1, FulfilmentMovedOnError=1)
        scans = [deed(shop, pick, fulfilment_id=part.id, variant_id=pot) for _ in range(4)]
        assert at_once(shop, *scans) == Counter(done=2, PickedAlreadyError=2)


def test_goods_leave_once_whoever_sends_them_and_nobody_sends_what_is_declined(
    shop: Shop, durable: Durable
) -> None:
    for _ in range(3):
        pot = stock_product(shop, in_warehouse=1, in_store=1)
        order = paid_order(shop, durable, (pot, 1))
        part = part_at(shop, order, shop.warehouse)
        send = deed(
            shop,
            ship_order,
            durable=durable,
            order_id=order.id,
            location_id=shop.warehouse,
            actor_id=LI,
        )
        decline = deed(
            shop,
            decline_fulfilment,
            fulfilment_id=part.id,
            reason=DeclineReason.TOO_BUSY,
            clerk_id=WANG,
        )
        outcomes = at_once(shop, send, send, decline)
        assert outcomes["done"] == 1, outcomes
        states = {place: how for place, how, _ in parts(shop, order)}
        if states[shop.warehouse] is S.SENT:
            assert states == {shop.warehouse: S.SENT}
        else:
            assert states == {shop.warehouse: S.DECLINED, shop.store: S.OPEN}


def test_a_cancelled_order_leaves_nothing_to_pick(shop: Shop, durable: Durable) -> None:
    pot = stock_product(shop, in_warehouse=2)
    order = paid_order(shop, durable, (pot, 2))
    pick_all(shop, part_at(shop, order, shop.warehouse))
    do(shop, cancel_order, durable=durable, order_id=order.id, reason="wish", actor_id=LI)
    assert parts(shop, order) == [(shop.warehouse, S.CANCELLED, 2)]


def test_units_that_are_given_up_are_not_picked_and_the_last_one_ends_the_part(
    shop: Shop, durable: Durable
) -> None:
    pot, cup = stock_product(shop, in_warehouse=3), stock_product(shop, in_store=1)
    order = paid_order(shop, durable, (pot, 3), (cup, 1))
    for given, left in ((1, 2), (2, 0)):
        do(
            shop,
            refund_order,
            durable=durable,
            order_id=order.id,
            request_id=new_id(),
            amount=Money(100, "CNY"),
            reason="fewer",
            given_up=[GivenUp(pot, given)],
            actor_id=LI,
        )
        units = {place: (how, many) for place, how, many in parts(shop, order)}
        assert units[shop.warehouse] == (S.OPEN if left else S.CANCELLED, left)


def test_a_sale_at_a_till_takes_units_out_of_a_part_and_its_end_puts_them_back(
    shop: Shop, durable: Durable
) -> None:
    pot = stock_product(shop, in_warehouse=2)
    order = paid_order(shop, durable, (pot, 2))
    pick_all(shop, part_at(shop, order, shop.warehouse))
    sale, lines = new_id(), [Units(pot, shop.warehouse, 1)]
    with shop.database.transaction(shop.scope) as session:
        terms: dict[str, Any] = {"merchant_id": shop.merchant.id}
        for promise in sell_at_till(session, sale_id=sale, lines=lines, **terms):
            units = Units(promise.variant_id, promise.location_id, promise.quantity)
            take_from_fulfilments(session, order_id=promise.owner_id, units=units, **terms)
    part = part_at(shop, order, shop.warehouse)
    assert (part.state, part.units, part.picked) == (S.PICKING, 1, 1)
    do(shop, pack, fulfilment_id=part.id, clerk_id=LI)
    with shop.database.transaction(shop.scope) as session:
        taken: tuple[TakenPromise, ...] = unsell(
            session, sale_id=sale, lines=lines, reason="void", actor_id=LI, **terms
        )
        keep_promises_again(session, taken=taken, back=lines, actor_id=LI, **terms)
    part = part_at(shop, order, shop.warehouse)
    assert (part.state, part.units, part.picked) == (S.PICKING, 2, 1), "it is unpacked again"


def test_units_that_a_clerk_does_not_find_come_from_another_place(
    shop: Shop, durable: Durable
) -> None:
    pot = stock_product(shop, in_warehouse=3, in_store=4)
    order = paid_order(shop, durable, (pot, 3))
    part = part_at(shop, order, shop.warehouse)
    do(shop, begin_picking, fulfilment_id=part.id, clerk_id=LI)
    do(shop, pick, fulfilment_id=part.id, variant_id=pot)
    missing = {"fulfilment_id": part.id, "variant_id": pot, "reason": ShortReason.NOT_FOUND}
    with pytest.raises(ShortBeyondUnpickedError):
        do(shop, pick_short, units=3, clerk_id=LI, **missing)
    result = do(shop, pick_short, units=2, clerk_id=LI, **missing)
    assert (result.moved, result.nowhere) == ((Units(pot, shop.store, 2),), 0)
    assert level_at(shop, pot, shop.warehouse).on_hand == 1, "the books say what the shelf does"
    assert sorted(parts(shop, order), key=str) == sorted(
        [(shop.warehouse, S.PICKING, 1), (shop.store, S.OPEN, 2)], key=str
    )
    do(shop, pack, fulfilment_id=part.id, clerk_id=LI)
    ship(shop, durable, order, shop.warehouse)
    assert state(shop, order) is OrderState.PLACED
    ship(shop, durable, order, shop.store)
    assert state(shop, order) is OrderState.COMPLETED
    occasions = [row.occasion for row in read(shop, decisions_of, order_id=order.id)]
    assert occasions == ["placed", "rerouted"]
    kinds = told(shop, order)
    assert EventKind.PICKED_SHORT in kinds
    assert EventKind.REROUTED in kinds


def test_what_is_damaged_is_set_aside_and_what_is_nowhere_waits_for_the_merchant(
    shop: Shop, durable: Durable
) -> None:
    pot, cup = stock_product(shop, in_warehouse=2), stock_product(shop, in_warehouse=1)
    order = paid_order(shop, durable, (pot, 2), (cup, 1))
    part = part_at(shop, order, shop.warehouse)
    pick_all(shop, part)
    do(shop, put_back, fulfilment_id=part.id, clerk_id=LI)
    do(shop, begin_picking, fulfilment_id=part.id, clerk_id=LI)
    do(shop, pick, fulfilment_id=part.id, variant_id=cup)
    broken = {"variant_id": pot, "units": 1, "reason": ShortReason.DAMAGED, "clerk_id": LI}
    assert do(shop, pick_short, fulfilment_id=part.id, **broken).nowhere == 1
    assert short(shop, order) == 1
    assert EventKind.STOCK_SHORT in told(shop, order)
    assert level_at(shop, pot, shop.warehouse).on_hand == 1
    with pytest.raises(OutOfStockError):
        do(shop, find_goods_again, order_id=order.id, actor_id=LI)
    again = stock_product(shop, in_store=1)
    assert again != pot
    do(
        shop,
        refund_order,
        durable=durable,
        order_id=order.id,
        request_id=new_id(),
        amount=Money(68800, "CNY"),
        reason="broken",
        given_up=[GivenUp(pot, 1)],
        actor_id=LI,
    )
    assert short(shop, order) == 0
    part = part_at(shop, order, shop.warehouse)
    assert (part.state, part.units) == (S.PICKING, 2), "what is in hand stays in hand"


def test_goods_that_come_in_later_are_found_without_touching_what_is_packed(
    shop: Shop, durable: Durable
) -> None:
    pot = stock_product(shop, in_warehouse=2)
    order = paid_order(shop, durable, (pot, 2))
    part = part_at(shop, order, shop.warehouse)
    do(shop, begin_picking, fulfilment_id=part.id, clerk_id=LI)
    do(shop, pick, fulfilment_id=part.id, variant_id=pot)
    lost = {"variant_id": pot, "units": 1, "reason": ShortReason.NOT_FOUND, "clerk_id": LI}
    do(shop, pick_short, fulfilment_id=part.id, **lost)
    do(shop, pack, fulfilment_id=part.id, clerk_id=LI)
    came = {"variant_id": pot, "location_id": shop.store, "change": 1, "reason": "found"}
    do(shop, adjust_stock, kind=MovementKind.ADJUSTED, **came)
    do(shop, find_goods_again, order_id=order.id, actor_id=LI)
    assert sorted(parts(shop, order), key=str) == sorted(
        [(shop.warehouse, S.PACKED, 1), (shop.store, S.OPEN, 1)], key=str
    )


def test_a_place_that_declines_is_not_asked_again_for_the_order(
    shop: Shop, durable: Durable
) -> None:
    pot, clay = stock_product(shop, in_warehouse=2, in_store=2), stock_product(shop, counted=False)
    order = paid_order(shop, durable, (pot, 2), (clay, 1))
    part = part_at(shop, order, shop.warehouse)
    other = {"reason": DeclineReason.OTHER, "note": " "}
    with pytest.raises(DeclineNoteError):
        do(shop, decline_fulfilment, fulfilment_id=part.id, clerk_id=LI, **other)
    busy = {"reason": DeclineReason.TOO_BUSY, "clerk_id": LI}
    assert do(shop, decline_fulfilment, fulfilment_id=part.id, **busy).nowhere == 0
    assert sorted(parts(shop, order), key=str) == sorted(
        [(shop.warehouse, S.DECLINED, 3), (shop.store, S.OPEN, 3)], key=str
    )
    assert {source.location_id for source in read(shop, sources_of, order_id=order.id)} == {
        shop.store
    }
    with pytest.raises(FulfilmentMovedOnError):
        do(shop, decline_fulfilment, fulfilment_id=part.id, **busy)
    second = part_at(shop, order, shop.store)
    assert do(shop, decline_fulfilment, fulfilment_id=second.id, **busy).nowhere == 3
    last = part_at(shop, order, shop.store)
    assert (last.state, last.reason, last.units) == (S.OPEN, NOWHERE_ELSE, 3)
    assert short(shop, order) == 0, "it stays promised until the merchant decides"


def lying_ready(shop: Shop, durable: Durable, units: int = 1) -> tuple[OrderRow, FulfilmentRow]:
    """Let an order lie on the pickup shelf."""
    order = picked_up(shop, durable, stock_product(shop, in_store=units), units)
    part = part_at(shop, order, shop.store)
    pick_all(shop, part)
    do(shop, pack, fulfilment_id=part.id, clerk_id=LI)
    do(shop, lay_ready, durable=durable, vault=VAULT, fulfilment_id=part.id, clerk_id=LI)
    return order, part_at(shop, order, shop.store)


def code_of(shop: Shop, part: FulfilmentRow) -> PickupCode:
    terms = {"order_id": part.order_id, "fulfilment_id": part.id, "until": part.collect_by}
    found: PickupCode = do(shop, pickup_code, vault=VAULT, **terms)
    return found


def test_a_pickup_code_says_what_its_merchant_signed_and_nothing_else(
    shop: Shop, durable: Durable
) -> None:
    _order, part = lying_ready(shop, durable)
    shown = code_of(shop, part)
    public = do(shop, public_pickup_key)
    claim = read_claim(shown.code.lower(), public_key=public)
    assert claim == PickupClaim(part.order_id, part.id, part.collect_by)
    forged = shown.code[:-4] + ("AAAA" if shown.code[-4:] != "AAAA" else "BBBB")
    other = sign_claim(claim, private_key=new_key_pair()[0])
    for wrong in (forged, other, shown.code[:-1], "QP1", "6901234567892", "QP1ÄÖ", ""):
        assert read_claim(wrong, public_key=public) is None, wrong
        with pytest.raises(PickupCodeError):
            do(shop, shown_fulfilment, vault=VAULT, shown=wrong)
    for right in (shown.code, shown.digits, spaced(shown.digits)):
        assert do(shop, shown_fulfilment, vault=VAULT, shown=right) == part.id
    elsewhere = {"shown": shown.digits, "location_id": shop.warehouse}
    with pytest.raises(PickupCodeError):
        do(shop, shown_fulfilment, vault=VAULT, **elsewhere)


def test_of_two_counters_to_which_a_code_is_shown_one_hands_the_goods_over(
    shop: Shop, durable: Durable
) -> None:
    for _ in range(3):
        order, part = lying_ready(shop, durable)
        give = deed(shop, hand_over, durable=durable, fulfilment_id=part.id, actor_id=LI)
        assert at_once(shop, give, give) == Counter(done=1, CollectedAlreadyError=1)
        assert state(shop, order) is OrderState.COMPLETED
        assert told(shop, order).count(EventKind.HANDED_OVER) == 1


def test_goods_are_kept_to_the_end_of_a_day_and_then_the_order_is_called_off(
    shop: Shop, durable: Durable
) -> None:
    order, part = lying_ready(shop, durable)
    assert part.collect_by is not None
    assert part.ready_at is not None
    here = part.collect_by.astimezone(ZoneInfo(shop.merchant.time_zone))
    assert (here.hour, here.minute) == (0, 0)
    assert timedelta(days=7) < part.collect_by - part.ready_at <= timedelta(days=8)
    let_go = {"durable": durable, "fulfilment_id": part.id}
    assert do(shop, let_pickup_go, at=part.ready_at, **let_go) is False
    assert do(shop, remind_of_pickup, at=part.ready_at, **let_go) is True
    assert do(shop, remind_of_pickup, at=part.ready_at, **let_go) is False
    release = deed(shop, let_pickup_go, at=part.collect_by, **let_go)
    give = deed(shop, hand_over, durable=durable, fulfilment_id=part.id, actor_id=LI)
    outcomes = at_once(shop, release, give)
    if state(shop, order) is OrderState.CANCELLED:
        assert outcomes == Counter(done=1, FulfilmentMovedOnError=1)
        back = sum(each.amount_minor for each in read(shop, refunds_of, order_id=order.id))
        assert back == order.total_minor
        assert parts(shop, order) == [(shop.store, S.CANCELLED, 1)]
    else:
        assert outcomes == Counter(done=2), "the customer was a moment quicker"


def test_a_pickup_of_which_a_part_has_left_waits_for_the_merchant(
    shop: Shop, durable: Durable
) -> None:
    pot = stock_product(shop, in_store=2)
    order = picked_up(shop, durable, pot, 2)
    part = part_at(shop, order, shop.store)
    do(shop, begin_picking, fulfilment_id=part.id, clerk_id=LI)
    do(shop, pick, fulfilment_id=part.id, variant_id=pot)
    lost = {"variant_id": pot, "units": 1, "reason": ShortReason.NOT_FOUND, "clerk_id": LI}
    do(shop, pick_short, fulfilment_id=part.id, **lost)
    ship(shop, durable, order, shop.store)
    came = {"variant_id": pot, "location_id": shop.store, "change": 1, "reason": "found"}
    do(shop, adjust_stock, kind=MovementKind.ADJUSTED, **came)
    do(shop, find_goods_again, order_id=order.id, actor_id=LI)
    part = part_at(shop, order, shop.store)
    pick_all(shop, part)
    do(shop, pack, fulfilment_id=part.id, clerk_id=LI)
    do(shop, lay_ready, durable=durable, vault=VAULT, fulfilment_id=part.id, clerk_id=LI)
    part = part_at(shop, order, shop.store)
    late = {"durable": durable, "fulfilment_id": part.id, "at": part.collect_by}
    assert do(shop, let_pickup_go, **late) is False
    part = part_at(shop, order, shop.store)
    assert (part.state, part.reason) == (S.READY, NOT_COLLECTED)
    assert state(shop, order) is OrderState.PLACED


def test_a_pickup_that_its_store_declines_waits_for_the_merchant(
    shop: Shop, durable: Durable
) -> None:
    pot = stock_product(shop, in_warehouse=5, in_store=1)
    order = picked_up(shop, durable, pot)
    part = part_at(shop, order, shop.store)
    closing = {"reason": DeclineReason.CLOSING, "clerk_id": LI}
    assert do(shop, decline_fulfilment, fulfilment_id=part.id, **closing).nowhere == 1
    assert part_at(shop, order, shop.store).reason == NOWHERE_ELSE
