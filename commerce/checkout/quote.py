"""The whole price of a cart, line by line, with the reason for every amount."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from commerce.checkout.discount import discounts_on
from commerce.checkout.goods import CartGoods, goods_of
from commerce.checkout.rows import CartLineRow, CartRow, Discounts, Quote, QuoteLine, SoldOut
from commerce.fulfilment.queries import options_for
from commerce.fulfilment.rows import DeliveryKind, DeliveryOption
from commerce.inventory.queries import Source
from commerce.kernel.money import Money, total
from commerce.park.queries.merchants import MerchantCard
from commerce.pricing.promotions.results import Adjusted, AdjustedBasket, AdjustedLine
from commerce.pricing.queries import tax_for_lines
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
    goods = goods_of(connection, cart=cart, lines=lines, at=at)
    options = _options(connection, cart, goods, at)
    chosen = _chosen(cart, options)
    discounts = discounts_on(
        connection,
        merchant_id=merchant.id,
        cart=cart,
        lines=goods.sellable,
        variants=goods.variants,
        prices=goods.prices,
        chosen=chosen,
        at=at,
    )
    taxed = _taxed(
        connection,
        merchant=merchant,
        cart=cart,
        lines=_taxable(discounts.basket, goods, chosen),
        chosen=chosen,
        at=at,
    )
    quoted = _lines(goods, discounts.basket, taxed)
    return Quote(
        cart=cart,
        lines=quoted,
        unsellable=tuple(goods.variants[line.variant_id] for line in goods.withdrawn),
        sold_out=tuple(
            SoldOut(goods.variants[line.variant_id], line.quantity) for line in goods.sold_out
        ),
        options=tuple(options),
        chosen=chosen,
        delivery=next((line for line in taxed.lines if line.key == _DELIVERY), None),
        goods=total((line.taxed.gross for line in quoted), currency=cart.currency),
        tax=taxed.tax,
        total=taxed.gross,
        sources=goods.sources,
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


def _options(
    connection: Connection, cart: CartRow, goods: CartGoods, at: datetime
) -> Sequence[DeliveryOption]:
    """Return the ways in which these goods can reach their buyer."""
    if not goods.sellable:
        return ()
    travelling = goods.travelling
    options = options_for(
        connection,
        country=cart.country,
        region=cart.region,
        subtotal=goods.subtotal,
        weight_grams=sum(
            goods.variants[line.variant_id].weight_grams * line.quantity for line in travelling
        ),
        kinds=("parcel", "pickup") if travelling else ("service",),
        at=at,
    )
    return _within_reach(options, wanted=goods.counted, sources=goods.sources)


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
    basket: AdjustedBasket, goods: CartGoods, chosen: DeliveryOption | None
) -> list[TaxableLine]:
    taxable = [
        TaxableLine(
            key=line.key,
            amount=Money(line.after_minor, goods.currency),
            tax_class=goods.variants[line.key].tax_class,
            includes_tax=goods.prices[line.key].includes_tax,
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


def _lines(goods: CartGoods, basket: AdjustedBasket, taxed: TaxedSale) -> tuple[QuoteLine, ...]:
    by_key = {line.key: line for line in taxed.lines}
    return tuple(
        _line(line, goods, adjusted=adjusted, taxed=by_key[line.variant_id])
        for line, adjusted in zip(goods.sellable, basket.lines, strict=True)
    )


def _line(
    line: CartLineRow, goods: CartGoods, *, adjusted: AdjustedLine, taxed: TaxedLine
) -> QuoteLine:
    price = goods.prices[line.variant_id]
    seen = line.seen_price_minor
    moved = seen is not None and seen != price.amount.amount_minor
    return QuoteLine(
        variant=goods.variants[line.variant_id],
        quantity=line.quantity,
        price=price,
        taxed=taxed,
        available=goods.available_of(line),
        price_was=Money(seen, price.amount.currency) if moved and seen is not None else None,
        adjusted=adjusted,
    )
