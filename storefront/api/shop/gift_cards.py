"""Gift cards beside a cart: they pay when it is ordered."""

from flask import Response

from commerce.checkout.errors import FullValueError
from commerce.checkout.service import lay_card, take_value_away
from commerce.park.permissions import ApiScope
from commerce.payments.stored_value.codes import code_key, digest_of
from commerce.payments.stored_value.errors import (
    GiftCardBlockedError,
    GiftCardExpiredError,
    OtherCurrencyValueError,
    UnknownGiftCardError,
    ValueShortError,
)
from commerce.web.identity import api_key, current_merchant
from commerce.web.services import services
from storefront.api.interface import Answers, Interface, Refusals, shopper_tag
from storefront.api.shapes.cart import CartPlace, CartShape, GiftCardPlace, GiftCardWish
from storefront.api.shop.carts import CHANGES, change_cart

_TAG = shopper_tag()


def add_to(interface: Interface) -> None:
    """Add what lays gift cards beside a cart."""
    shown: Answers = {200: CartShape}
    refused: Refusals = [
        *CHANGES,
        UnknownGiftCardError,
        GiftCardBlockedError,
        GiftCardExpiredError,
        OtherCurrencyValueError,
        ValueShortError,
        FullValueError,
    ]
    cards = "/shop/carts/<token>/gift-cards"
    interface.view_to("POST", cards, tag=_TAG, answers=shown, refuses=refused)(add_gift_card)
    interface.view_to("DELETE", f"{cards}/<card_id>", tag=_TAG, answers=shown, refuses=CHANGES)(
        remove_gift_card
    )


@api_key(ApiScope.SHOP)
def add_gift_card(path: CartPlace, body: GiftCardWish) -> Response:
    """Lay a gift card beside a cart, by its code; `due` is what is left to be paid.

    A POST, so that no code stands in an access log. The card pays when the order is placed.
    """
    digest = digest_of(services().vault, current_merchant().id, code_key(body.code))
    return change_cart(
        path.token,
        lambda session, cart: lay_card(
            session, merchant_id=current_merchant().id, cart_id=cart.id, digest=digest
        ),
    )


@api_key(ApiScope.SHOP)
def remove_gift_card(path: GiftCardPlace) -> Response:
    """Take a gift card away from a cart; one that is not there is left out all the same."""
    return change_cart(
        path.token,
        lambda session, cart: take_value_away(
            session,
            merchant_id=current_merchant().id,
            cart_id=cart.id,
            account_id=path.card_id,
        ),
    )
