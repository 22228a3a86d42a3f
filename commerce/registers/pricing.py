"""What a basket costs at a till: the server's own figures, whatever the page shows."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.kernel.channel import Channel
from commerce.kernel.money import Money, round_half_up
from commerce.park.queries.merchants import MerchantCard
from commerce.pricing.queries import prices_for, tax_for_lines
from commerce.pricing.rows import Price
from commerce.pricing.taxation import Supply, TaxableLine, TaxedLine
from commerce.registers.errors import DiscountError, UnsellableError
from commerce.registers.rows import BasketLine, Discount, PricedLine

_BASIS = 10_000


def price_basket(
    connection: Connection,
    *,
    merchant: MerchantCard,
    country: str,
    currency: str,
    locale: str,
    lines: Sequence[BasketLine],
    at: datetime,
) -> tuple[PricedLine, ...]:
    """Return what each line costs in a store in `country` now, tax included.

    Raises:
        UnsellableError: a variant has no price at the till, or was withdrawn.
        DiscountError: a discount without a reason, or above the price.
    """
    ids = [line.variant_id for line in lines]
    variants = variants_by_ids(connection, variant_ids=ids, locale=locale)
    prices = prices_for(connection, variant_ids=ids, currency=currency, channel=Channel.TILL, at=at)
    for line in lines:
        _refuse_unsellable(variants.get(line.variant_id), prices.get(line.variant_id))
    keys = [uuid5(line.variant_id, str(position)) for position, line in enumerate(lines)]
    discounts = [_discount(prices[line.variant_id].amount * line.quantity, line) for line in lines]
    taxed = tax_for_lines(
        connection,
        lines=[
            TaxableLine(
                key=key,
                amount=prices[line.variant_id].amount * line.quantity - discount,
                tax_class=variants[line.variant_id].tax_class,
                includes_tax=prices[line.variant_id].includes_tax,
            )
            for key, line, discount in zip(keys, lines, discounts, strict=True)
        ],
        country=country,
        origin=merchant.country,
        currency=currency,
        on=at.astimezone(ZoneInfo(merchant.time_zone)).date(),
        supply=Supply.OVER_COUNTER,
    )
    return tuple(
        _priced(line, variants[line.variant_id], prices[line.variant_id], discount, tax)
        for line, discount, tax in zip(lines, discounts, taxed.lines, strict=True)
    )


def _refuse_unsellable(variant: SoldVariant | None, price: Price | None) -> None:
    if variant is None or variant.retired or variant.product_status == "archived" or price is None:
        raise UnsellableError(name=variant.product_name if variant is not None else "?")


def _discount(amount: Money, line: BasketLine) -> Money:
    discount = line.discount
    if discount is None:
        return Money.zero(amount.currency)
    taken = discount.amount_minor or _share(amount, discount)
    if not discount.reason.strip() or not 0 < taken <= amount.amount_minor:
        raise DiscountError
    return Money(taken, amount.currency)


def _share(amount: Money, discount: Discount) -> int:
    return round_half_up(Decimal(amount.amount_minor) * discount.basis_points / _BASIS)


def _priced(
    line: BasketLine, variant: SoldVariant, price: Price, discount: Money, taxed: TaxedLine
) -> PricedLine:
    picture = variant.picture
    return PricedLine(
        line=line,
        sku=variant.sku,
        name=variant.product_name,
        variant_name=variant.title,
        image=picture.name if picture is not None else "",
        stock_tracked=variant.stock_tracked,
        unit_price=price.amount,
        discount=discount,
        net=taxed.net,
        tax=taxed.tax,
        rate=sum((reason.rate for reason in taxed.reasons), start=Decimal(0)),
        reasons=tuple(reason.facts() for reason in taxed.reasons),
    )
