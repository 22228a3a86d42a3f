"""A refund's message and its answer may come in any order and more than once: it is booked once.

A shop owner saw an order of 298 yuan as "given back 596": the provider's message had overtaken the
answer to the call that asked for the refund.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import permutations
from uuid import UUID

import pytest

from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_code, new_id
from commerce.kernel.money import Money
from commerce.payments.queries import payments_of
from commerce.payments.rows import Finding, PaymentRow, PaymentState
from commerce.payments.service import record_finding, request_refund, settle_refund
from tests.support.orders import paid_order
from tests.support.shop import Shop, open_shop, stock_product

TAKEN = 30_000


@dataclass(frozen=True)
class Paid:
    """A payment of 300 yuan, all of it captured."""

    shop: Shop
    order_id: UUID
    id: UUID

    def row(self) -> PaymentRow:
        with self.shop.database.reading(self.shop.scope) as connection:
            (payment,) = payments_of(connection, order_id=self.order_id)
        return payment

    def ask_back(self, amount_minor: int) -> UUID:
        with self.shop.database.transaction(self.shop.scope) as session:
            refund_id = request_refund(
                session,
                merchant_id=self.shop.merchant.id,
                payment_id=self.id,
                request_id=new_id(),
                amount=Money(amount_minor, "CNY"),
                reason="test",
                actor_id=None,
            )
        assert refund_id is not None
        return refund_id

    def answered(self, refund_id: UUID, *, done: bool = True) -> None:
        with self.shop.database.transaction(self.shop.scope) as session:
            settle_refund(
                session, merchant_id=self.shop.merchant.id, refund_id=refund_id, done=done
            )

    def told(self, refunded_minor: int) -> None:
        finding = Finding(
            state=PaymentState.CAPTURED,
            authorised_minor=TAKEN,
            captured_minor=TAKEN,
            refunded_minor=refunded_minor,
        )
        with self.shop.database.transaction(self.shop.scope) as session:
            record_finding(
                session, merchant_id=self.shop.merchant.id, payment_id=self.id, finding=finding
            )


@pytest.fixture
def paid(module_database_url: str) -> Iterator[Paid]:
    with closing(Database(module_database_url)) as database:
        yield pay_an_order(open_shop(database, slug=f"shop-{new_code(6).lower()}"))


def pay_an_order(shop: Shop) -> Paid:
    goods = stock_product(shop, price_minor=TAKEN - 1000, in_warehouse=1)
    with closing(Durable(shop.database.url)) as durable:
        order = paid_order(shop, durable, (goods, 1))
    with shop.database.reading(shop.scope) as connection:
        (payment,) = payments_of(connection, order_id=order.id)
    return Paid(shop, order.id, payment.id)


def test_a_message_that_overtakes_the_answer_counts_nothing_twice(paid: Paid) -> None:
    refund = paid.ask_back(29_800)
    paid.told(29_800)
    assert (paid.row().refunded_minor, paid.row().refunding_minor) == (0, 29_800)
    paid.answered(refund)
    assert (paid.row().refunded_minor, paid.row().refunding_minor) == (29_800, 0)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_two_refunds_and_their_messages_in_any_order_come_to_the_same(
    paid: Paid, order: tuple[int, ...]
) -> None:
    first, second = paid.ask_back(10_000), paid.ask_back(5_000)
    steps: list[Callable[[], None]] = [
        lambda: paid.answered(first),
        lambda: paid.answered(second),
        lambda: paid.told(10_000),
        lambda: paid.told(15_000),
    ]
    for step in order:
        steps[step]()
        row = paid.row()
        assert row.refunded_minor + row.refunding_minor == 15_000
    assert paid.row().refunded_minor == 15_000


def test_what_was_given_back_at_the_providers_desk_counts_beside_ours(paid: Paid) -> None:
    paid.told(10_000)
    refund = paid.ask_back(5_000)
    paid.told(15_000)
    paid.answered(refund)
    paid.told(15_000)
    assert (paid.row().refunded_minor, paid.row().refunding_minor) == (15_000, 0)


def test_a_refund_that_failed_leaves_only_what_was_given_back_elsewhere(paid: Paid) -> None:
    refund = paid.ask_back(5_000)
    paid.told(2_000)
    paid.answered(refund, done=False)
    paid.told(2_000)
    assert (paid.row().refunded_minor, paid.row().refunding_minor) == (2_000, 0)
