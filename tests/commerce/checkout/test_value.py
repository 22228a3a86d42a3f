"""Gift cards and credit pay an order, in part or whole, and have their money back exactly once."""

from datetime import timedelta
from uuid import UUID

import pytest

from commerce.checkout.errors import ValueChangedError
from commerce.checkout.process.unpaid import CARD_BACK_WITHIN, expire_order
from commerce.checkout.rows import CartRow
from commerce.checkout.service import (
    Placement,
    cancel_order,
    lay_card,
    lay_value,
    place_order,
    refund_order,
    settle_payment,
)
from commerce.customers.service import remember_customer
from commerce.kernel.bearer import Shown
from commerce.kernel.clock import utc_now
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.orders.queries import order_by_id
from commerce.orders.rows import OrderRow, OrderState
from commerce.payments.errors import PaymentMethodUnavailableError
from commerce.payments.queries import payments_of
from commerce.payments.rows import Finding, PaymentState, Tender
from commerce.payments.stored_value.codes import digest_of
from commerce.payments.stored_value.errors import UnknownGiftCardError, ValueShortError
from commerce.payments.stored_value.service import grant_credit, open_credit
from tests.support.orders import fill_cart, place, quote
from tests.support.shop import Shop, stock_product
from tests.support.stored_value import VAULT, assert_the_value_is_sound, give_card, left_on

TOTAL = 69800
CLERK = UUID(int=7)


@pytest.fixture
def cart(shop: Shop) -> CartRow:
    """A teapot at 688.00 with delivery for 10.00."""
    return fill_cart(shop, (stock_product(shop, in_warehouse=9), 1))


def lay(shop: Shop, cart: CartRow, *accounts: UUID) -> None:
    with shop.database.transaction(shop.scope) as session:
        for each in accounts:
            lay_value(session, merchant_id=shop.merchant.id, cart_id=cart.id, account_id=each)


def order(shop: Shop, placement: Placement) -> OrderRow:
    with shop.database.reading(shop.scope) as connection:
        found = order_by_id(connection, order_id=placement.order.id)
    assert found is not None
    return found


def tenders(shop: Shop, placement: Placement) -> list[tuple[Tender, int, int]]:
    with shop.database.reading(shop.scope) as connection:
        found = payments_of(connection, order_id=placement.order.id)
    return [(each.tender, each.amount_minor, each.refunded_minor) for each in found]


def test_a_card_that_covers_everything_places_the_order(shop: Shop, cart: CartRow) -> None:
    card = give_card(shop, 100_000)
    with shop.database.transaction(shop.scope) as session:
        digest = digest_of(VAULT, shop.merchant.id, card.code)
        lay_card(session, merchant_id=shop.merchant.id, cart_id=cart.id, digest=digest)
        with pytest.raises(UnknownGiftCardError):
            lay_card(session, merchant_id=shop.merchant.id, cart_id=cart.id, digest=b"x")
    placement = place(shop, cart, plugin="")
    assert placement.payment_id is None
    assert order(shop, placement).state is OrderState.PLACED
    assert tenders(shop, placement) == [(Tender.GIFT_CARD, TOTAL, 0)]
    assert left_on(shop, card.id) == 100_000 - TOTAL
    assert_the_value_is_sound(shop)


def test_several_cards_pay_first_and_a_bank_card_the_rest(
    shop: Shop, cart: CartRow, durable: Durable
) -> None:
    first, second = give_card(shop, 10_000), give_card(shop, 20_000)
    lay(shop, cart, second.id, first.id)
    with pytest.raises(PaymentMethodUnavailableError):
        place(shop, cart, plugin="")
    assert left_on(shop, first.id) == 10_000
    placement = place(shop, cart)
    assert order(shop, placement).state is OrderState.AWAITING_PAYMENT
    assert tenders(shop, placement) == [
        (Tender.GIFT_CARD, 20_000, 0),
        (Tender.GIFT_CARD, 10_000, 0),
        (Tender.ONLINE, 39_800, 0),
    ]
    assert placement.payment_id is not None
    paid = Finding(PaymentState.CAPTURED, "h1", authorised_minor=39_800, captured_minor=39_800)
    with shop.database.transaction(shop.scope) as session:
        settle_payment(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            payment_id=placement.payment_id,
            finding=paid,
        )
    assert order(shop, placement).state is OrderState.PLACED
    back(shop, durable, placement, 45_000)
    assert tenders(shop, placement)[0] == (Tender.GIFT_CARD, 20_000, 0), "the newest has it first"
    assert left_on(shop, first.id) == 45_000 - 39_800
    assert_the_value_is_sound(shop)


def back(
    shop: Shop, durable: Durable, placement: Placement, minor: int, *, onto: UUID | None = None
) -> None:
    with shop.database.transaction(shop.scope) as session:
        assert refund_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=placement.order.id,
            request_id=new_id(),
            amount=Money(minor, "CNY"),
            reason="chipped",
            actor_id=CLERK,
            onto=onto,
        )


def test_what_was_shown_is_what_is_taken(shop: Shop, cart: CartRow, durable: Durable) -> None:
    card = give_card(shop, 10_000)
    lay(shop, cart, card.id)
    total = quote(shop, cart).total
    with (
        pytest.raises(ValueChangedError, match="100"),
        shop.database.transaction(shop.scope) as session,
    ):
        place_order(
            session,
            durable=durable,
            merchant=shop.merchant,
            cart_token=Shown.as_if(cart.id),
            agreed_total=total,
            payment_plugin="sandbox-card",
            at=utc_now(),
            agreed_value=Money(15_000, "CNY"),
        )
    assert left_on(shop, card.id) == 10_000


def test_a_cancelled_order_gives_a_card_its_money_back_once(
    shop: Shop, cart: CartRow, durable: Durable
) -> None:
    card = give_card(shop, 10_000)
    lay(shop, cart, card.id)
    placement = place(shop, cart)
    assert left_on(shop, card.id) == 0
    with shop.database.transaction(shop.scope) as session:
        owed = cancel_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=placement.order.id,
            reason="withdrawn",
            actor_id=None,
        )
    assert owed == Money(10_000, "CNY")
    assert left_on(shop, card.id) == 10_000
    assert placement.payment_id is not None
    late = Finding(PaymentState.CAPTURED, "h1", authorised_minor=59_800, captured_minor=59_800)
    with shop.database.transaction(shop.scope) as session:
        settle_payment(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            payment_id=placement.payment_id,
            finding=late,
        )
    assert left_on(shop, card.id) == 10_000
    assert_the_value_is_sound(shop)


def test_an_order_that_nobody_pays_gives_a_card_back_after_a_day(
    shop: Shop, cart: CartRow, durable: Durable
) -> None:
    card = give_card(shop, 10_000)
    lay(shop, cart, card.id)
    placement = place(shop, cart)

    def expire(after: timedelta) -> bool:
        with shop.database.transaction(shop.scope) as session:
            return expire_order(
                session,
                durable=durable,
                merchant_id=shop.merchant.id,
                order_id=placement.order.id,
                now=utc_now() + after,
            )

    assert not expire(CARD_BACK_WITHIN - timedelta(minutes=1))
    assert expire(CARD_BACK_WITHIN + timedelta(minutes=1))
    assert not expire(CARD_BACK_WITHIN + timedelta(minutes=2))
    assert left_on(shop, card.id) == 10_000
    assert_the_value_is_sound(shop)


def test_credit_pays_for_its_customer_alone_and_takes_refunds(shop: Shop, durable: Durable) -> None:
    at = {"merchant_id": shop.merchant.id}
    tea = stock_product(shop, in_warehouse=9)
    with shop.database.transaction(shop.scope) as session:
        lin = remember_customer(session, **at, email="lin@example.com").id
        credit = grant_credit(
            session,
            **at,
            customer_id=lin,
            amount=Money(80_000, "CNY"),
            reason="late",
            request_id=new_id(),
            actor_id=CLERK,
        )
        assert open_credit(session, **at, customer_id=lin, currency="CNY") == credit
    guest, own = fill_cart(shop, (tea, 1)), fill_cart(shop, (tea, 1), customer_id=lin)
    for each in (guest, own):
        lay(shop, each, credit)
    assert tenders(shop, place(shop, guest)) == [(Tender.ONLINE, TOTAL, 0)]
    placement = place(shop, own, plugin="")
    assert tenders(shop, placement) == [(Tender.STORE_CREDIT, TOTAL, 0)]
    again = fill_cart(shop, (tea, 1), customer_id=lin)
    lay(shop, again, credit)
    back(shop, durable, placement, 800, onto=credit)
    assert left_on(shop, credit) == 80_000 - TOTAL + 800
    assert tenders(shop, place(shop, again))[0] == (Tender.STORE_CREDIT, 11_000, 0)
    with pytest.raises(ValueShortError):
        lay(shop, fill_cart(shop, (tea, 1), customer_id=lin), credit)
    assert_the_value_is_sound(shop)
