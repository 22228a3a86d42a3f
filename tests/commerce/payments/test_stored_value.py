"""Gift cards and store credit: what is on them is explained, and nobody spends more than that."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID

import pytest

from commerce.customers.service import remember_customer
from commerce.kernel.clock import utc_now
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.payments.queries import payments_of
from commerce.payments.rows import PaymentState, Tender
from commerce.payments.service import request_refund, settle_refund
from commerce.payments.stored_value.codes import code_key, digest_of, grouped, new_code
from commerce.payments.stored_value.errors import (
    GiftCardBlockedError,
    GiftCardExpiredError,
    GiftCardTooLargeError,
    OtherCurrencyValueError,
    ValueShortError,
)
from commerce.payments.stored_value.limits import most_on_a_card
from commerce.payments.stored_value.queries import (
    card_by_digest,
    credit_of,
    entries_of,
    liabilities,
)
from commerce.payments.stored_value.rows import ValueEntryKind as Kind
from commerce.payments.stored_value.service import (
    adjust_value,
    block_card,
    expire_values,
    grant_credit,
    open_credit,
    put_back,
    redeem,
    set_expiry,
    unblock_card,
)
from tests.support.ledger import held
from tests.support.orders import fill_cart, paid_order, place
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product
from tests.support.stored_value import (
    VAULT,
    account,
    assert_the_value_is_sound,
    give_card,
    left_on,
)

CLERK = UUID(int=7)


@pytest.fixture
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server) as made:
        yield made


@pytest.fixture
def order_id(shop: Shop) -> UUID:
    """An order that awaits its money."""
    return place(shop, fill_cart(shop, (stock_product(shop, in_warehouse=9), 1))).order.id


def spend(shop: Shop, order_id: UUID, card_id: UUID, minor: int, currency: str = "CNY") -> None:
    card = account(shop, card_id)
    with shop.database.transaction(shop.scope) as session:
        redeem(
            session,
            merchant_id=shop.merchant.id,
            order_id=order_id,
            parts=[(card, Money(minor, currency))],
        )


def test_a_code_that_is_mistyped_is_none() -> None:
    code = new_code()
    assert code_key(f" {grouped(code).lower()} ") == code
    alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    for at, right in enumerate(code):
        for wrong in alphabet.replace(right, ""):
            assert code_key(code[:at] + wrong + code[at + 1 :]) == ""
    assert code_key(code[:-1]) == ""
    assert len({new_code() for _ in range(100)}) == 100


def test_a_card_is_found_by_its_code_alone_and_the_code_is_nowhere(shop: Shop) -> None:
    card = give_card(shop, 5000)
    with shop.database.reading(shop.scope) as connection:
        by_code = card_by_digest(connection, digest=digest_of(VAULT, shop.merchant.id, card.code))
        elsewhere = digest_of(VAULT, new_id(), card.code)
        assert card_by_digest(connection, digest=elsewhere) is None
        kept = connection.exec_driver_sql("SELECT v::text FROM stored_value v").scalar_one()
    assert by_code is not None
    assert (by_code.balance, by_code.last_four) == (Money(5000, "CNY"), card.code[-4:])
    assert card.code not in kept


def test_no_card_holds_more_than_the_law_of_the_merchants_country_lets_it(shop: Shop) -> None:
    with pytest.raises(GiftCardTooLargeError) as caught:
        give_card(shop, 100_001)
    assert caught.value.params == {"most": Money(100_000, "CNY")}
    card = give_card(shop, 100_000)
    with pytest.raises(GiftCardTooLargeError), shop.database.transaction(shop.scope) as session:
        adjust_value(
            session,
            merchant_id=shop.merchant.id,
            account_id=card.id,
            by=Money(1, "CNY"),
            reason="a slip",
            request_id=new_id(),
            actor_id=new_id(),
        )
    assert left_on(shop, card.id) == 100_000
    assert give_card(shop, 100_001, currency="USD").amount == Money(100_001, "USD")
    before = most_on_a_card(country="CN", currency="CNY", day=date(2012, 10, 31))
    assert before is None


def test_fifty_who_use_one_card_at_once_get_no_more_than_it_holds(
    shop: Shop, order_id: UUID
) -> None:
    card = give_card(shop, 1000)
    everybody = Barrier(50)

    def attempt(_number: int) -> bool:
        everybody.wait(30)
        try:
            spend(shop, order_id, card.id, 70)
        except ValueShortError:
            return False
        return True

    with ThreadPoolExecutor(50) as threads:
        paid = sum(threads.map(attempt, range(50)))
    assert paid == 1000 // 70
    assert left_on(shop, card.id) == 1000 - paid * 70
    with shop.database.reading(shop.scope) as connection:
        uses = [p for p in payments_of(connection, order_id=order_id) if p.tender.stored]
    assert len(uses) == paid
    assert {(p.tender, p.state) for p in uses} == {(Tender.GIFT_CARD, PaymentState.CAPTURED)}
    assert_the_value_is_sound(shop)


def test_a_card_that_is_blocked_expired_or_of_another_currency_pays_nothing(
    shop: Shop, order_id: UUID
) -> None:
    at = {"merchant_id": shop.merchant.id}
    card, dollars = give_card(shop, 1000), give_card(shop, 1000, currency="USD")
    with shop.database.transaction(shop.scope) as session:
        block_card(session, **at, account_id=card.id)
    with pytest.raises(GiftCardBlockedError):
        spend(shop, order_id, card.id, 100)
    with shop.database.transaction(shop.scope) as session:
        unblock_card(session, **at, account_id=card.id)
        set_expiry(session, **at, account_id=card.id, until=utc_now() - timedelta(days=1))
    with pytest.raises(GiftCardExpiredError):
        spend(shop, order_id, card.id, 100)
    with pytest.raises(OtherCurrencyValueError):
        spend(shop, order_id, dollars.id, 100)
    with shop.database.transaction(shop.scope) as session:
        assert expire_values(session, **at, now=utc_now()) == 1
        assert expire_values(session, **at, now=utc_now()) == 0
    assert left_on(shop, card.id) == 0
    assert held(shop, "stored-value") == {"goodwill": 1000, "breakage": -1000}
    assert_the_value_is_sound(shop)


def test_every_change_has_its_reason_and_is_made_once(shop: Shop) -> None:
    card, wish = give_card(shop, 1000), new_id()

    def adjust(minor: int, request_id: UUID) -> None:
        with shop.database.transaction(shop.scope) as session:
            adjust_value(
                session,
                merchant_id=shop.merchant.id,
                account_id=card.id,
                by=Money(minor, "CNY"),
                reason="misprinted",
                request_id=request_id,
                actor_id=CLERK,
            )

    adjust(500, wish)
    adjust(500, wish)
    adjust(-200, new_id())
    with pytest.raises(ValueShortError, match="13"):
        adjust(-1301, new_id())
    with shop.database.reading(shop.scope) as connection:
        told = entries_of(connection, account_id=card.id)
        (owed,) = liabilities(connection)
    assert [(e.kind, e.amount_minor, e.balance_minor, e.reason) for e in told] == [
        (Kind.ADJUSTED, -200, 1300, "misprinted"),
        (Kind.ADJUSTED, 500, 1500, "misprinted"),
        (Kind.GRANTED, 1000, 1000, "a prize"),
    ]
    assert (owed.accounts, owed.outstanding) == (1, Money(1300, "CNY"))
    assert_the_value_is_sound(shop)


def test_credit_is_the_customers_own_in_each_currency(shop: Shop) -> None:
    with shop.database.transaction(shop.scope) as session:
        lin = remember_customer(session, merchant_id=shop.merchant.id, email="lin@example.com").id
    wish = new_id()
    for currency, request_id in (("CNY", wish), ("CNY", wish), ("USD", new_id())):
        with shop.database.transaction(shop.scope) as session:
            grant_credit(
                session,
                merchant_id=shop.merchant.id,
                customer_id=lin,
                amount=Money(300, currency),
                reason="a late parcel",
                request_id=request_id,
                actor_id=CLERK,
            )
    with shop.database.reading(shop.scope) as connection:
        found = credit_of(connection, customer_id=lin)
    assert [each.balance for each in found] == [Money(300, "CNY"), Money(300, "USD")]


def test_a_card_payment_refunded_to_credit_stays_with_its_provider(shop: Shop) -> None:
    at = {"merchant_id": shop.merchant.id}
    with closing(Durable(shop.database.url)) as durable:
        order = paid_order(shop, durable, (stock_product(shop, in_warehouse=9), 1))
    with shop.database.transaction(shop.scope) as session:
        lin = remember_customer(session, merchant_id=shop.merchant.id, email="lin@example.com").id
        (payment,) = payments_of(session.connection(), order_id=order.id)
        credit = open_credit(session, **at, customer_id=lin, currency="CNY")
        refund = request_refund(
            session,
            **at,
            payment_id=payment.id,
            request_id=new_id(),
            amount=Money(800, "CNY"),
            reason="chipped",
            actor_id=CLERK,
            account_id=credit,
        )
        assert refund is not None
        settle_refund(session, **at, refund_id=refund, done=True)
        put_back(session, **at, account_id=credit, refund_id=refund, amount=Money(800, "CNY"))
    assert left_on(shop, credit) == 800
    assert held(shop, payment.plugin)["clearing"] == payment.captured_minor
    assert held(shop, "stored-value") == {"refunds": 800, "stored_value": -800}
    assert_the_value_is_sound(shop)
