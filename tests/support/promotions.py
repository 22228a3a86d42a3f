"""Baskets and promotions to reckon with, as a merchant would describe them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from commerce.customers.service import add_to_group, open_group
from commerce.kernel.channel import Channel
from commerce.pricing.promotions.rows import (
    Basket,
    BasketLine,
    Conditions,
    Effect,
    Percentage,
    Promotion,
    PromotionDraft,
    Selection,
)
from commerce.pricing.promotions.service import add_codes, create_promotion
from tests.support.shop import Shop

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


def promote(
    shop: Shop,
    effect: Effect | None = None,
    *,
    code: str = "",
    once: bool = False,
    needs_code: bool = False,
    **terms: Any,
) -> UUID:
    """Let the shop take something off, 10 percent unless told otherwise."""
    asked = {name: terms.pop(name) for name in list(terms) if name in Conditions.__slots__}
    with shop.database.transaction(shop.scope) as session:
        made = create_promotion(
            session,
            merchant_id=shop.merchant.id,
            draft=PromotionDraft(
                name="Autumn tea",
                name_zh="秋茶节",
                effect=effect or Percentage(1000),
                conditions=Conditions(**asked),
                needs_code=needs_code or bool(code),
                **terms,
            ),
        )
        if code:
            add_codes(
                session,
                merchant_id=shop.merchant.id,
                promotion_id=made,
                codes=[code],
                limit_total=1 if once else None,
            )
    return made


def welcome_to_club(shop: Shop, customer_id: UUID, *, code: str = "club") -> UUID:
    """Open a group with one member and return its id."""
    with shop.database.transaction(shop.scope) as session:
        club = open_group(
            session, merchant_id=shop.merchant.id, code=code, name="Club", name_zh="会员"
        )
        add_to_group(
            session,
            merchant_id=shop.merchant.id,
            group_id=club,
            customer_ids=[customer_id],
            added_by=None,
        )
    return club
