"""What promotions take off a cart: the basket they see, and what comes of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.records import SoldVariant
from commerce.checkout.rows import CartLineRow, CartRow, Discounts
from commerce.fulfilment.rows import DeliveryOption
from commerce.pricing.promotions.engine import reckon
from commerce.pricing.promotions.queries import NAMELESS, Applying, promotions_for
from commerce.pricing.promotions.results import Adjusted, AdjustedBasket, AdjustedLine
from commerce.pricing.promotions.rows import Basket, BasketLine
from commerce.pricing.rows import Price


def discounts_on(
    connection: Connection,
    *,
    merchant_id: UUID,
    cart: CartRow,
    lines: Sequence[CartLineRow],
    variants: Mapping[UUID, SoldVariant],
    prices: Mapping[UUID, Price],
    chosen: DeliveryOption | None,
    at: datetime,
) -> Discounts:
    """Return what is taken off the cart's lines and the chosen delivery, by the variants' ids.

    Only who is signed in belongs to groups: an e-mail address that was typed proves nothing.
    """
    applying = promotions_for(
        connection,
        merchant_id=merchant_id,
        product_ids=[variants[line.variant_id].product_id for line in lines],
        at=at,
        codes=cart.codes,
        customer_id=cart.customer_id,
        email=cart.email,
    )
    shipping_minor = chosen.price.amount_minor if chosen is not None else 0
    if not applying.promotions and not cart.codes:
        return Discounts(_untouched(lines, prices, shipping_minor), {})
    basket = Basket(
        currency=cart.currency,
        lines=tuple(_line(line, variants, prices, applying) for line in lines),
        shipping_minor=shipping_minor,
        channel=cart.channel,
        country=cart.country,
        at=at,
        groups=applying.groups,
        codes=cart.codes,
    )
    return Discounts(reckon(basket, applying.promotions), applying.code_ids)


def _untouched(
    lines: Sequence[CartLineRow], prices: Mapping[UUID, Price], shipping_minor: int
) -> AdjustedBasket:
    return AdjustedBasket(
        tuple(
            AdjustedLine(
                prices[line.variant_id].amount.amount_minor * line.quantity, key=line.variant_id
            )
            for line in lines
        ),
        Adjusted(shipping_minor),
    )


def _line(
    line: CartLineRow,
    variants: Mapping[UUID, SoldVariant],
    prices: Mapping[UUID, Price],
    applying: Applying,
) -> BasketLine:
    product_id = variants[line.variant_id].product_id
    named = applying.goods.get(product_id, NAMELESS)
    return BasketLine(
        key=line.variant_id,
        product_id=product_id,
        quantity=line.quantity,
        unit_price_minor=prices[line.variant_id].amount.amount_minor,
        categories=named.categories,
        tags=named.tags,
    )
