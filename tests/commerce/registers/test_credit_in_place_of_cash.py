"""Cash that becomes store credit stays in the drawer, and every account of the drawer says so."""

from uuid import UUID

from commerce.checkout.service import refund_order
from commerce.cli.proofs import ledger, tills
from commerce.customers.service import remember_customer
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.payments.stored_value.service import open_credit
from commerce.registers.service import close_shift
from tests.support.shop import Shop, stock_product
from tests.support.stockroom import assert_the_doctor_is_silent
from tests.support.stored_value import left_on
from tests.support.tills import CLERK, cash, command, sell

PROOFS = (*ledger.PROOFS, *tills.PROOFS)


def give_back_as_credit(shop: Shop, durable: Durable, sale: UUID, minor: int) -> UUID:
    """Refund part of a till's sale to the store credit of a customer; return the credit."""
    at = {"merchant_id": shop.merchant.id}
    with shop.database.transaction(shop.scope) as session:
        lin = remember_customer(session, **at, email="lin@example.com").id
        credit = open_credit(session, **at, customer_id=lin, currency="CNY")
        refund_order(
            session,
            **at,
            durable=durable,
            order_id=sale,
            request_id=new_id(),
            amount=Money(minor, "CNY"),
            reason="chipped",
            actor_id=CLERK,
            onto=credit,
        )
    return credit


def test_a_drawer_still_holds_the_cash_that_became_credit(
    shop: Shop, open_counter: UUID, durable: Durable
) -> None:
    teapot = stock_product(shop, in_store=6)
    sale = command(open_counter, teapot, total=68800, tenders=(cash(68800),))
    sell(shop, sale)
    credit = give_back_as_credit(shop, durable, sale.id, 20000)
    assert left_on(shop, credit) == 20000
    assert_the_doctor_is_silent(shop.database, proofs=PROOFS)
    with shop.database.transaction(shop.scope) as session:
        report = close_shift(
            session,
            merchant_id=shop.merchant.id,
            register_id=open_counter,
            counted=Money(118800, "CNY"),
            actor_id=CLERK,
        )
    assert (report["expected_minor"], report["difference_minor"]) == (118800, 0)
    (told,) = report["tenders"]
    assert (told["taken_minor"], told["refunded_minor"]) == (68800, 0)
    assert_the_doctor_is_silent(shop.database, proofs=PROOFS)
    give_back_as_credit(shop, durable, sale.id, 10000)
    assert_the_doctor_is_silent(shop.database, proofs=PROOFS)
