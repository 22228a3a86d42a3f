"""Whatever is said of a payment, however often and in whichever order: the books balance to the cent."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.database import Database
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.payments.errors import RefundExceedsPaymentError
from commerce.payments.rows import Finding, PaymentState, Tender
from commerce.payments.service import (
    record_finding,
    request_refund,
    settle_refund,
    start_payment,
)
from tests.support.ledger import assert_the_books_are_sound
from tests.support.orders import fill_cart, place
from tests.support.shop import Shop, open_shop, stock_product

AMOUNT = 1000
MINOR = st.integers(min_value=0, max_value=AMOUNT)

FINDINGS = st.builds(
    lambda state, first, second, third: (
        "finding",
        Finding(
            state=state,
            authorised_minor=max(first, second),
            captured_minor=min(first, second),
            refunded_minor=third,
        ),
    ),
    st.sampled_from(PaymentState),
    MINOR,
    MINOR,
    MINOR,
)
REFUNDS = st.tuples(st.just("refund"), st.integers(min_value=1, max_value=AMOUNT))
ANSWERS = st.tuples(st.just("answer"), st.booleans())
EVENTS = st.lists(st.one_of(FINDINGS, REFUNDS, ANSWERS), max_size=9)

_SIDES = text("""
SELECT account, sum(sign * amount_minor) FROM money_entry
CROSS JOIN LATERAL (VALUES (debit, 1), (credit, -1)) AS side (account, sign)
WHERE payment_id = :payment GROUP BY account
""")
_PAYMENT = text("SELECT * FROM payment WHERE id = :payment")


@pytest.fixture(scope="module")
def shop(module_database_url: str) -> Iterator[Shop]:
    database = Database(module_database_url)
    yield open_shop(database)
    database.close()


@pytest.fixture(scope="module")
def order_id(shop: Shop) -> UUID:
    return place(shop, fill_cart(shop, (stock_product(shop, in_warehouse=3), 1))).order.id


def test_any_sequence_of_payment_events_balances(shop: Shop, order_id: UUID) -> None:
    @settings(
        max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(events=EVENTS)
    def balances(events: list[tuple[str, Any]]) -> None:
        with shop.database.transaction(shop.scope) as session:
            payment = happen(session, shop, order_id, events)
            held = accounts(session, payment)
            row = session.execute(_PAYMENT, {"payment": payment}).one()
        assert sum(held.values()) == 0
        assert held["takings"] == -row.captured_minor
        assert held["refunds"] == row.refunded_minor <= row.captured_minor
        assert held["clearing"] == row.captured_minor - row.refunded_minor
        promised = row.authorised_minor - row.captured_minor if row.state == "authorised" else 0
        assert held["authorised"] == -held["awaited"] == promised

    balances()
    assert_the_books_are_sound(shop.database)


def happen(session: Session, shop: Shop, order_id: UUID, events: list[tuple[str, Any]]) -> UUID:
    """Let events happen to a new payment, as the business lets them."""
    merchant = shop.merchant.id
    payment = start_payment(
        session,
        merchant_id=merchant,
        order_id=order_id,
        plugin="sandbox-card",
        tender=Tender.ONLINE,
        amount=Money(AMOUNT, "CNY"),
    )
    asked: list[UUID] = []
    for kind, told in events:
        if kind == "finding":
            record_finding(session, merchant_id=merchant, payment_id=payment, finding=told)
        elif kind == "refund":
            asked += ask_back(session, merchant, payment, told)
        elif asked:
            settle_refund(session, merchant_id=merchant, refund_id=asked.pop(), done=told)
    return payment


def ask_back(session: Session, merchant: UUID, payment: UUID, minor: int) -> list[UUID]:
    try:
        with session.begin_nested():
            refund = request_refund(
                session,
                merchant_id=merchant,
                payment_id=payment,
                request_id=new_id(),
                amount=Money(minor, "CNY"),
                reason="returned",
                actor_id=None,
            )
    except RefundExceedsPaymentError:
        return []
    return [refund] if refund else []


def accounts(session: Session, payment: UUID) -> Counter[str]:
    rows = session.execute(_SIDES, {"payment": payment}).all()
    return Counter({account: int(minor) for account, minor in rows})
