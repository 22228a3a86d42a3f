"""Gather what shall be bought."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from commerce.checkout.errors import CartClosedError, FullCartError, QuantityError
from commerce.checkout.models import Cart
from commerce.checkout.queries import CART_COLUMNS, cart_row
from commerce.checkout.rows import CartRow
from commerce.customers.addresses import postal
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement
from commerce.kernel.tables import table_of

MOST_UNITS = 999
MOST_LINES = 200

# A cart that has become an order changes no more; the check and the change are one statement.
_TOUCH = Statement(
    f"""
UPDATE cart SET changed_at = now()
WHERE merchant_id = :merchant AND id = :cart AND order_id IS NULL
RETURNING {CART_COLUMNS}
""",  # noqa: S608 - names of ours
    cart_row,
)

# Several lines may be put at once: the cart's row, which is locked by then, makes them take turns.
_ADD_UNITS = Statement("""
INSERT INTO cart_line (merchant_id, id, cart_id, variant_id, quantity, seen_price_minor)
SELECT :merchant, :id, :cart, :variant, :quantity, :seen
WHERE (SELECT count(*) FROM cart_line WHERE merchant_id = :merchant AND cart_id = :cart) < :lines
  OR EXISTS (SELECT FROM cart_line
             WHERE merchant_id = :merchant AND cart_id = :cart AND variant_id = :variant)
ON CONFLICT (merchant_id, cart_id, variant_id) DO UPDATE
SET quantity = cart_line.quantity + EXCLUDED.quantity, seen_price_minor = EXCLUDED.seen_price_minor
WHERE cart_line.quantity + EXCLUDED.quantity <= :most
""")
_SET_UNITS = Statement("""
INSERT INTO cart_line (merchant_id, id, cart_id, variant_id, quantity, seen_price_minor)
SELECT :merchant, :id, :cart, :variant, :quantity, :seen
WHERE (SELECT count(*) FROM cart_line WHERE merchant_id = :merchant AND cart_id = :cart) < :lines
  OR EXISTS (SELECT FROM cart_line
             WHERE merchant_id = :merchant AND cart_id = :cart AND variant_id = :variant)
ON CONFLICT (merchant_id, cart_id, variant_id) DO UPDATE
SET quantity = EXCLUDED.quantity, seen_price_minor = EXCLUDED.seen_price_minor
""")
_HOLDS = Statement("""
SELECT FROM cart_line WHERE merchant_id = :merchant AND cart_id = :cart AND variant_id = :variant
""")
_TAKE_OUT = Statement("""
DELETE FROM cart_line
WHERE merchant_id = :merchant AND cart_id = :cart AND variant_id = :variant
""")
_OPEN = Insertion(Cart)
_TABLE = table_of(Cart)


def open_cart(
    session: Session,
    *,
    merchant_id: UUID,
    channel: Channel,
    currency: str,
    locale: str,
    country: str,
    region: str | None = None,
    customer_id: UUID | None = None,
    email: str = "",
) -> CartRow:
    """Open an empty cart and return it."""
    row = CartRow(
        id=new_id(),
        channel=channel,
        currency=currency,
        locale=locale,
        country=country,
        region=region,
        email=email,
        customer_id=customer_id,
        ship_to=None,
        delivery_option=None,
        order_id=None,
    )
    _OPEN.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": row.id,
            "channel": channel.value,
            "currency": currency,
            "locale": locale,
            "country": country,
            "region": region,
            "email": email,
            "customer_id": customer_id,
            "changed_at": utc_now(),
        },
    )
    return row


def put_line(
    session: Session,
    *,
    merchant_id: UUID,
    cart_id: UUID,
    variant_id: UUID,
    quantity: int,
    seen_price_minor: int | None,
    add: bool,
) -> CartRow:
    """Set a line to `quantity` units, or add so many; a quantity of zero removes the line.

    Raises:
        QuantityError: below zero or above 999 units.
        FullCartError: it would be the 201st line.
        CartClosedError: the cart has become an order.
    """
    if not 0 <= quantity <= MOST_UNITS:
        raise QuantityError
    cart = touch(session, merchant_id=merchant_id, cart_id=cart_id)
    line = {"merchant": merchant_id, "cart": cart_id, "variant": variant_id}
    if quantity == 0:
        _TAKE_OUT.run(session, line)
        return cart
    put = _ADD_UNITS if add else _SET_UNITS
    wish = {"id": new_id(), "quantity": quantity, "seen": seen_price_minor}
    if not put.run(session, {**line, **wish, "lines": MOST_LINES, "most": MOST_UNITS}):
        if _HOLDS.one_or_none(session, line) is None:
            raise FullCartError(most=MOST_LINES)
        raise QuantityError
    return cart


def set_destination(
    session: Session, *, merchant_id: UUID, cart_id: UUID, country: str, region: str | None
) -> CartRow:
    """Say where the goods shall go; the delivery is chosen anew.

    Raises:
        CartClosedError: the cart has become an order.
    """
    return _change(
        session,
        merchant_id=merchant_id,
        cart_id=cart_id,
        values={"country": country, "region": region, "delivery_option": None, "ship_to": None},
    )


def set_contact(
    session: Session,
    *,
    merchant_id: UUID,
    cart_id: UUID,
    email: str,
    ship_to: dict[str, Any] | None,
) -> CartRow:
    """Say who buys and, when something travels, to which address; it must be valid already.

    Where nothing travels `ship_to` may hold a name and a telephone alone. An address in another
    country than the cart's moves the destination with it.

    Raises:
        CartClosedError: the cart has become an order.
    """
    values: dict[str, Any] = {"email": email, "ship_to": ship_to}
    if ship_to is not None and postal(ship_to):
        values["country"] = ship_to["country"]
        values["region"] = ship_to.get("region") or None
    return _change(session, merchant_id=merchant_id, cart_id=cart_id, values=values)


def claim_cart(
    session: Session, *, merchant_id: UUID, cart_id: UUID, customer_id: UUID | None
) -> CartRow:
    """Say in whose account the order will lie; None takes it out of anybody's.

    Raises:
        CartClosedError: the cart has become an order.
    """
    return _change(
        session, merchant_id=merchant_id, cart_id=cart_id, values={"customer_id": customer_id}
    )


def choose_delivery(
    session: Session, *, merchant_id: UUID, cart_id: UUID, option: str | None
) -> CartRow:
    """Choose a delivery option by its key; None leaves the choice to the quote.

    Raises:
        CartClosedError: the cart has become an order.
    """
    return _change(
        session, merchant_id=merchant_id, cart_id=cart_id, values={"delivery_option": option}
    )


def _change(
    session: Session, *, merchant_id: UUID, cart_id: UUID, values: dict[str, Any]
) -> CartRow:
    changed = session.execute(
        update(_TABLE)
        .where(
            _TABLE.c.merchant_id == merchant_id,
            _TABLE.c.id == cart_id,
            _TABLE.c.order_id.is_(None),
        )
        .values(**values, changed_at=utc_now())
        .returning(*(_TABLE.c[field.name] for field in fields(CartRow)))
    ).one_or_none()
    if changed is None:
        raise CartClosedError
    return cart_row(*changed)


def put_codes(
    session: Session, *, merchant_id: UUID, cart_id: UUID, codes: Sequence[str]
) -> CartRow:
    """Set which codes were typed into a cart, in the spelling of `code_key`.

    Raises:
        CartClosedError: the cart has become an order.
    """
    return _change(session, merchant_id=merchant_id, cart_id=cart_id, values={"codes": list(codes)})


def put_value(
    session: Session, *, merchant_id: UUID, cart_id: UUID, accounts: Sequence[UUID]
) -> CartRow:
    """Set which gift cards and credit shall pay a cart.

    Raises:
        CartClosedError: the cart has become an order.
    """
    return _change(
        session,
        merchant_id=merchant_id,
        cart_id=cart_id,
        values={"stored_value": list(accounts)},
    )


def touch(session: Session, *, merchant_id: UUID, cart_id: UUID) -> CartRow:
    """Lock an open cart, say that it is in use, and return it.

    Raises:
        CartClosedError: the cart has become an order.
    """
    cart = _TOUCH.one_or_none(session, {"merchant": merchant_id, "cart": cart_id})
    if cart is None:
        raise CartClosedError
    return cart
