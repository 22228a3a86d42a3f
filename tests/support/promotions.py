"""Baskets and promotions to reckon with, as a merchant would describe them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from commerce.kernel.channel import Channel
from commerce.pricing.promotions.rows import (
    Basket,
    BasketLine,
    Conditions,
    Effect,
    Promotion,
    Selection,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def tagged(*tags: str) -> Selection:
    return Selection(tags=frozenset(tags))


def line(number: int, price_minor: int, quantity: int = 1, *tags: str) -> BasketLine:
    return BasketLine(
        key=UUID(int=number),
        product_id=UUID(int=1000 + number),
        quantity=quantity,
        unit_price_minor=price_minor,
        tags=frozenset(tags),
    )


def basket(*lines: BasketLine, shipping: int = 0, **circumstances: Any) -> Basket:
    usual: Mapping[str, Any] = {
        "currency": "CNY",
        "channel": Channel.WEB,
        "country": "CN",
        "at": NOON,
    }
    return Basket(lines=lines, shipping_minor=shipping, **{**usual, **circumstances})


def promotion(number: int, effect: Effect, **terms: Any) -> Promotion:
    asked = {name: terms.pop(name) for name in list(terms) if name in Conditions.__slots__}
    return Promotion(
        id=UUID(int=number),
        name=f"Promotion {number}",
        name_zh=f"活动{number}",
        effect=effect,
        conditions=Conditions(**asked),
        **terms,
    )
