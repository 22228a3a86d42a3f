"""Take an order back that came to nothing: call it off, or fill a cart with it again."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.errors import NotUnpaidError
from commerce.checkout.process import announce_cancellation
from commerce.checkout.queries import cart_by_id, lines_of_cart
from commerce.checkout.rows import CartRow
from commerce.checkout.service.cancel import cancel_order
from commerce.checkout.service.cart import (
    MOST_UNITS,
    choose_delivery,
    open_cart,
    put_codes,
    put_line,
    set_contact,
)
from commerce.checkout.service.locking import locked_order
from commerce.kernel.durable import Durable
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.orders.rows import OrderRow, OrderState


def withdraw_order(
    session: Session, *, durable: Durable, merchant_id: UUID, order_id: UUID
) -> OrderRow:
    """Cancel an order that awaits payment, as its shopper; its goods are free again.

    The caller has asked the provider to give the payment up before; money that arrives all the same
    is given back by `settle_payment`. A letter tells of it where money goes back or the address is an
    account's: whoever has paid nothing may have typed anybody's address, and sees it on the page.

    Raises:
        NotUnpaidError: it has been paid meanwhile, or is cancelled already.
        NotFoundError: the merchant has no such order.
    """
    order, owed = _withdrawn(session, durable, merchant_id, order_id)
    if owed or order.customer_id is not None:
        announce_cancellation(session, durable=durable, merchant_id=merchant_id, order_id=order_id)
    return order


def _withdrawn(
    session: Session, durable: Durable, merchant_id: UUID, order_id: UUID
) -> tuple[OrderRow, Money]:
    order = locked_order(session, merchant_id=merchant_id, order_id=order_id)
    if order.state is not OrderState.AWAITING_PAYMENT:
        raise NotUnpaidError
    owed = cancel_order(
        session,
        durable=durable,
        merchant_id=merchant_id,
        order_id=order_id,
        reason="withdrawn",
        actor_id=None,
    )
    return order, owed


def reopen_order(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    order_id: UUID,
    into: CartRow | None = None,
) -> CartRow:
    """Cancel an order that awaits payment and return a cart with its goods, address and delivery.

    One that is cancelled already stays as it is, and its goods may be ordered again. An open cart
    `into` of the same currency gets the goods besides its own and keeps its address; asked again, it
    gets no more of them.

    Raises:
        NotUnpaidError: it has been paid meanwhile.
        NotFoundError: the merchant has no such order, or it was not made of a cart.
        CartClosedError: `into` has become an order.
    """
    order = locked_order(session, merchant_id=merchant_id, order_id=order_id)
    again = order.state is OrderState.CANCELLED
    if not again:
        _order, owed = _withdrawn(session, durable, merchant_id, order_id)
        if owed:
            announce_cancellation(
                session, durable=durable, merchant_id=merchant_id, order_id=order_id
            )
    before = cart_by_id(session.connection(), cart_id=order.source_id)
    if before is None:
        raise NotFoundError
    if into is not None and into.currency == before.currency:
        cart = into
    else:
        cart = _like(session, merchant_id, before)
    _fill(session, merchant_id, cart, before, again=again)
    return cart


def _like(session: Session, merchant_id: UUID, before: CartRow) -> CartRow:
    """Open a cart that goes where `before` went, in the same way, for the same person."""
    cart = open_cart(
        session,
        merchant_id=merchant_id,
        channel=before.channel,
        currency=before.currency,
        locale=before.locale,
        country=before.country,
        region=before.region,
        customer_id=before.customer_id,
    )
    mine = {"merchant_id": merchant_id, "cart_id": cart.id}
    set_contact(session, **mine, email=before.email, ship_to=before.ship_to)
    if before.codes:
        put_codes(session, **mine, codes=before.codes)
    return choose_delivery(session, **mine, option=before.delivery_option)


def _fill(
    session: Session, merchant_id: UUID, cart: CartRow, before: CartRow, *, again: bool
) -> None:
    connection = session.connection()
    held = {line.variant_id: line.quantity for line in lines_of_cart(connection, cart_id=cart.id)}
    for line in lines_of_cart(connection, cart_id=before.id):
        there = held.get(line.variant_id, 0)
        put_line(
            session,
            merchant_id=merchant_id,
            cart_id=cart.id,
            variant_id=line.variant_id,
            quantity=max(line.quantity, there) if again else min(line.quantity + there, MOST_UNITS),
            seen_price_minor=line.seen_price_minor,
            add=False,
        )
