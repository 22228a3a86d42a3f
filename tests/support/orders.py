"""Carts and orders for tests, made as a shopper makes them."""

from contextlib import closing
from uuid import UUID

from commerce.checkout.queries import cart_by_id, lines_of_cart
from commerce.checkout.quote import quote_cart
from commerce.checkout.rows import CartRow, Quote
from commerce.checkout.service import (
    Placement,
    choose_delivery,
    open_cart,
    place_order,
    put_codes,
    put_line,
    set_contact,
    settle_payment,
)
from commerce.kernel.bearer import Shown
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.durable import Durable
from commerce.kernel.money import Money
from commerce.orders.rows import OrderRow
from commerce.payments.rows import Finding, PaymentState
from tests.support.shop import Shop

ADDRESS = {"name": "Lin Wei", "country": "CN", "street": "1 Nanjing Road", "city": "Shanghai"}


def fill_cart(
    shop: Shop,
    *wanted: tuple[UUID, int],
    email: str = "lin@example.com",
    customer_id: UUID | None = None,
    codes: tuple[str, ...] = (),
) -> CartRow:
    with shop.database.transaction(shop.scope) as session:
        cart = open_cart(
            session,
            merchant_id=shop.merchant.id,
            channel=Channel.WEB,
            currency="CNY",
            locale="en",
            country="CN",
            customer_id=customer_id,
        )
        for variant, quantity in wanted:
            put_line(
                session,
                merchant_id=shop.merchant.id,
                cart_id=cart.id,
                variant_id=variant,
                quantity=quantity,
                seen_price_minor=None,
                add=True,
            )
        set_contact(
            session,
            merchant_id=shop.merchant.id,
            cart_id=cart.id,
            email=email,
            ship_to=dict(ADDRESS),
        )
        if codes:
            put_codes(session, merchant_id=shop.merchant.id, cart_id=cart.id, codes=codes)
    return cart


def quote(shop: Shop, cart: CartRow) -> Quote:
    with shop.database.reading(shop.scope) as connection:
        found = cart_by_id(connection, cart_id=cart.id)
        assert found is not None
        lines = lines_of_cart(connection, cart_id=cart.id)
        return quote_cart(connection, merchant=shop.merchant, cart=found, lines=lines, at=utc_now())


def place(
    shop: Shop,
    cart: CartRow,
    agreed: Money | None = None,
    *,
    plugin: str = "sandbox-card",
    placed_from: str = "",
) -> Placement:
    total = agreed or quote(shop, cart).total
    with (
        closing(Durable(shop.database.url)) as durable,
        shop.database.transaction(shop.scope) as session,
    ):
        return place_order(
            session,
            durable=durable,
            merchant=shop.merchant,
            cart_token=Shown.as_if(cart.id),
            agreed_total=total,
            payment_plugin=plugin,
            at=utc_now(),
            placed_from=placed_from,
        )


def paid_order(shop: Shop, durable: Durable, *wanted: tuple[UUID, int]) -> OrderRow:
    """Let somebody order and pay in the web shop."""
    return _paid(shop, durable, place(shop, fill_cart(shop, *wanted)))


def picked_up(
    shop: Shop, durable: Durable, variant: UUID, units: int = 1, *more: tuple[UUID, int]
) -> OrderRow:
    """Let somebody order goods for pickup (the option `pickup`), and pay them."""
    cart = fill_cart(shop, (variant, units), *more)
    with shop.database.transaction(shop.scope) as session:
        choose_delivery(session, merchant_id=shop.merchant.id, cart_id=cart.id, option="pickup")
    return _paid(shop, durable, place(shop, cart))


def _paid(shop: Shop, durable: Durable, placement: Placement) -> OrderRow:
    assert placement.payment_id is not None
    minor = placement.order.total.amount_minor
    with shop.database.transaction(shop.scope) as session:
        return settle_payment(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            payment_id=placement.payment_id,
            finding=Finding(
                PaymentState.CAPTURED,
                handle=f"h-{placement.payment_id}",
                authorised_minor=minor,
                captured_minor=minor,
            ),
        ).order
