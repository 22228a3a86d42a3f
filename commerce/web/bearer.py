"""The tokens of carts and orders, with this installation's key; see `commerce.kernel.bearer`."""

from uuid import UUID

from commerce.kernel.bearer import Opens, Shown, read_token, token_of
from commerce.web.services import services


def cart_token(cart_id: UUID) -> str:
    """Return the secret that leads to a cart."""
    return token_of(services().vault, Opens.CART, cart_id)


def order_token(order_id: UUID) -> str:
    """Return the secret that leads to an order."""
    return token_of(services().vault, Opens.ORDER, order_id)


def shown_cart(token: str) -> Shown:
    """Read what was shown as a cart's secret."""
    return read_token(services().vault, Opens.CART, token)


def shown_order(token: str) -> Shown:
    """Read what was shown as an order's secret."""
    return read_token(services().vault, Opens.ORDER, token)
