"""What a basket costs at a till: the server's own figures, whatever the page shows.

The one exception is a sale that happened. What the customer paid is a fact, so it is booked as it was
(`price_as_sold`); the server still works out the tax in it by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.kernel.channel import Channel
from commerce.kernel.money import Money, round_half_up
from commerce.pricing.promotions.results import (
    Adjusted,
    AdjustedBasket,
    AdjustedLine,
    Adjustment,
)
from commerce.pricing.queries import prices_for, tax_for_lines
from commerce.pricing.rows import Price
from commerce.pricing.taxation import Supply, TaxableLine, TaxedLine
from commerce.registers.errors import DiscountError, UnsellableError
from commerce.registers.promoted import ShownOff, discounts_at, off_as_shown
from commerce.registers.rows import BasketLine, Counter, Discount, PricedBasket, PricedLine

_BASIS = 10_000


@dataclass(frozen=True, slots=True)
class _Marked:
    """A line with the price of one unit and what is off the line, before tax is looked at."""

    line: BasketLine
    variant: SoldVariant
    unit: Money
    discount: Money
    """What promotions and the clerk take off together."""
    includes_tax: bool
    adjustments: tuple[Adjustment, ...]

    @property
    def amount(self) -> Money:
        return self.unit * self.line.quantity - self.discount


def price_basket(
    connection: Connection, counter: Counter, lines: Sequence[BasketLine]
) -> PricedBasket:
    """Return what each line costs now, tax included, with its promotions.

    Raises:
        UnsellableError: a variant has no price at the till, or was withdrawn.
        DiscountError: a discount without a reason, or above the price.
    """
    variants, prices = _looked_up(connection, counter, lines)
    for line in lines:
        _refuse_unsellable(variants.get(line.variant_id), prices.get(line.variant_id))
    found = discounts_at(connection, counter, lines, variants=variants, prices=prices)
    marked = [
        _marked(
            line,
            variants[line.variant_id],
            unit=prices[line.variant_id].amount,
            includes_tax=prices[line.variant_id].includes_tax,
            adjusted=adjusted,
        )
        for line, adjusted in zip(lines, found.basket.lines, strict=True)
    ]
    return PricedBasket(_taxed(connection, counter, marked), found.basket.uses, found.code_ids)


def price_as_sold(
    connection: Connection, counter: Counter, lines: Sequence[BasketLine], *, sold: Money
) -> PricedBasket:
    """Return what each line cost when it was sold for `sold` altogether: the lines add up to it.

    A line costs what the till showed for it, less what it showed of promotions; today's price stands in
    where the till told none. What is withdrawn since, or has no price any more, was sold all the same. Where the sum is another one
    even so, as after a change of a tax that is added on top, the lines share what was paid.

    Raises:
        UnsellableError: nobody ever sold such a thing here, or nobody can say what it cost.
        DiscountError: a discount without a reason, or above the price that was shown.
    """
    variants, prices = _looked_up(connection, counter, lines)
    units = [_unit_sold(line, variants, prices, counter.currency) for line in lines]
    fulls = [unit.amount_minor * line.quantity for unit, line in zip(units, lines, strict=True)]
    shown, code_ids = off_as_shown(connection, counter, lines, fulls=fulls)
    marked = []
    for line, unit, off in zip(lines, units, shown, strict=True):
        price = prices.get(line.variant_id)
        taxed_in = price.includes_tax if price else counter.merchant.prices_include_tax
        marked.append(
            _marked(
                _as_given(line, unit, off, counter.locale),
                variants[line.variant_id],
                unit=unit,
                includes_tax=taxed_in,
                adjusted=off.counted,
            )
        )
    uses = AdjustedBasket(tuple(off.counted for off in shown), Adjusted(0)).uses
    priced = _taxed(connection, counter, marked)
    if sum(line.total.amount_minor for line in priced) == sold.amount_minor:
        return PricedBasket(priced, uses, code_ids)
    parts = sold.share([line.total.amount_minor for line in priced])
    paid = [replace(each, includes_tax=True) for each in marked]
    shared = _taxed(connection, counter, paid, amounts=parts)
    repriced = tuple(_repriced(line, each) for line, each in zip(shared, marked, strict=True))
    return PricedBasket(repriced, uses, code_ids)


def withdrawn(
    connection: Connection, counter: Counter, lines: Sequence[BasketLine]
) -> tuple[UUID, ...]:
    """Return what could not be sold at the till any more."""
    variants, prices = _looked_up(connection, counter, lines)
    return tuple(
        line.variant_id
        for line in lines
        if not _sellable(variants.get(line.variant_id), prices.get(line.variant_id))
    )


def _looked_up(
    connection: Connection, counter: Counter, lines: Sequence[BasketLine]
) -> tuple[Mapping[UUID, SoldVariant], Mapping[UUID, Price]]:
    ids = [line.variant_id for line in lines]
    return (
        variants_by_ids(connection, variant_ids=ids, locale=counter.locale),
        prices_for(
            connection,
            variant_ids=ids,
            currency=counter.currency,
            channel=Channel.TILL,
            at=counter.at,
        ),
    )


def _taxed(
    connection: Connection,
    counter: Counter,
    marked: Sequence[_Marked],
    *,
    amounts: Sequence[Money] = (),
) -> tuple[PricedLine, ...]:
    """Return the lines with their tax: of their own amounts, or of the `amounts` given."""
    taxed = tax_for_lines(
        connection,
        lines=[
            TaxableLine(
                key=uuid5(each.line.variant_id, str(position)),
                amount=amount,
                tax_class=each.variant.tax_class,
                includes_tax=each.includes_tax,
            )
            for position, (each, amount) in enumerate(
                zip(marked, amounts or [each.amount for each in marked], strict=True)
            )
        ],
        country=counter.country,
        origin=counter.merchant.country,
        currency=counter.currency,
        on=counter.at.astimezone(ZoneInfo(counter.merchant.time_zone)).date(),
        supply=Supply.OVER_COUNTER,
    )
    return tuple(_priced(each, tax) for each, tax in zip(marked, taxed.lines, strict=True))


def _sellable(variant: SoldVariant | None, price: Price | None) -> bool:
    lasts = variant is not None and not variant.retired and variant.product_status != "archived"
    return lasts and price is not None


def _refuse_unsellable(variant: SoldVariant | None, price: Price | None) -> None:
    if not _sellable(variant, price):
        raise UnsellableError(name=variant.product_name if variant is not None else "?")


def _shown(line: BasketLine, price: Price | None, currency: str) -> Money | None:
    if line.shown_minor is not None:
        return Money(line.shown_minor, currency)
    return None if price is None else price.amount


def _as_given(line: BasketLine, unit: Money, off: ShownOff, locale: str) -> BasketLine:
    """Return the line with what promotions without uses took off as something that the clerk gave."""
    if not off.uncounted:
        return line
    names = [each.name_in(locale) for each in off.uncounted]
    lost = sum(each.amount_minor for each in off.uncounted)
    left = unit * line.quantity - Money(off.counted.discount_minor + lost, unit.currency)
    by_hand = _discount(left, line).amount_minor
    reasons = [*names, line.discount.reason] if line.discount is not None else names
    return replace(line, discount=Discount(" · ".join(reasons), amount_minor=lost + by_hand))


def _unit_sold(
    line: BasketLine,
    variants: Mapping[UUID, SoldVariant],
    prices: Mapping[UUID, Price],
    currency: str,
) -> Money:
    variant = variants.get(line.variant_id)
    unit = _shown(line, prices.get(line.variant_id), currency)
    if variant is None or unit is None:
        raise UnsellableError(name=variant.product_name if variant is not None else "?")
    return unit


def _marked(
    line: BasketLine,
    variant: SoldVariant,
    *,
    unit: Money,
    includes_tax: bool,
    adjusted: AdjustedLine,
) -> _Marked:
    """Return the line with both kinds of discount: the clerk's is off what the promotions left."""
    promoted = Money(adjusted.discount_minor, unit.currency)
    by_hand = _discount(unit * line.quantity - promoted, line)
    return _Marked(line, variant, unit, promoted + by_hand, includes_tax, adjusted.adjustments)


def _repriced(line: PricedLine, marked: _Marked) -> PricedLine:
    """Return the line at the price of one unit that its share comes to, with its discount.

    What the quantity does not divide, less than one minor unit for each, is more discount.
    """
    quantity = marked.line.quantity
    part = line.total if marked.includes_tax else line.net
    unit = Money(-(-(part + marked.discount).amount_minor // quantity), part.currency)
    return replace(line, unit_price=unit, discount=unit * quantity - part)


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


def _priced(marked: _Marked, taxed: TaxedLine) -> PricedLine:
    variant, picture = marked.variant, marked.variant.picture
    return PricedLine(
        line=marked.line,
        sku=variant.sku,
        name=variant.product_name,
        variant_name=variant.title,
        image=picture.name if picture is not None else "",
        stock_tracked=variant.stock_tracked,
        unit_price=marked.unit,
        discount=marked.discount,
        net=taxed.net,
        tax=taxed.tax,
        rate=sum((reason.rate for reason in taxed.reasons), start=Decimal(0)),
        reasons=(
            *(reason.facts() for reason in taxed.reasons),
            *(each.facts() for each in marked.adjustments),
        ),
    )
