"""Open a merchant's promotions, with their codes."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.catalogue.queries.categories import category_entries
from commerce.demo.content import Merchant
from commerce.demo.content.bargains import Bargain
from commerce.pricing.promotions.rows import (
    Amount,
    BuyGet,
    Conditions,
    Effect,
    Percentage,
    PromotionDraft,
    Selection,
    Shipping,
    Stacking,
)
from commerce.pricing.promotions.service import add_codes, create_promotion

_ONE_PERCENT = 100
"""In basis points."""


def open_bargains(
    session: Session, *, merchant_id: UUID, merchant: Merchant, now: datetime
) -> None:
    """Open every promotion in the order of its file; days count from `now`."""
    categories = {each.path: each.id for each in category_entries(session.connection())}
    for position, bargain in enumerate(merchant.promotion):
        promotion_id = create_promotion(
            session,
            merchant_id=merchant_id,
            draft=_draft(
                bargain,
                goods=frozenset({categories[bargain.category]} if bargain.category else ()),
                position=position,
                now=now,
            ),
        )
        if bargain.code:
            add_codes(
                session, merchant_id=merchant_id, promotion_id=promotion_id, codes=[bargain.code]
            )


def _draft(
    bargain: Bargain, *, goods: frozenset[UUID], position: int, now: datetime
) -> PromotionDraft:
    until = bargain.until_day
    return PromotionDraft(
        name=bargain.name.en,
        name_zh=bargain.name.zh,
        effect=_effect(bargain),
        goods=Selection(categories=goods),
        conditions=Conditions(
            minimum_amounts=bargain.minimum,
            valid_from=now + timedelta(days=bargain.from_day),
            valid_to=None if until is None else now + timedelta(days=until),
        ),
        stacking=Stacking.EXCLUSIVE if bargain.alone else Stacking.COMBINE,
        position=position,
        needs_code=bargain.code is not None,
        limit_total=bargain.in_total,
        limit_per_customer=bargain.per_customer,
    )


def _effect(bargain: Bargain) -> Effect:
    if bargain.percent:
        return Percentage(bargain.percent * _ONE_PERCENT)
    if bargain.off:
        return Amount(bargain.off)
    if bargain.buy:
        return BuyGet(bargain.buy, bargain.get)
    return Shipping((bargain.delivery_percent or 0) * _ONE_PERCENT)
