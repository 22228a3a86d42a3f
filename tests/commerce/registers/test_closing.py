"""What happens around a Z close: nothing is missed, nothing slips in, nothing goes back twice."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from commerce.checkout.errors import CashNeedsDrawerError, RefundEndedError
from commerce.checkout.service import hand_back_cash, refund_order, withdraw_cash_refund
from commerce.inventory.queries import levels_of
from commerce.inventory.rows import Units
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.payments.errors import PaymentMethodUnavailableError
from commerce.payments.queries import payments_of
from commerce.registers.errors import (
    DrawerShortError,
    OtherCurrencyError,
    RegisterClosedError,
    SaleReturnedError,
)
from commerce.registers.promised import promised_at
from commerce.registers.rows import CardTender, PromisedCash
from commerce.registers.service import (
    OpenDrawer,
    StoreTill,
    close_shift,
    complete_if_paid,
    move_cash,
    start_sale,
    void_sale,
)
from commerce.registers.service.shifts import require_open_shift, require_shift_alone
from tests.support.shop import Shop, stock_product
from tests.support.tills import CLERK, cash, command, counter_in, open_register, sell


def closing(shop: Shop, register: UUID) -> Callable[[Session], dict[str, Any]]:
    return lambda session: close_shift(
        session,
        merchant_id=shop.merchant.id,
        register_id=register,
        counted=Money(50000, "CNY"),
        actor_id=CLERK,
    )


def selling(shop: Shop, register: UUID, teapot: UUID) -> Callable[[Session], object]:
    wanted = command(register, teapot, total=68800, tenders=(cash(68800),))

    def work(session: Session) -> object:
        start_sale(session, merchant=shop.merchant, command=wanted, clerk_id=CLERK)
        return complete_if_paid(session, merchant_id=shop.merchant.id, sale_id=wanted.id)

    return work


def test_whoever_may_close_a_shift_has_it_alone_from_the_start(
    shop: Shop, open_counter: UUID
) -> None:
    at = {"merchant_id": shop.merchant.id, "register_id": open_counter}

    def share(second: Session) -> None:
        second.execute(text("SET LOCAL lock_timeout = '50ms'"))
        require_open_shift(second, **at)

    with shop.database.transaction(shop.scope) as first:
        require_shift_alone(first, **at)
        with pytest.raises(OperationalError, match="lock timeout"):
            shop.database.run(shop.scope, share)


def moving(shop: Shop, register: UUID) -> Callable[[Session], None]:
    return lambda session: move_cash(
        session,
        merchant_id=shop.merchant.id,
        register_id=register,
        amount_minor=-10000,
        reason="bank",
        actor_id=CLERK,
    )


def drawer_of(shop: Shop, register: UUID) -> OpenDrawer:
    return OpenDrawer(shop.merchant.id, register, "one too many", CLERK)


def refund(shop: Shop, durable: Durable, sale: UUID, drawer: OpenDrawer | StoreTill | None) -> None:
    with shop.database.transaction(shop.scope) as session:
        refund_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=sale,
            request_id=new_id(),
            amount=Money(20000, "CNY"),
            reason="one too many",
            actor_id=CLERK,
            drawer=drawer,
        )


def one_behind_the_other(
    shop: Shop, first: Callable[[Session], Any], second: Callable[[Session], Any]
) -> tuple[Any, "Future[Any]"]:
    """Do `first`, and begin `second` before the first one's transaction has ended."""
    begun = Event()

    def follow() -> Any:
        with shop.database.transaction(shop.scope) as session:
            begun.set()
            return second(session)

    with ThreadPoolExecutor(1) as pool:
        with shop.database.transaction(shop.scope) as session:
            done = first(session)
            following = pool.submit(follow)
            assert begun.wait(5)
            # It has to wait for us: were it able to go on, it would be done long before this.
            with pytest.raises(TimeoutError):
                following.result(timeout=0.5)
        following.exception(timeout=10)
    return done, following


def test_nobody_takes_out_more_than_the_drawer_holds(shop: Shop) -> None:
    register = counter_in(shop)
    open_register(shop, register)

    def take_out(amount_minor: int) -> None:
        with shop.database.transaction(shop.scope) as session:
            move_cash(
                session,
                merchant_id=shop.merchant.id,
                register_id=register,
                amount_minor=-amount_minor,
                reason="bank",
                actor_id=CLERK,
            )

    with pytest.raises(DrawerShortError):
        take_out(10**8)
    take_out(50000)
    with pytest.raises(DrawerShortError):
        take_out(1)


def test_a_z_report_waits_for_the_sale_that_is_being_written(
    shop: Shop, open_counter: UUID
) -> None:
    teapot = stock_product(shop, in_store=3)
    _, closed = one_behind_the_other(
        shop, selling(shop, open_counter, teapot), closing(shop, open_counter)
    )
    report = closed.result()
    assert (report["sales"], report["expected_minor"]) == (1, 50000 + 68800)


def test_a_z_report_waits_for_the_cash_that_is_being_moved(shop: Shop, open_counter: UUID) -> None:
    _, closed = one_behind_the_other(shop, moving(shop, open_counter), closing(shop, open_counter))
    assert closed.result()["expected_minor"] == 40000


@pytest.mark.parametrize("kind", ["sale", "cash", "close"])
def test_nothing_slips_into_a_shift_that_is_being_closed(
    shop: Shop, open_counter: UUID, kind: str
) -> None:
    teapot = stock_product(shop, in_store=3)
    late: Callable[[Session], Any] = {
        "sale": selling(shop, open_counter, teapot),
        "cash": moving(shop, open_counter),
        "close": closing(shop, open_counter),
    }[kind]
    report, refused = one_behind_the_other(shop, closing(shop, open_counter), late)
    assert isinstance(refused.exception(), RegisterClosedError)
    assert (report["sales"], report["expected_minor"]) == (0, 50000)


def test_a_register_sells_in_the_currency_of_its_drawer(shop: Shop, open_counter: UUID) -> None:
    """A clerk sold 128 yuan's worth for 27.12 euros, and the drawer counted 27.12 yuan."""
    teapot = stock_product(shop, in_store=3)
    wanted = command(open_counter, teapot, total=68800, tenders=(cash(68800),))
    foreign = replace(wanted, currency="EUR")
    with pytest.raises(OtherCurrencyError):
        sell(shop, foreign)


def test_a_card_of_a_provider_that_nobody_set_up_is_refused(shop: Shop, open_counter: UUID) -> None:
    teapot = stock_product(shop, in_store=3)
    wanted = command(open_counter, teapot, total=68800, tenders=(CardTender(68800, "nope"),))
    with pytest.raises(PaymentMethodUnavailableError):
        sell(shop, wanted)


def test_a_sale_that_came_back_at_the_desk_cannot_be_voided_as_a_whole(
    shop: Shop, open_counter: UUID, durable: Durable
) -> None:
    teapot = stock_product(shop, in_store=6)
    sale = command(open_counter, teapot, total=137600, tenders=(cash(137600),), quantity=2)
    sell(shop, sale)
    with shop.database.transaction(shop.scope) as session:
        refund_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=sale.id,
            request_id=new_id(),
            amount=Money(68800, "CNY"),
            reason="one too many",
            returned=[Units(teapot, shop.store, 1)],
            actor_id=CLERK,
            drawer=drawer_of(shop, open_counter),
        )
    with (
        pytest.raises(SaleReturnedError),
        shop.database.transaction(shop.scope) as session,
    ):
        void_sale(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            sale_id=sale.id,
            reason="all of it",
            actor_id=CLERK,
        )
    with shop.database.reading(shop.scope) as connection:
        (level,) = levels_of(connection, variant_ids=[teapot])
    assert level.on_hand == 5


def test_cash_that_the_desk_gives_back_is_in_the_z_of_the_drawer_that_pays_it(
    shop: Shop, open_counter: UUID, durable: Durable
) -> None:
    teapot = stock_product(shop, in_store=6)
    sale = command(open_counter, teapot, total=68800, tenders=(cash(68800),))
    sell(shop, sale)
    with pytest.raises(CashNeedsDrawerError):
        refund(shop, durable, sale.id, None)
    refund(shop, durable, sale.id, drawer_of(shop, open_counter))
    with shop.database.transaction(shop.scope) as session:
        first = closing(shop, open_counter)(session)
    assert (first["expected_minor"], first["paid_back_minor"]) == (98800, 20000)
    told_once = first["tenders"][0]["refunded_minor"], first["cash_out_minor"], first["paid_back"]
    assert told_once == (0, 0, 1)
    with pytest.raises(RegisterClosedError):
        refund(shop, durable, sale.id, drawer_of(shop, open_counter))
    open_register(shop, open_counter)
    refund(shop, durable, sale.id, drawer_of(shop, open_counter))
    with shop.database.transaction(shop.scope) as session:
        second = closing(shop, open_counter)(session)
    assert (second["expected_minor"], second["paid_back_minor"]) == (30000, 20000)


def promised(shop: Shop) -> tuple[PromisedCash, ...]:
    with shop.database.reading(shop.scope) as connection:
        return promised_at(connection, location_id=shop.store)


def test_cash_that_a_till_is_to_pay_back_leaves_its_drawer_once_and_not_before(
    shop: Shop, open_counter: UUID, durable: Durable
) -> None:
    teapot = stock_product(shop, in_store=6)
    sale = command(open_counter, teapot, total=68800, tenders=(cash(68800),))
    sell(shop, sale)
    store = StoreTill(shop.merchant.id, shop.store, CLERK)
    refund(shop, durable, sale.id, store)
    (waiting,) = promised(shop)
    assert (waiting.handed, waiting.reason) == (Money(20000, "CNY"), "one too many")
    with shop.database.transaction(shop.scope) as session:
        first = closing(shop, open_counter)(session)
    assert (first["expected_minor"], first["paid_back_minor"]) == (118800, 0)
    open_register(shop, open_counter)

    def pay() -> Money:
        with shop.database.transaction(shop.scope) as session:
            return hand_back_cash(
                session,
                durable=durable,
                merchant_id=shop.merchant.id,
                refund_id=waiting.refund_id,
                drawer=drawer_of(shop, open_counter),
                actor_id=CLERK,
            )

    with ThreadPoolExecutor(2) as pool:
        outcomes = [each.exception() for each in [pool.submit(pay), pool.submit(pay)]]
    assert [type(each) for each in outcomes if each] == [RefundEndedError]
    assert promised(shop) == ()
    with shop.database.transaction(shop.scope) as session:
        second = closing(shop, open_counter)(session)
    assert (second["expected_minor"], second["paid_back_minor"]) == (30000, 20000)
    with shop.database.reading(shop.scope) as connection:
        (payment,) = payments_of(connection, order_id=sale.id)
    assert (payment.refunded_minor, payment.refunding_minor) == (20000, 0)


def test_cash_that_nobody_came_for_can_be_promised_again(
    shop: Shop, open_counter: UUID, durable: Durable
) -> None:
    teapot = stock_product(shop, in_store=6)
    sale = command(open_counter, teapot, total=68800, tenders=(cash(68800),))
    sell(shop, sale)
    refund(shop, durable, sale.id, StoreTill(shop.merchant.id, shop.store, CLERK))
    for waiting in promised(shop) * 2:
        with shop.database.transaction(shop.scope) as session:
            gone = {"merchant_id": shop.merchant.id, "refund_id": waiting.refund_id}
            try:
                withdraw_cash_refund(session, **gone, actor_id=CLERK)
            except RefundEndedError:
                assert promised(shop) == ()
    refund(shop, durable, sale.id, drawer_of(shop, open_counter))
    with shop.database.transaction(shop.scope) as session:
        report = closing(shop, open_counter)(session)
    assert (report["expected_minor"], report["paid_back_minor"]) == (98800, 20000)
