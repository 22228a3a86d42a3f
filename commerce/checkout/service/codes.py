"""Type a promotion's code into a cart, and take it out again."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.errors import FullCodesError, UnknownCodeError
from commerce.checkout.rows import CartRow
from commerce.checkout.service.cart import put_codes, touch
from commerce.pricing.promotions.codes import code_key
from commerce.pricing.promotions.queries import knows_code

MOST_CODES = 5
"""In one cart: who has more tries them out."""


def enter_code(session: Session, *, merchant_id: UUID, cart_id: UUID, typed: str) -> CartRow:
    """Put a code into a cart; whether it takes anything off, the quote tells, and why not.

    Raises:
        UnknownCodeError: the shop has no such code.
        FullCodesError: it would be the sixth.
        CartClosedError: the cart has become an order.
    """
    code = code_key(typed)
    if not code or not knows_code(session, code=code):
        raise UnknownCodeError(typed=typed.strip()[:40])
    cart = touch(session, merchant_id=merchant_id, cart_id=cart_id)
    if code in cart.codes:
        return cart
    if len(cart.codes) >= MOST_CODES:
        raise FullCodesError(most=MOST_CODES)
    return put_codes(session, merchant_id=merchant_id, cart_id=cart_id, codes=(*cart.codes, code))


def drop_code(session: Session, *, merchant_id: UUID, cart_id: UUID, code: str) -> CartRow:
    """Take a code out of a cart, if it is there.

    Raises:
        CartClosedError: the cart has become an order.
    """
    cart = touch(session, merchant_id=merchant_id, cart_id=cart_id)
    left = tuple(each for each in cart.codes if each != code)
    return put_codes(session, merchant_id=merchant_id, cart_id=cart_id, codes=left)
