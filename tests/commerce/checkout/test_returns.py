"""Goods come back: asked for, approved, received, looked at and paid back; never a unit or a cent twice."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.checkout.errors import RestockBeyondSoldError
from commerce.checkout.returns import cancel_return, refuse_return
from commerce.checkout.returns.worth import share_of
from commerce.checkout.service import goods_of, refund_order
from commerce.cli.proofs import money as money_proofs
from commerce.cli.proofs import returns as return_proofs
from commerce.cli.proofs import stock as stock_proofs
from commerce.cli.proofs.examination import examine
from commerce.inventory.queries import levels_of
from commerce.inventory.rows import Units
from commerce.inventory.service import keep_lots, quarantine_of
from commerce.kernel.clock import utc_now
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.settings import read_settings
from commerce.orders.queries import order_by_id, timeline_of
from commerce.orders.returns.errors import (
    NothingToReturnError,
    RefundBeyondReturnError,
    ReturnAnswerError,
    ReturnBeyondDeliveredError,
    ReturnCountError,
    ReturnMovedOnError,
    ReturnTooLateError,
    ReturnWayError,
    UnknownReasonError,
)
from commerce.orders.returns.rights import return_right
from commerce.orders.returns.rows import FoundUnits, ReturnState, ReturnWay
from commerce.orders.returns.terms import ReturnTerms, return_terms_of, set_return_terms
from commerce.orders.returns.window import arrived_on, last_moment
from commerce.orders.rows import EventKind, OrderRow
from commerce.payments.queries import refunds_of
from tests.support.orders import paid_order
from tests.support.returns import (
    CLERK,
    approve,
    ask,
    brought_back,
    inspect,
    left_to_return,
    pay_back,
    receive,
    reread,
    sent,
    sold_lines,
)
from tests.support.shop import Shop, stock_product


@pytest.fixture
def order(shop: Shop, durable: Durable) -> OrderRow:
    """Three teapots at 688.00 and delivery for 10.00, sent to the buyer."""
    made = paid_order(shop, durable, (stock_product(shop, in_warehouse=5), 3))
    sent(shop, durable, made)
    return made


@pytest.fixture
def line(shop: Shop, order: OrderRow) -> UUID:
    return sold_lines(shop, order)[0].id


def on_hand(shop: Shop, order: OrderRow) -> dict[UUID, int]:
    (sold,) = sold_lines(shop, order)
    assert sold.variant_id is not None
    with shop.database.reading(shop.scope) as connection:
        levels = levels_of(connection, variant_ids=[sold.variant_id])
        return {each.location_id: each.on_hand for each in levels}


def refunds(shop: Shop, order: OrderRow) -> list[int]:
    with shop.database.reading(shop.scope) as connection:
        return [each.amount_minor for each in refunds_of(connection, order_id=order.id)]


def told(shop: Shop, order: OrderRow) -> list[EventKind]:
    with shop.database.reading(shop.scope) as connection:
        return [event.kind for event in timeline_of(connection, order_id=order.id, everything=True)]


def let(shop: Shop, **terms: Any) -> None:
    with shop.database.transaction(shop.scope) as session:
        set_return_terms(
            session,
            merchant_id=shop.merchant.id,
            terms=ReturnTerms(**terms),
            actor_id=CLERK,
            now=utc_now(),
        )


def test_a_return_goes_from_the_wish_to_the_money(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID
) -> None:
    wish = ask(shop, durable, order, (line, 2))
    assert reread(shop, wish)[0].state is ReturnState.APPROVED
    assert left_to_return(shop, order) == [1]
    receive(shop, durable, wish, {line: 2})
    inspect(shop, wish, FoundUnits(line, restocked=1, quarantined=1))
    assert pay_back(shop, durable, wish) == Money(2 * 68800, "CNY")
    done, (found,) = reread(shop, wish)
    assert (done.state, done.refunded_minor) == (ReturnState.REFUNDED, 2 * 68800)
    assert found.net_minor + found.tax_minor == done.goods_minor == 2 * 68800
    with shop.database.transaction(shop.scope) as session:
        aside = quarantine_of(session, merchant_id=shop.merchant.id, location_id=shop.store)
    assert on_hand(shop, order) == {shop.warehouse: 2, shop.store: 1, aside: 1}
    assert refunds(shop, order) == [2 * 68800]
    assert told(shop, order)[-4:] == [
        EventKind.RETURN_APPROVED,
        EventKind.RETURN_RECEIVED,
        EventKind.RETURN_INSPECTED,
        EventKind.REFUND_STARTED,
    ]


def test_what_is_written_off_comes_back_and_leaves_the_books(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID
) -> None:
    wish = ask(shop, durable, order, (line, 1))
    receive(shop, durable, wish, {line: 1})
    inspect(shop, wish, FoundUnits(line, written_off=1))
    assert sum(on_hand(shop, order).values()) == 2
    with shop.database.reading(shop.scope) as connection:
        assert [each.returned for each in goods_of(connection, order_id=order.id)] == [1]


def test_whoever_keeps_nothing_gets_the_delivery_back_too(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID
) -> None:
    assert brought_back(shop, durable, order, line, 1) == Money(68800, "CNY")
    assert brought_back(shop, durable, order, line, 2) == Money(2 * 68800 + 1000, "CNY")
    assert sum(refunds(shop, order)) == order.total_minor


def test_units_that_did_not_come_or_are_handed_back_can_be_asked_for_again(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID
) -> None:
    wish = ask(shop, durable, order, (line, 3))
    receive(shop, durable, wish, {line: 2})
    assert left_to_return(shop, order) == [1]
    with pytest.raises(ReturnCountError):
        inspect(shop, wish, FoundUnits(line, restocked=1))
    inspect(shop, wish, FoundUnits(line, restocked=1, declined=1))
    assert left_to_return(shop, order) == [2]
    assert pay_back(shop, durable, wish) == Money(68800, "CNY")


def test_a_return_of_which_nothing_is_kept_is_closed(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID
) -> None:
    wish = ask(shop, durable, order, (line, 1))
    receive(shop, durable, wish, {line: 1})
    inspect(shop, wish, FoundUnits(line, declined=1))
    assert reread(shop, wish)[0].state is ReturnState.CLOSED
    with pytest.raises(ReturnMovedOnError):
        pay_back(shop, durable, wish)


def test_the_same_wish_is_one_return(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID
) -> None:
    wish = new_id()
    ask(shop, durable, order, (line, 1), return_id=wish)
    ask(shop, durable, order, (line, 1), return_id=wish)
    assert left_to_return(shop, order) == [2]


def test_no_more_comes_back_than_was_delivered(shop: Shop, durable: Durable) -> None:
    teapot = stock_product(shop, in_warehouse=2, in_store=1)
    order = paid_order(shop, durable, (teapot, 3))
    (line,) = sold_lines(shop, order)
    with pytest.raises(ReturnTooLateError):
        ask(shop, durable, order, (line.id, 1))
    sent(shop, durable, order)
    with pytest.raises(ReturnBeyondDeliveredError):
        ask(shop, durable, order, (line.id, 3))
    ask(shop, durable, order, (line.id, 2))
    assert left_to_return(shop, order) == [0]


def test_what_a_return_claims_the_desk_cannot_take_back_without_it(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID
) -> None:
    (sold,) = sold_lines(shop, order)
    assert sold.variant_id is not None
    variant = sold.variant_id

    def at_desk(units: int) -> None:
        with shop.database.transaction(shop.scope) as session:
            refund_order(
                session,
                durable=durable,
                merchant_id=shop.merchant.id,
                order_id=order.id,
                request_id=new_id(),
                amount=Money(100, "CNY"),
                reason="as a favour",
                returned=(Units(variant, shop.store, units),),
                actor_id=CLERK,
            )

    ask(shop, durable, order, (line, 2))
    with pytest.raises(RestockBeyondSoldError):
        at_desk(2)
    at_desk(1)
    assert left_to_return(shop, order) == [0]


def test_refused_and_taken_back_wishes_free_their_units(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID
) -> None:
    let(shop, at_once=False)
    wish = ask(shop, durable, order, (line, 3))
    assert reread(shop, wish)[0].state is ReturnState.REQUESTED
    with shop.database.transaction(shop.scope) as session:
        cancel_return(session, merchant_id=shop.merchant.id, return_id=wish)
    again = ask(shop, durable, order, (line, 3))
    approve(shop, durable, again)

    def refuse(answer: str) -> None:
        with shop.database.transaction(shop.scope) as session:
            refuse_return(
                session,
                durable=durable,
                merchant_id=shop.merchant.id,
                return_id=again,
                answer=answer,
                actor_id=CLERK,
            )

    with pytest.raises(ReturnAnswerError):
        refuse(" ")
    refuse("It was used.")
    assert reread(shop, again)[0].answer == "It was used."
    assert left_to_return(shop, order) == [3]
    with pytest.raises(ReturnMovedOnError):
        receive(shop, durable, again, {line: 1})


def test_less_goes_back_only_with_a_word_why_and_never_more(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID
) -> None:
    wish = ask(shop, durable, order, (line, 1))
    receive(shop, durable, wish, {line: 1})
    inspect(shop, wish, FoundUnits(line, quarantined=1))
    with pytest.raises(RefundBeyondReturnError):
        pay_back(shop, durable, wish, 68801)
    with pytest.raises(ReturnAnswerError):
        pay_back(shop, durable, wish, 60000)
    assert pay_back(shop, durable, wish, 60000, "The glaze is scratched.").amount_minor == 60000
    with pytest.raises(ReturnMovedOnError):
        pay_back(shop, durable, wish)


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"reason": "for fun"}, UnknownReasonError),
        ({"way": ReturnWay.COUNTER}, ReturnWayError),
        ({"units": 0}, NothingToReturnError),
        ({"strange": True}, ReturnBeyondDeliveredError),
    ],
)
def test_what_cannot_be_meant_is_refused(  # noqa: PLR0917 - fixtures
    shop: Shop,
    durable: Durable,
    order: OrderRow,
    line: UUID,
    asked: dict[str, Any],
    fault: type[Exception],
) -> None:
    wanted = (new_id() if asked.pop("strange", False) else line, asked.pop("units", 1))
    with pytest.raises(fault):
        ask(shop, durable, order, wanted, **asked)


def test_of_many_who_ask_for_the_last_unit_at_once_one_gets_it(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID
) -> None:
    ask(shop, durable, order, (line, 2))
    start, won, lost = Barrier(8), [], []

    def ask_too() -> None:
        start.wait()
        try:
            won.append(ask(shop, durable, order, (line, 1)))
        except ReturnBeyondDeliveredError:
            lost.append(1)

    _at_once(ask_too, 8)
    assert (len(won), len(lost)) == (1, 7)
    assert left_to_return(shop, order) == [0]


def test_of_many_who_pay_one_return_back_at_once_one_does(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID
) -> None:
    wish = ask(shop, durable, order, (line, 1))
    receive(shop, durable, wish, {line: 1})
    inspect(shop, wish, FoundUnits(line, restocked=1))
    start, paid, late = Barrier(6), [], []

    def pay() -> None:
        start.wait()
        try:
            paid.append(pay_back(shop, durable, wish))
        except ReturnMovedOnError:
            late.append(1)

    _at_once(pay, 6)
    assert (len(paid), len(late)) == (1, 5)
    assert refunds(shop, order) == [68800]


def _at_once(work: Callable[[], None], times: int) -> None:
    threads = [Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_last_unit_takes_the_cents_that_are_left(shop: Shop, durable: Durable) -> None:
    order = paid_order(shop, durable, (stock_product(shop, in_warehouse=5, price_minor=3333), 3))
    (line,) = sold_lines(shop, order)
    shares = [share_of(line, before=before, units=1) for before in range(3)]
    assert sum(net for net, _tax in shares) == line.net_minor
    assert sum(tax for _net, tax in shares) == line.tax_minor
    assert share_of(line, before=0, units=3) == (line.net_minor, line.tax_minor)
    totals = [net + tax for net, tax in shares]
    assert max(totals) - min(totals) <= 1


def test_the_days_count_from_the_arrival_and_end_at_midnight(
    shop: Shop, durable: Durable, order: OrderRow
) -> None:
    with shop.database.reading(shop.scope) as connection:
        events = timeline_of(connection, order_id=order.id, everything=False)
        again = order_by_id(connection, order_id=order.id)
    assert again is not None
    arrived = arrived_on(again, events, zone="Asia/Shanghai")
    assert arrived is not None
    assert arrived == date.fromisoformat(str(again.delivery["latest"]))
    until = last_moment(arrived, days=14, zone="Asia/Shanghai")
    assert until - datetime.combine(arrived, datetime.min.time(), until.tzinfo) == timedelta(15)


def test_the_law_gives_days_that_a_merchant_cannot_take_away(shop: Shop) -> None:
    assert return_right("DE").days == 14
    assert "2011/83/EU" in return_right("DE").source
    assert ReturnTerms(days=3).days_for("DE") == 14
    assert ReturnTerms(days=30).days_for("CN") == 30
    with shop.database.reading(shop.scope) as connection:
        assert return_terms_of(connection) == ReturnTerms()
    let(shop, days=30, to_store=False)
    with shop.database.reading(shop.scope) as connection:
        assert return_terms_of(connection).ways == (ReturnWay.POST,)


def faults(shop: Shop) -> list[str]:
    """Return what the doctor finds wrong with returns, stock and money."""
    proofs = (*return_proofs.PROOFS, *stock_proofs.PROOFS, *money_proofs.PROOFS)
    verdicts = examine(read_settings({}), shop.database.url, proofs=proofs)
    return [fault.what for each in verdicts for fault in each.faults]


@pytest.mark.parametrize("way", [{"sell_when_out": True}, {"counted": False}])
def test_goods_that_nobody_counts_come_back_once_too(
    shop: Shop, durable: Durable, way: dict[str, bool]
) -> None:
    order = paid_order(shop, durable, (stock_product(shop, **way), 3))
    sent(shop, durable, order)
    (line,) = sold_lines(shop, order)
    wish = ask(shop, durable, order, (line.id, 3))
    receive(shop, durable, wish, {line.id: 3})
    found = FoundUnits(line.id, restocked=1, quarantined=1, written_off=1)
    inspect(shop, wish, found)
    assert pay_back(shop, durable, wish) == order.total
    assert left_to_return(shop, order) == [0]
    assert faults(shop) == []


def test_broken_goods_with_lots_leave_the_lot_they_came_back_to(
    shop: Shop, durable: Durable
) -> None:
    tea = stock_product(shop, in_warehouse=4)
    with shop.database.transaction(shop.scope) as session:
        keep_lots(session, merchant_id=shop.merchant.id, variant_id=tea)
    order = paid_order(shop, durable, (tea, 2))
    sent(shop, durable, order)
    (line,) = sold_lines(shop, order)
    wish = ask(shop, durable, order, (line.id, 2))
    receive(shop, durable, wish, {line.id: 2})
    inspect(shop, wish, FoundUnits(line.id, restocked=1, written_off=1))
    assert faults(shop) == []


@given(parts=st.lists(st.integers(min_value=1, max_value=4), min_size=1, max_size=6))
@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_however_an_order_comes_back_its_money_is_paid_back_to_the_cent(
    shop: Shop, durable: Durable, parts: list[int]
) -> None:
    """Seven pieces at 33.33 come back in whatever portions: 243.31 with the delivery, no cent more."""
    order = paid_order(shop, durable, (stock_product(shop, in_warehouse=7, price_minor=3333), 7))
    sent(shop, durable, order)
    (line,) = sold_lines(shop, order)
    left = 7
    for part in [*parts, 7]:
        units = min(part, left)
        if units:
            brought_back(shop, durable, order, line.id, units)
            left -= units
    assert sum(refunds(shop, order)) == order.total_minor
    with pytest.raises(ReturnBeyondDeliveredError):
        ask(shop, durable, order, (line.id, 1))
    assert faults(shop) == []
