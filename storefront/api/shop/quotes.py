"""Write a cart's quote: every amount with the price list, the tax row or the option behind it."""

from typing import Any

from sqlalchemy import Connection

from commerce.catalogue.records import SoldVariant
from commerce.checkout.queries import lines_of_cart
from commerce.checkout.quote import quote_cart
from commerce.checkout.rows import CartRow, Quote, QuoteLine
from commerce.checkout.service import shares_of
from commerce.customers.addresses import postal
from commerce.customers.municipalities import with_municipality_as_city
from commerce.fulfilment.rows import DeliveryKind, DeliveryOption
from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.payments.stored_value.queries import accounts_by_ids
from commerce.payments.stored_value.rows import ValueKind
from commerce.web.bearer import cart_token
from commerce.web.identity import current_merchant
from storefront.api.writing import amount, amount_or_none, discounts, reasons, url


def read_quote(connection: Connection, cart: CartRow) -> Quote:
    """Return what the cart costs now."""
    return quote_cart(
        connection,
        merchant=current_merchant(),
        cart=cart,
        lines=lines_of_cart(connection, cart_id=cart.id),
        at=utc_now(),
    )


def quote_content(connection: Connection, quote: Quote) -> dict[str, Any]:
    """Return the cart with its quote, and with the gift cards that lie beside it."""
    cart, token = quote.cart, cart_token(quote.cart.id)
    sent_to = postal(cart.ship_to)
    return {
        "token": token,
        "url": url("shop", "carts", token),
        "currency": cart.currency,
        "language": cart.locale,
        "country": cart.country,
        "region": cart.region,
        "email": cart.email,
        "address": with_municipality_as_city(sent_to) if sent_to else None,
        "ordered": cart.order_id is not None,
        "lines": [_line(line, cart.locale) for line in quote.lines],
        "unsellable": [_named(each) for each in quote.unsellable],
        "sold_out": [_named(each.variant) for each in quote.sold_out],
        "delivery_options": [_option(each, cart) for each in quote.options],
        "delivery": _delivery(quote),
        "codes": list(cart.codes),
        "turned_down": [
            {"code": each.code, "why": each.why.value, "params": dict(each.params)}
            for each in quote.discounts.turned_down
            if each.code
        ],
        "goods": amount(quote.goods),
        "discount": amount(quote.discount),
        "tax": amount(quote.tax),
        "total": amount(quote.total),
        **_paid_by_cards(connection, quote),
    }


def _paid_by_cards(connection: Connection, quote: Quote) -> dict[str, Any]:
    """Return what gift cards pay of it; where none lies beside the cart nobody is asked."""
    cart = quote.cart
    laid = accounts_by_ids(connection, account_ids=cart.stored_value)
    shares = shares_of(laid, cart=cart, total=quote.total, at=utc_now())
    pays = {each.account.id: each.amount for each in shares}
    nothing = Money.zero(cart.currency)
    return {
        "gift_cards": [
            {
                "id": str(each.id),
                "last_four": each.last_four,
                "pays": amount(pays.get(each.id, nothing)),
            }
            for each in laid
            if each.kind is ValueKind.GIFT_CARD
        ],
        "due": amount(quote.total - sum(pays.values(), nothing)),
    }


def _named(variant: SoldVariant) -> dict[str, Any]:
    return {
        "variant_id": str(variant.id),
        "name": variant.product_name,
        "variant_name": variant.title,
    }


def _line(line: QuoteLine, locale: str) -> dict[str, Any]:
    price = line.price
    return {
        "variant_id": str(line.variant.id),
        "sku": line.variant.sku,
        "handle": line.variant.handle,
        "name": line.variant.product_name,
        "variant_name": line.variant.title,
        "quantity": line.quantity,
        "unit_price": amount(line.unit_price),
        "compare_at": amount_or_none(line.compare_at),
        "price_was": amount_or_none(line.price_was),
        "price_list": {
            "code": price.list_code,
            "name": price.list_name_zh if locale.startswith("zh") else price.list_name,
            "includes_tax": price.includes_tax,
        },
        "full_price": amount(line.full_price),
        "discounts": discounts(line.adjusted),
        "net": amount(line.taxed.net),
        "tax": amount(line.taxed.tax),
        "gross": amount(line.taxed.gross),
        "available": line.available,
        "short": line.short,
        "reasons": reasons(line.taxed.reasons),
    }


def _option(option: DeliveryOption, cart: CartRow) -> dict[str, Any]:
    picked_up = option.kind is DeliveryKind.PICKUP
    return {
        "key": option.key,
        "kind": option.kind.value,
        "name": option.name_in(cart.locale),
        "price": amount(option.price),
        "price_below_free_from": amount(option.full_price),
        "free_from": amount_or_none(option.free_from),
        "tax_country": current_merchant().country if picked_up else cart.country,
        "earliest": option.earliest,
        "latest": option.latest,
        "order_by": None if picked_up else option.order_by,
        "location_id": option.location_id,
        "ready_at": option.ready_at,
    }


def _delivery(quote: Quote) -> dict[str, Any] | None:
    if quote.chosen is None or quote.delivery is None:
        return None
    return {
        "option": quote.chosen.key,
        "full_price": amount(quote.chosen.price),
        "discounts": discounts(quote.discounts.basket.shipping),
        "net": amount(quote.delivery.net),
        "tax": amount(quote.delivery.tax),
        "gross": amount(quote.delivery.gross),
        "reasons": reasons(quote.delivery.reasons),
    }
