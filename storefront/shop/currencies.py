"""Offer the currency in which people reckon where the goods go; nothing is changed without a word."""

from babel.numbers import get_currency_name
from sqlalchemy import Connection

from commerce.checkout.rows import Quote
from commerce.kernel.channel import Channel
from commerce.pricing.queries import prices_for
from storefront.shop.destination import better_currency
from storefront.shop.visit import Visit


def offered_currency(connection: Connection, visit: Visit, quote: Quote) -> str | None:
    """Return the country's own currency if all that lies in the cart is sold in it, else None."""
    cart = quote.cart
    better = better_currency(visit.facts.currencies, cart.country, cart.currency)
    wanted = [line.variant.id for line in quote.lines]
    if better is None or not wanted:
        return None
    prices = prices_for(
        connection, variant_ids=wanted, currency=better, channel=Channel.WEB, at=visit.at
    )
    return better if all(variant in prices for variant in wanted) else None


def currency_words(code: str, language: str) -> str:
    """Return what a currency is called, such as `euros`; in Chinese 欧元."""
    return str(get_currency_name(code, count=2, locale=language))
