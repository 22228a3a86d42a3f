"""From cart to order: gather, quote, place, settle."""

from commerce.checkout.service.cart import (
    choose_delivery,
    empty_cart,
    open_cart,
    put_line,
    set_contact,
    set_destination,
)
from commerce.checkout.service.place import Placement, place_order
from commerce.checkout.service.settle import Settled, settle_payment

__all__ = [
    "Placement",
    "Settled",
    "choose_delivery",
    "empty_cart",
    "open_cart",
    "place_order",
    "put_line",
    "set_contact",
    "set_destination",
    "settle_payment",
]
