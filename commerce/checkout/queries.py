"""What is known of carts."""

from dataclasses import fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from commerce.checkout.rows import CartLineRow, CartRow
from commerce.kernel.bearer import Shown
from commerce.kernel.channel import Channel
from commerce.kernel.statements import Statement


def cart_row(*columns: Any) -> CartRow:
    """Read a row of `CART_COLUMNS`."""
    cart = CartRow(*columns)
    return replace(
        cart,
        channel=Channel(cart.channel),
        codes=tuple(cart.codes),
        stored_value=tuple(cart.stored_value),
    )


CART_COLUMNS = ", ".join(field.name for field in fields(CartRow))

SHOWN_CART = "COALESCE(:id, (SELECT id FROM cart WHERE token_digest = :digest))"
"""The id of the cart whose token was shown: `id` and `digest` of a `Shown`."""

_BY_TOKEN = Statement(
    f"SELECT {CART_COLUMNS} FROM cart WHERE id = {SHOWN_CART}",  # noqa: S608 - names of ours
    cart_row,
)
_BY_ID = Statement(
    f"SELECT {CART_COLUMNS} FROM cart WHERE id = :id",  # noqa: S608 - names of ours
    cart_row,
)

_LINES = Statement(
    """
SELECT variant_id, quantity, seen_price_minor FROM cart_line WHERE cart_id = :cart ORDER BY id
""",
    CartLineRow,
)

_PIECES = Statement(f"""
SELECT COALESCE(sum(l.quantity), 0) FROM cart c
JOIN cart_line l ON l.merchant_id = c.merchant_id AND l.cart_id = c.id
WHERE c.id = {SHOWN_CART} AND c.order_id IS NULL
""")  # noqa: S608 - names of ours


def cart_by_token(connection: Connection, *, token: Shown) -> CartRow | None:
    """Return the cart whose secret this is, or None."""
    return _BY_TOKEN.one_or_none(connection, {"id": token.id, "digest": token.digest})


def cart_by_id(connection: Connection, *, cart_id: UUID) -> CartRow | None:
    """Return one cart of the merchant, or None."""
    return _BY_ID.one_or_none(connection, {"id": cart_id})


def lines_of_cart(connection: Connection, *, cart_id: UUID) -> tuple[CartLineRow, ...]:
    """Return what lies in a cart, in the order it was put there."""
    return tuple(_LINES.all(connection, {"cart": cart_id}))


def pieces_in_cart(connection: Connection, *, token: Shown) -> int:
    """Return how many units lie in the cart, for its badge."""
    return int(_PIECES.value(connection, {"id": token.id, "digest": token.digest}))
