"""The till: one sale per command, gapless receipts, a chain that shows every change."""

import json
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from commerce.checkout.service import settle_payment
from commerce.inventory.queries import levels_of
from commerce.kernel.durable import Durable, Work
from commerce.kernel.money import Money
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings
from commerce.orders.queries import order_by_id
from commerce.orders.rows import OrderState
from commerce.payments.errors import TooLittleCashError
from commerce.payments.queries import payments_of, refunds_of
from commerce.payments.rows import Finding, PaymentState
from commerce.payments.service import record_finding
from commerce.registers.errors import (
    CommandConflictError,
    DiscountError,
    OverpaidError,
    PriceChangedError,
    RegisterClosedError,
    RegisterOpenError,
    SaleNotVoidableError,
)
from commerce.registers.journal import link_hash
from commerce.registers.process import complete_paid_sales
from commerce.registers.queries import journal_of, till_sale_by_id
from commerce.registers.rows import (
    CardTender,
    CashTender,
    Discount,
    SaleCommand,
    Tender,
)
from commerce.registers.service import (
    abandon_sale,
    add_tender,
    close_shift,
    complete_if_paid,
    move_cash,
    void_sale,
)
from tests.support.shop import Shop, stock_product
from tests.support.tills import CLERK, cash, command, open_register, sell


def receipt_of(shop: Shop, sale: UUID) -> int | None:
    with shop.database.reading(shop.scope) as connection:
        found = till_sale_by_id(connection, sale_id=sale)
    assert found is not None
    return found.receipt


def test_a_cash_sale_takes_the_goods_and_gets_the_next_receipt(shop: Shop, register: UUID) -> None:
    teapot = stock_product(shop, in_store=3)
    open_register(shop, register)
    sales = [command(register, teapot, total=68800, tenders=(cash(68800, 70000),)) for _ in "ab"]
    for sale in sales:
        assert sell(shop, sale) == {"completed": True}
    assert [receipt_of(shop, sale.id) for sale in sales] == [1, 2]
    with shop.database.reading(shop.scope) as connection:
        (level,) = levels_of(connection, variant_ids=[teapot])
        (payment,) = payments_of(connection, order_id=sales[0].id)
    assert level.on_hand == 1
    assert payment.change == Money(1200, "CNY")


def test_a_command_sent_again_gets_the_same_answer_and_sells_nothing_more(
    shop: Shop, register: UUID
) -> None:
    teapot = stock_product(shop, in_store=3)
    open_register(shop, register)
    sale = command(register, teapot, total=68800, tenders=(cash(68800),))
    assert sell(shop, sale) == sell(shop, sale)
    with shop.database.reading(shop.scope) as connection:
        (level,) = levels_of(connection, variant_ids=[teapot])
    assert level.on_hand == 2


@pytest.mark.race
def test_copies_of_one_command_that_arrive_together_sell_once(shop: Shop, register: UUID) -> None:
    teapot = stock_product(shop, in_store=9)
    open_register(shop, register)
    sale = command(register, teapot, total=68800, tenders=(cash(68800),))
    gate, answers = Barrier(6), []

    def send() -> None:
        gate.wait()
        answers.append(sell(shop, sale))

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [{"completed": True}] * 6
    with shop.database.reading(shop.scope) as connection:
        (level,) = levels_of(connection, variant_ids=[teapot])
    assert level.on_hand == 8


def test_one_id_for_two_contents_is_an_alarm(shop: Shop, register: UUID) -> None:
    teapot = stock_product(shop, in_store=3)
    open_register(shop, register)
    sale = command(register, teapot, total=68800, tenders=(cash(68800),))
    sell(shop, sale)
    changed = SaleCommand(
        id=sale.id,
        register_id=register,
        currency="CNY",
        locale="en",
        lines=sale.lines,
        tenders=sale.tenders,
        total_minor=1,
    )
    with pytest.raises(CommandConflictError):
        sell(shop, changed)


@pytest.mark.race
def test_receipts_of_a_register_have_no_gap_however_many_sell_at_once(
    shop: Shop, register: UUID
) -> None:
    teapot = stock_product(shop, in_store=100)
    open_register(shop, register)
    gate, sales = Barrier(5), []

    def clerk(number: int) -> None:
        gate.wait()
        for _ in range(4):
            right = 68800
            # Every other sale is refused: a refused sale must not use up a number.
            for total in (right + 1, right) if number % 2 else (right,):
                sale = command(register, teapot, total=total, tenders=(cash(total),))
                try:
                    sell(shop, sale)
                except PriceChangedError:
                    continue
                sales.append(sale.id)

    threads = [Thread(target=clerk, args=(i,)) for i in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(receipt_of(shop, sale) or 0 for sale in sales) == list(range(1, 21))


def test_a_discount_takes_a_share_off_and_keeps_its_reason(shop: Shop, register: UUID) -> None:
    teapot = stock_product(shop, in_store=3)
    open_register(shop, register)
    tenth = Discount(reason="set of four", basis_points=1000)
    sale = command(register, teapot, total=61920, tenders=(cash(61920),), discount=tenth)
    sell(shop, sale)
    nameless = Discount(reason=" ", basis_points=1000)
    with pytest.raises(DiscountError):
        sell(
            shop,
            command(register, teapot, total=61920, tenders=(cash(61920),), discount=nameless),
        )


@pytest.mark.parametrize(
    ("tenders", "error"),
    [
        ((CashTender(68800, 60000),), TooLittleCashError),
        ((CashTender(68801, 68801),), OverpaidError),
    ],
)
def test_wrong_tenders_are_refused_and_nothing_is_sold(
    shop: Shop, register: UUID, tenders: tuple[Tender, ...], error: type[Exception]
) -> None:
    teapot = stock_product(shop, in_store=3)
    open_register(shop, register)
    with pytest.raises(error):
        sell(shop, command(register, teapot, total=68800, tenders=tenders))
    with shop.database.reading(shop.scope) as connection:
        (level,) = levels_of(connection, variant_ids=[teapot])
    assert level.on_hand == 3


def test_a_closed_register_sells_nothing(shop: Shop, register: UUID) -> None:
    teapot = stock_product(shop, in_store=3)
    with pytest.raises(RegisterClosedError):
        sell(shop, command(register, teapot, total=68800, tenders=(cash(68800),)))


def test_a_register_opens_once(shop: Shop, register: UUID) -> None:
    open_register(shop, register)
    with pytest.raises(RegisterOpenError):
        open_register(shop, register)


def pay_card(shop: Shop, sale: UUID, state: PaymentState) -> None:
    with shop.database.transaction(shop.scope) as session:
        (payment,) = [p for p in payments_of(session.connection(), order_id=sale) if p.state.open]
        taken = payment.amount_minor if state is PaymentState.CAPTURED else 0
        record_finding(
            session,
            merchant_id=shop.merchant.id,
            payment_id=payment.id,
            finding=Finding(state=state, handle="r1", authorised_minor=taken, captured_minor=taken),
        )
        complete_if_paid(session, merchant_id=shop.merchant.id, sale_id=sale)


def test_a_split_sale_is_completed_by_its_last_tender(shop: Shop, register: UUID) -> None:
    teapot = stock_product(shop, in_store=3)
    open_register(shop, register)
    tenders = (cash(8800), CardTender(60000, "sandbox-reader"))
    sale = command(register, teapot, total=68800, tenders=tenders)
    assert sell(shop, sale) == {"completed": False}
    assert receipt_of(shop, sale.id) is None
    pay_card(shop, sale.id, PaymentState.CAPTURED)
    assert receipt_of(shop, sale.id) == 1


def test_a_card_that_was_taken_while_the_till_was_off_completes_the_sale(
    shop: Shop, register: UUID, durable: Durable, tmp_path: Path
) -> None:
    teapot = stock_product(shop, in_store=3)
    open_register(shop, register)
    sale = command(register, teapot, total=68800, tenders=(CardTender(68800, "sandbox-reader"),))
    sell(shop, sale)
    with shop.database.transaction(shop.scope) as session:
        (payment,) = payments_of(session.connection(), order_id=sale.id)
        settled = settle_payment(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            payment_id=payment.id,
            finding=Finding(
                state=PaymentState.CAPTURED,
                handle="r9",
                authorised_minor=68800,
                captured_minor=68800,
            ),
        )
    assert settled.order.state is OrderState.AWAITING_PAYMENT
    settings = read_settings({"QUAYSIDE_VAR": str(tmp_path), "QUAYSIDE_SECRET": "s" * 32})
    complete_paid_sales.run(Work(database=shop.database, settings=settings, parts=Parts([])))
    assert receipt_of(shop, sale.id) == 1
    with shop.database.reading(shop.scope) as connection:
        (level,) = levels_of(connection, variant_ids=[teapot])
    assert (level.on_hand, level.held) == (2, 0)


def test_after_a_declined_card_the_rest_is_paid_in_cash(shop: Shop, register: UUID) -> None:
    teapot = stock_product(shop, in_store=3)
    open_register(shop, register)
    sale = command(register, teapot, total=68800, tenders=(CardTender(68800, "sandbox-reader"),))
    sell(shop, sale)
    pay_card(shop, sale.id, PaymentState.FAILED)
    with shop.database.transaction(shop.scope) as session:
        add_tender(
            session, merchant_id=shop.merchant.id, sale_id=sale.id, tender=cash(68800, 70000)
        )
        assert complete_if_paid(session, merchant_id=shop.merchant.id, sale_id=sale.id) == ()
    assert receipt_of(shop, sale.id) == 1


def test_an_abandoned_sale_gives_its_cash_back_and_uses_no_number(
    shop: Shop, register: UUID, durable: Durable
) -> None:
    teapot = stock_product(shop, in_store=3)
    open_register(shop, register)
    tenders = (cash(8800), CardTender(60000, "sandbox-reader"))
    sale = command(register, teapot, total=68800, tenders=tenders)
    sell(shop, sale)
    for _ in range(2):
        with shop.database.transaction(shop.scope) as session:
            abandon_sale(
                session,
                durable=durable,
                merchant_id=shop.merchant.id,
                sale_id=sale.id,
                actor_id=CLERK,
            )
    with shop.database.reading(shop.scope) as connection:
        refunds = refunds_of(connection, order_id=sale.id)
        found = order_by_id(connection, order_id=sale.id)
    assert [(r.amount_minor, r.state) for r in refunds] == [(8800, "done")]
    assert found is not None
    assert found.state is OrderState.CANCELLED
    assert receipt_of(shop, sale.id) is None


def test_a_void_returns_goods_and_money_and_keeps_the_receipt(
    shop: Shop, register: UUID, durable: Durable
) -> None:
    teapot = stock_product(shop, in_store=3)
    open_register(shop, register)
    sale = command(register, teapot, total=68800, tenders=(cash(68800),))
    sell(shop, sale)

    def void() -> None:
        with shop.database.transaction(shop.scope) as session:
            void_sale(
                session,
                durable=durable,
                merchant_id=shop.merchant.id,
                sale_id=sale.id,
                reason="wrong colour",
                actor_id=CLERK,
            )

    void()
    with pytest.raises(SaleNotVoidableError):
        void()
    with shop.database.reading(shop.scope) as connection:
        (level,) = levels_of(connection, variant_ids=[teapot])
        (refund,) = refunds_of(connection, order_id=sale.id)
    assert (level.on_hand, refund.amount_minor) == (3, 68800)
    assert receipt_of(shop, sale.id) == 1


def test_the_z_report_adds_up_to_the_drawer(shop: Shop, register: UUID, durable: Durable) -> None:
    teapot = stock_product(shop, in_store=9)
    open_register(shop, register, float_minor=50000)
    sales = [command(register, teapot, total=68800, tenders=(cash(68800, 70000),)) for _ in "abc"]
    for sale in sales:
        sell(shop, sale)
    with shop.database.transaction(shop.scope) as session:
        move_cash(
            session,
            merchant_id=shop.merchant.id,
            register_id=register,
            amount_minor=-20000,
            reason="bank",
            actor_id=CLERK,
        )
        void_sale(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            sale_id=sales[0].id,
            reason="changed her mind",
            actor_id=CLERK,
        )
    with shop.database.transaction(shop.scope) as session:
        report = close_shift(
            session,
            merchant_id=shop.merchant.id,
            register_id=register,
            counted=Money(167500, "CNY"),
            actor_id=CLERK,
        )
    assert report["expected_minor"] == 50000 + 3 * 68800 - 68800 - 20000
    assert report["difference_minor"] == -100
    assert (report["sales"], report["voids"]) == (3, 1)
    assert (report["first_receipt"], report["last_receipt"]) == (1, 3)
    assert report["net_of_voids_minor"] == 2 * 68800
    assert sum(tax["gross_minor"] for tax in report["taxes"]) == 2 * 68800


def test_every_link_of_the_journal_covers_the_one_before(shop: Shop, register: UUID) -> None:
    teapot = stock_product(shop, in_store=9)
    open_register(shop, register)
    for _ in range(3):
        sell(shop, command(register, teapot, total=68800, tenders=(cash(68800),)))
    with shop.database.reading(shop.scope) as connection:
        chain = journal_of(connection, register_id=register)
    assert [link.kind for link in chain] == ["open", "sale", "sale", "sale"]
    previous = ""
    for link in chain:
        assert link.previous_hash == previous
        previous = link_hash(
            previous=previous, position=link.position, kind=link.kind, at=link.at, body=link.body
        )
        assert link.hash == previous
    assert json.loads(chain[1].body)["total_minor"] == 68800


def test_the_database_refuses_to_change_the_journal(shop: Shop, register: UUID) -> None:
    open_register(shop, register)
    for change in ("UPDATE journal_entry SET kind = 'x'", "DELETE FROM journal_entry"):
        with pytest.raises(DBAPIError), shop.database.transaction(shop.scope) as session:
            session.execute(text(change))
