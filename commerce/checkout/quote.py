"""The whole price of a cart, line by line, with the reason for every amount."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.checkout.discount import discounts_on
from commerce.checkout.rows import CartLineRow, CartRow, Discounts, Quote, QuoteLine, SoldOut
from commerce.fulfilment.queries import options_for
from commerce.fulfilment.rows import DeliveryKind, DeliveryOption
from commerce.inventory.queries import Source, online_sources
from commerce.kernel.money import Money, total
from commerce.park.queries.merchants import MerchantCard
from commerce.pricing.promotions.results import Adjusted, AdjustedBasket, AdjustedLine
from commerce.pricing.queries import prices_for, tax_for_lines
from commerce.pricing.rows import Price
from commerce.pricing.taxation import Supply, TaxableLine, TaxedLine, TaxedSale

# Delivery is taxed as the goods it brings; where those differ, by the standard rate.
_DELIVERY = uuid5(UUID(int=0), "delivery")


def quote_cart(
    connection: Connection,
    *,
    merchant: MerchantCard,
    cart: CartRow,
    lines: Sequence[CartLineRow],
    at: datetime,
) -> Quote:
    """Return what `lines` cost delivered, at the moment `at`.

    Reads only. What cannot be bought any more, or is sold out, is listed apart and left out of every
    sum; what is short stays in, marked, so that the page can say so.
    """
    if not lines:
        return _nothing(cart)
    ids = [line.variant_id for line in lines]
    variants = variants_by_ids(connection, variant_ids=ids, locale=cart.locale)
    prices = prices_for(
        connection, variant_ids=ids, currency=cart.currency, channel=cart.channel, at=at
    )
    offered = [
        line for line in lines if line.variant_id in prices and variants[line.variant_id].sellable
    ]
    sources = online_sources(connection, variant_ids=ids)
    available = _available(sources)
    sold_out = [
        line
        for line in offered
        if variants[line.variant_id].counted and available.get(line.variant_id, 0) <= 0
    ]
    sellable = [line for line in offered if line not in sold_out]
    options = _options(connection, cart, sellable, variants, prices, sources, at)
    chosen = _chosen(cart, options)
    discounts = discounts_on(
        connection,
        merchant_id=merchant.id,
        cart=cart,
        lines=sellable,
        variants=variants,
        prices=prices,
        chosen=chosen,
        at=at,
    )
    taxed = _taxed(
        connection,
        merchant=merchant,
        cart=cart,
        lines=_taxable(discounts.basket, variants, prices, chosen),
        chosen=chosen,
        at=at,
    )
    quoted = _lines(sellable, discounts.basket, variants, prices, taxed, available)
    return Quote(
        cart=cart,
        lines=quoted,
        unsellable=tuple(variants[line.variant_id] for line in lines if line not in offered),
        sold_out=tuple(SoldOut(variants[line.variant_id], line.quantity) for line in sold_out),
        options=tuple(options),
        chosen=chosen,
        delivery=next((line for line in taxed.lines if line.key == _DELIVERY), None),
        goods=total((line.taxed.gross for line in quoted), currency=cart.currency),
        tax=taxed.tax,
        total=taxed.gross,
        sources=sources,
        discounts=discounts,
    )


def _nothing(cart: CartRow) -> Quote:
    """Return what an empty cart costs, without asking for anything."""
    zero = Money.zero(cart.currency)
    return Quote(
        cart=cart,
        lines=(),
        unsellable=(),
        sold_out=(),
        options=(),
        chosen=None,
        delivery=None,
        goods=zero,
        tax=zero,
        total=zero,
        sources=(),
        discounts=Discounts(AdjustedBasket((), Adjusted(0)), {}),
    )


def _options(  # noqa: PLR0917 - what a cart holds, and what is known of it
    connection: Connection,
    cart: CartRow,
    lines: Sequence[CartLineRow],
    variants: Mapping[UUID, SoldVariant],
    prices: Mapping[UUID, Price],
    sources: Sequence[Source],
    at: datetime,
) -> Sequence[DeliveryOption]:
    """Return the ways in which these goods can reach their buyer."""
    if not lines:
        return ()
    travelling = [line for line in lines if variants[line.variant_id].requires_shipping]
    options = options_for(
        connection,
        country=cart.country,
        region=cart.region,
        subtotal=total(
            (prices[line.variant_id].amount * line.quantity for line in lines),
            currency=cart.currency,
        ),
        weight_grams=sum(
            variants[line.variant_id].weight_grams * line.quantity for line in travelling
        ),
        kinds=("parcel", "pickup") if travelling else ("service",),
        at=at,
    )
    return _within_reach(options, wanted=_counted(lines, variants), sources=sources)


def _counted(lines: Sequence[CartLineRow], variants: Mapping[UUID, SoldVariant]) -> dict[UUID, int]:
    """Return how many units are wanted of what can run out."""
    return {line.variant_id: line.quantity for line in lines if variants[line.variant_id].counted}


def _within_reach(
    options: Sequence[DeliveryOption], *, wanted: Mapping[UUID, int], sources: Sequence[Source]
) -> Sequence[DeliveryOption]:
    """Leave out pickups at stores that do not have everything; goods do not travel to a pickup yet."""
    shelves = {(source.location_id, source.variant_id): source.available for source in sources}
    return [
        option
        for option in options
        if option.kind is not DeliveryKind.PICKUP
        or option.location_id is None
        or all(
            shelves.get((option.location_id, variant_id), 0) >= units
            for variant_id, units in wanted.items()
        )
    ]


def _chosen(cart: CartRow, options: Sequence[DeliveryOption]) -> DeliveryOption | None:
    by_key = {option.key: option for option in options}
    if cart.delivery_option in by_key:
        return by_key[cart.delivery_option]
    return next(iter(options), None)


def _taxed(
    connection: Connection,
    *,
    merchant: MerchantCard,
    cart: CartRow,
    lines: Sequence[TaxableLine],
    chosen: DeliveryOption | None,
    at: datetime,
) -> TaxedSale:
    """Tax goods and delivery where the supply takes place, on the merchant's day."""
    return tax_for_lines(
        connection,
        lines=lines,
        country=_taxing_country(cart, merchant, chosen),
        region=cart.region,
        origin=merchant.country,
        currency=cart.currency,
        on=at.astimezone(ZoneInfo(merchant.time_zone)).date(),
        supply=_supply(chosen),
    )


def _taxing_country(cart: CartRow, merchant: MerchantCard, chosen: DeliveryOption | None) -> str:
    """Return where the supply takes place: a pickup is a sale in the shop's own country."""
    return merchant.country if chosen is not None and chosen.kind == "pickup" else cart.country


def _supply(chosen: DeliveryOption | None) -> Supply:
    """Return how the goods change hands: a pickup is handed over in the store."""
    picked_up = chosen is not None and chosen.kind == "pickup"
    return Supply.OVER_COUNTER if picked_up else Supply.DELIVERED


def _taxable(
    basket: AdjustedBasket,
    variants: Mapping[UUID, SoldVariant],
    prices: Mapping[UUID, Price],
    chosen: DeliveryOption | None,
) -> list[TaxableLine]:
    taxable = [
        TaxableLine(
            key=line.key,
            amount=Money(line.after_minor, prices[line.key].amount.currency),
            tax_class=variants[line.key].tax_class,
            includes_tax=prices[line.key].includes_tax,
        )
        for line in basket.lines
    ]
    if chosen is not None and taxable:
        classes = {line.tax_class for line in taxable}
        taxable.append(
            TaxableLine(
                key=_DELIVERY,
                amount=Money(basket.shipping.after_minor, chosen.price.currency),
                tax_class=classes.pop() if len(classes) == 1 else "standard",
                includes_tax=taxable[0].includes_tax,
            )
        )
    return taxable


def _lines(  # noqa: PLR0917 - what a cart holds, and what is known of it
    lines: Sequence[CartLineRow],
    basket: AdjustedBasket,
    variants: Mapping[UUID, SoldVariant],
    prices: Mapping[UUID, Price],
    taxed: TaxedSale,
    available: Mapping[UUID, int],
) -> tuple[QuoteLine, ...]:
    by_key = {line.key: line for line in taxed.lines}
    return tuple(
        _line(
            line,
            adjusted=adjusted,
            variant=variants[line.variant_id],
            price=prices[line.variant_id],
            taxed=by_key[line.variant_id],
            available=available,
        )
        for line, adjusted in zip(lines, basket.lines, strict=True)
    )


def _line(
    line: CartLineRow,
    *,
    adjusted: AdjustedLine,
    variant: SoldVariant,
    price: Price,
    taxed: TaxedLine,
    available: Mapping[UUID, int],
) -> QuoteLine:
    seen = line.seen_price_minor
    moved = seen is not None and seen != price.amount.amount_minor
    return QuoteLine(
        variant=variant,
        quantity=line.quantity,
        price=price,
        taxed=taxed,
        available=available.get(line.variant_id, 0) if variant.counted else None,
        price_was=Money(seen, price.amount.currency) if moved and seen is not None else None,
        adjusted=adjusted,
    )


def _available(sources: Sequence[Source]) -> dict[UUID, int]:
    """Return how many units of each variant could be promised, all locations together."""
    available: dict[UUID, int] = {}
    for source in sources:
        available[source.variant_id] = available.get(source.variant_id, 0) + source.available
    return available
