"""What promotions take off a basket at a till: the web's own reckoning, over the counter.

The rule where both speak: promotions come first, the clerk's discount last. Promotions are reckoned on the
marked prices, whatever a clerk gives; what a clerk gives is a share of, or an amount off, what the
promotions left. So a promotion never shrinks because somebody was kind, no line falls below nothing, and
the limit of what a clerk may give alone is held against the price that was left to give from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.checkout.rows import Discounts
from commerce.kernel.channel import Channel
from commerce.pricing.promotions.engine import reckon
from commerce.pricing.promotions.names import PromotionName, promotion_names
from commerce.pricing.promotions.queries import NAMELESS, promotions_for
from commerce.pricing.promotions.results import Adjusted, AdjustedBasket, AdjustedLine, Adjustment
from commerce.pricing.promotions.rows import Basket
from commerce.pricing.promotions.rows import BasketLine as PromotedLine
from commerce.pricing.queries import prices_for
from commerce.pricing.rows import Price
from commerce.registers.errors import DiscountError
from commerce.registers.rows import BasketLine, Counter, Told


def told_of(connection: Connection, counter: Counter, lines: Sequence[BasketLine]) -> Told:
    """Return what promotions do for a basket; what cannot be sold is left as it is.

    Three statements, whatever lies in it.
    """
    ids = [line.variant_id for line in lines]
    variants = variants_by_ids(connection, variant_ids=ids, locale=counter.locale)
    prices = prices_for(
        connection,
        variant_ids=ids,
        currency=counter.currency,
        channel=Channel.TILL,
        at=counter.at,
    )
    found = discounts_at(connection, counter, lines, variants=variants, prices=prices)
    return Told(tuple(each.adjustments for each in found.basket.lines), found.turned_down)


def discounts_at(
    connection: Connection,
    counter: Counter,
    lines: Sequence[BasketLine],
    *,
    variants: Mapping[UUID, SoldVariant],
    prices: Mapping[UUID, Price],
) -> Discounts:
    """Return what is taken off each of `lines`, in their order. One statement.

    Whoever is attached to the sale belongs to their groups: the clerk has them before the counter.
    """
    known = [
        (key, line)
        for key, line in zip(_keys(lines), lines, strict=True)
        if line.variant_id in variants and line.variant_id in prices
    ]
    applying = promotions_for(
        connection,
        merchant_id=counter.merchant.id,
        product_ids=[variants[line.variant_id].product_id for _, line in known],
        at=counter.at,
        codes=counter.codes,
        customer_id=counter.buyer.customer_id,
        email=counter.buyer.email,
    )
    if not applying.promotions and not counter.codes:
        return Discounts(_untouched(lines), {})
    promoted = []
    for key, line in known:
        product_id = variants[line.variant_id].product_id
        named = applying.goods.get(product_id, NAMELESS)
        promoted.append(
            PromotedLine(
                key=key,
                product_id=product_id,
                quantity=line.quantity,
                unit_price_minor=prices[line.variant_id].amount.amount_minor,
                categories=named.categories,
                tags=named.tags,
            )
        )
    basket = Basket(
        currency=counter.currency,
        lines=tuple(promoted),
        shipping_minor=0,
        channel=Channel.TILL,
        country=counter.country,
        at=counter.at,
        groups=applying.groups,
        codes=counter.codes,
    )
    reckoned = reckon(basket, applying.promotions)
    by_key = {line.key: line for line in reckoned.lines}
    every = tuple(by_key.get(key, AdjustedLine(0, key=key)) for key in _keys(lines))
    return Discounts(replace(reckoned, lines=every), applying.code_ids)


@dataclass(frozen=True, slots=True)
class ShownOff:
    """What the page showed of promotions on one line: those that can still be counted, and the others."""

    counted: AdjustedLine
    uncounted: tuple[Adjustment, ...]
    """Their uses ran out before the sale was told of: what they took off, the shop gave."""


def off_as_shown(
    connection: Connection, counter: Counter, lines: Sequence[BasketLine], *, fulls: Sequence[int]
) -> tuple[tuple[ShownOff, ...], Mapping[str, UUID]]:
    """Return what the page showed that promotions take off lines that cost `fulls`, and the ids of codes.

    For a sale that happened. A promotion that the shop never had is left out: then the lines share what
    was paid.

    Raises:
        DiscountError: more is taken off a line than it cost: the command is damaged.
    """
    shown = [each for line in lines for each in line.shown_promotions]
    names = promotion_names(
        connection,
        merchant_id=counter.merchant.id,
        promotion_ids=[each.promotion_id for each in shown],
        codes=[each.code for each in shown if each.code],
        email=counter.buyer.email,
    )
    found = []
    for key, line, full in zip(_keys(lines), lines, fulls, strict=True):
        off = _as_shown(line, names)
        if sum(each.amount_minor for each in off) > full:
            raise DiscountError
        counted = tuple(each for each in off if _countable(each, names[each.promotion_id]))
        others = tuple(each for each in off if each not in counted)
        found.append(ShownOff(AdjustedLine(full, counted, key=key), others))
    codes = {code: id_ for name in names.values() for code, id_ in name.code_ids.items()}
    return tuple(found), codes


def _countable(each: Adjustment, name: PromotionName) -> bool:
    return name.has_uses and (each.code is None or each.code in name.code_ids)


def _as_shown(line: BasketLine, names: Mapping[UUID, PromotionName]) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(
            promotion_id=each.promotion_id,
            kind=name.kind,
            name=name.name,
            name_zh=name.name_zh,
            code=each.code or None,
            params={},
            amount_minor=each.amount_minor,
        )
        for each in line.shown_promotions
        if (name := names.get(each.promotion_id)) is not None
    )


def _keys(lines: Sequence[BasketLine]) -> list[UUID]:
    """Return one name for each line: the variant's, and another where it lies in two lines."""
    seen: set[UUID] = set()
    keys = []
    for position, line in enumerate(lines):
        twice = line.variant_id in seen
        keys.append(uuid5(line.variant_id, str(position)) if twice else line.variant_id)
        seen.add(line.variant_id)
    return keys


def _untouched(lines: Sequence[BasketLine]) -> AdjustedBasket:
    return AdjustedBasket(tuple(AdjustedLine(0, key=key) for key in _keys(lines)), Adjusted(0))
