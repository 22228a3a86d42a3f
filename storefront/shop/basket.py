"""Which cart a browser holds: a secret in a cookie of its own per shop.

A cart that was ordered and not paid is set aside in a second cookie when a new one is begun, so that
the shopper is led back to it.
"""

from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.checkout.queries import cart_by_token, lines_of_cart
from commerce.checkout.rows import CartLineRow, CartRow
from commerce.checkout.service import open_cart, put_codes, put_line
from commerce.kernel.bearer import Shown
from commerce.kernel.channel import Channel
from commerce.kernel.money import Money
from commerce.orders.queries import order_by_id
from commerce.orders.rows import OrderRow, OrderState
from commerce.payments.queries import payments_of
from commerce.payments.rows import kept_minor
from commerce.web.bearer import cart_token, shown_cart
from commerce.web.services import services
from storefront.shop.destination import Destination
from storefront.shop.shopper import shopper_here
from storefront.shop.visit import Visit

_MONTH_SECONDS = 30 * 24 * 3600
_DAY_SECONDS = 24 * 3600


def browser_cart(slug: str) -> Shown | None:
    """Return the secret of the cart that this browser holds in the shop at `slug`."""
    token = request.cookies.get(_cookie(slug))
    return shown_cart(token) if token else None


def held_cart(connection: Connection, visit: Visit) -> CartRow | None:
    """Return the browser's cart while it can still change; an ordered one is none any more."""
    cart = last_cart(connection, visit)
    return cart if cart is not None and cart.order_id is None else None


def last_cart(connection: Connection, visit: Visit) -> CartRow | None:
    """Return the browser's cart, ordered or not."""
    token = browser_cart(visit.merchant.slug)
    return cart_by_token(connection, token=token) if token else None


def unpaid_order(connection: Connection, visit: Visit) -> OrderRow | None:
    """Return the order that this browser has placed and not paid, if there is one."""
    slug = visit.merchant.slug
    for token in (request.cookies.get(_cookie(slug)), request.cookies.get(_aside(slug))):
        cart = cart_by_token(connection, token=shown_cart(token)) if token else None
        if cart is None or cart.order_id is None:
            continue
        order = order_by_id(connection, order_id=cart.order_id)
        if order is not None and order.state is OrderState.AWAITING_PAYMENT:
            return order
    return None


def due_of(connection: Connection, order: OrderRow) -> Money:
    """Return what is still to be paid of an order."""
    kept = kept_minor(payments_of(connection, order_id=order.id))
    return Money(order.total_minor - kept, order.currency)


def new_cart(session: Session, visit: Visit, destination: Destination) -> CartRow:
    """Open a cart for this browser; the answer must carry it (`keep_cart`)."""
    shopper = shopper_here(
        session.connection(),
        merchant_id=visit.merchant.id,
        slug=visit.merchant.slug,
        at=visit.at,
    )
    return open_cart(
        session,
        merchant_id=visit.merchant.id,
        channel=Channel.WEB,
        currency=destination.currency,
        locale=visit.language,
        country=destination.country,
        customer_id=shopper.customer_id if shopper else None,
    )


def refill(
    session: Session, visit: Visit, *, cart: CartRow, lines: tuple[CartLineRow, ...]
) -> None:
    """Put `lines` into an empty cart, such as one in another currency."""
    for line in lines:
        put_line(
            session,
            merchant_id=visit.merchant.id,
            cart_id=cart.id,
            variant_id=line.variant_id,
            quantity=line.quantity,
            seen_price_minor=None,
            add=False,
        )


def cart_in(session: Session, visit: Visit, cart: CartRow, destination: Destination) -> CartRow:
    """Return the cart with its goods in another currency: a new one, as prices are of one currency."""
    lines = lines_of_cart(session.connection(), cart_id=cart.id)
    moved = new_cart(session, visit, destination)
    refill(session, visit, cart=moved, lines=lines)
    if not cart.codes:
        return moved
    return put_codes(session, merchant_id=visit.merchant.id, cart_id=moved.id, codes=cart.codes)


def keep_cart(response: Response, slug: str, cart_id: UUID) -> None:
    """Let the browser hold the cart for a month; another one that it held is set aside."""
    before, token = request.cookies.get(_cookie(slug)), cart_token(cart_id)
    if before is not None and before != token:
        _keep(response, _aside(slug), before, _DAY_SECONDS)
    _keep(response, _cookie(slug), token, _MONTH_SECONDS)


def _keep(response: Response, name: str, token: str, seconds: int) -> None:
    response.set_cookie(
        name,
        token,
        max_age=seconds,
        secure=services().settings.secure,
        httponly=True,
        samesite="Lax",
    )


def forget_cart(response: Response, slug: str) -> None:
    """Take the cart out of the browser: it has become an order."""
    response.delete_cookie(_cookie(slug), httponly=True, samesite="Lax")


def forget_aside(response: Response, slug: str) -> None:
    """Take the cart that was set aside out of the browser: it is paid, or in the cart again."""
    response.delete_cookie(_aside(slug), httponly=True, samesite="Lax")


def _cookie(slug: str) -> str:
    return f"quayside_cart_{slug}"


def _aside(slug: str) -> str:
    return f"quayside_unpaid_{slug}"
