"""What is known of carts and of where an order's goods come from."""

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select, text

from commerce.checkout.models import Cart
from commerce.checkout.rows import CartLineRow, CartRow
from commerce.kernel.channel import Channel

_TABLE = Cart.__table__
_CART = select(*(_TABLE.c[field.name] for field in fields(CartRow)))
_BY_TOKEN = _CART.where(_TABLE.c.token == bindparam("token"))
_BY_ID = _CART.where(_TABLE.c.id == bindparam("id"))

_LINES = text("""
SELECT variant_id, quantity, seen_price_minor FROM cart_line WHERE cart_id = :cart ORDER BY id
""")

_PIECES = text("""
SELECT COALESCE(sum(l.quantity), 0) FROM cart c
JOIN cart_line l ON l.merchant_id = c.merchant_id AND l.cart_id = c.id
WHERE c.token = :token AND c.order_id IS NULL
""")

_SOURCES = text("""
SELECT variant_id, location_id, quantity FROM order_source WHERE order_id = :order
ORDER BY location_id, variant_id
""")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Units of an order and the location they come from."""

    variant_id: UUID
    location_id: UUID
    quantity: int


def cart_by_token(connection: Connection, *, token: str) -> CartRow | None:
    """Return the cart whose secret this is, or None."""
    return _cart(connection.execute(_BY_TOKEN, {"token": token}).one_or_none())


def cart_by_id(connection: Connection, *, cart_id: UUID) -> CartRow | None:
    """Return one cart of the merchant, or None."""
    return _cart(connection.execute(_BY_ID, {"id": cart_id}).one_or_none())


def lines_of_cart(connection: Connection, *, cart_id: UUID) -> tuple[CartLineRow, ...]:
    """Return what lies in a cart, in the order it was put there."""
    return tuple(CartLineRow(*row) for row in connection.execute(_LINES, {"cart": cart_id}))


def pieces_in_cart(connection: Connection, *, token: str) -> int:
    """Return how many units lie in the cart, for its badge."""
    return int(connection.execute(_PIECES, {"token": token}).scalar_one())


def sources_of(connection: Connection, *, order_id: UUID) -> tuple[SourceRow, ...]:
    """Return where an order's goods come from."""
    return tuple(SourceRow(*row) for row in connection.execute(_SOURCES, {"order": order_id}))


def _cart(row: Row[Any] | None) -> CartRow | None:
    if row is None:
        return None
    facts = row._asdict()
    facts["channel"] = Channel(facts["channel"])
    return CartRow(**facts)
