"""Gather what shall be bought."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from commerce.checkout.errors import CartClosedError, QuantityError
from commerce.checkout.models import Cart, CartLine
from commerce.checkout.rows import CartRow
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id, new_token
from commerce.kernel.statements import Statement

MOST_UNITS = 999
MOST_LINES = 200

_LINE_COUNT = Statement(
    "SELECT count(*) FROM cart_line WHERE merchant_id = :merchant AND cart_id = :cart"
)

# A cart that has become an order changes no more; the check and the change are one statement.
_TOUCH = Statement("""
UPDATE cart SET changed_at = now()
WHERE merchant_id = :merchant AND id = :cart AND order_id IS NULL
RETURNING id
""")


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
    """Open an empty cart and return it with its secret token."""
    row = CartRow(
        id=new_id(),
        token=new_token(),
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
    session.execute(
        insert(Cart),
        {
            "merchant_id": merchant_id,
            "id": row.id,
            "token": row.token,
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
) -> None:
    """Set a line to `quantity` units, or add so many; a quantity of zero removes the line.

    Raises:
        QuantityError: below zero or above 999 units, or more than 200 lines.
        CartClosedError: the cart has become an order.
    """
    if not 0 <= quantity <= MOST_UNITS:
        raise QuantityError
    _touch(session, merchant_id=merchant_id, cart_id=cart_id)
    if quantity == 0:
        session.execute(
            delete(CartLine).where(
                CartLine.merchant_id == merchant_id,
                CartLine.cart_id == cart_id,
                CartLine.variant_id == variant_id,
            )
        )
        return
    if _LINE_COUNT.value(session, {"merchant": merchant_id, "cart": cart_id}) >= (MOST_LINES):
        raise QuantityError
    statement = upsert(CartLine).values(
        merchant_id=merchant_id,
        id=new_id(),
        cart_id=cart_id,
        variant_id=variant_id,
        quantity=quantity,
        seen_price_minor=seen_price_minor,
    )
    total = CartLine.quantity + quantity if add else statement.excluded.quantity
    changed = session.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "cart_id", "variant_id"],
            set_={"quantity": total, "seen_price_minor": seen_price_minor},
            where=total <= MOST_UNITS,
        ).returning(CartLine.id)
    )
    if changed.one_or_none() is None:
        raise QuantityError


def empty_cart(session: Session, *, merchant_id: UUID, cart_id: UUID) -> None:
    """Take everything out.

    Raises:
        CartClosedError: the cart has become an order.
    """
    _touch(session, merchant_id=merchant_id, cart_id=cart_id)
    session.execute(
        delete(CartLine).where(CartLine.merchant_id == merchant_id, CartLine.cart_id == cart_id)
    )


def set_destination(
    session: Session, *, merchant_id: UUID, cart_id: UUID, country: str, region: str | None
) -> None:
    """Say where the goods shall go; the delivery is chosen anew.

    Raises:
        CartClosedError: the cart has become an order.
    """
    _change(
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
) -> None:
    """Say who buys and, when something travels, to which address; it must be valid already.

    An address in another country than the cart's moves the destination with it.

    Raises:
        CartClosedError: the cart has become an order.
    """
    values: dict[str, Any] = {"email": email, "ship_to": ship_to}
    if ship_to is not None:
        values["country"] = ship_to["country"]
        values["region"] = ship_to.get("region") or None
    _change(session, merchant_id=merchant_id, cart_id=cart_id, values=values)


def choose_delivery(
    session: Session, *, merchant_id: UUID, cart_id: UUID, option: str | None
) -> None:
    """Choose a delivery option by its key; None leaves the choice to the quote.

    Raises:
        CartClosedError: the cart has become an order.
    """
    _change(session, merchant_id=merchant_id, cart_id=cart_id, values={"delivery_option": option})


def _change(session: Session, *, merchant_id: UUID, cart_id: UUID, values: dict[str, Any]) -> None:
    changed = session.execute(
        update(Cart)
        .where(
            Cart.merchant_id == merchant_id,
            Cart.id == cart_id,
            Cart.order_id.is_(None),
        )
        .values(**values, changed_at=utc_now())
        .returning(Cart.id)
        .execution_options(synchronize_session=False)
    )
    if changed.one_or_none() is None:
        raise CartClosedError


def _touch(session: Session, *, merchant_id: UUID, cart_id: UUID) -> None:
    if not _TOUCH.run(session, {"merchant": merchant_id, "cart": cart_id}):
        raise CartClosedError
