"""Goods come back: asked for, approved, received, looked at and paid back; never a unit or a cent twice."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from commerce.checkout.errors import RestockBeyondSoldError
from commerce.checkout.returns import cancel_return, refuse_return
from commerce.checkout.service import goods_of, refund_order
from commerce.inventory.queries import levels_of
from commerce.inventory.rows import Units
from commerce.inventory.service import quarantine_of
from commerce.kernel.clock import utc_now
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
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
    refunds,
    reread,
    sent,
    sold_lines,
)
from tests.support.shop import Shop, stock_product


def on_hand(shop: Shop, order: OrderRow) -> dict[UUID, int]:
    (sold,) = sold_lines(shop, order)
    assert sold.variant_id is not None
    with shop.database.reading(shop.scope) as connection:
        levels = levels_of(connection, variant_ids=[sold.variant_id])
        return {each.location_id: each.on_hand for each in levels}


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
    door = arrived - timedelta(days=1)
    facts = {"stage": "delivered", "scanned_at": f"{door}T12:00:00+08:00", "label": "one"}
    scan = replace(events[-1], kind=EventKind.TRACKED, facts=facts)
    assert arrived_on(again, [*events, scan], zone="Asia/Shanghai") == door
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
