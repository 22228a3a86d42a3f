"""Offer the currency in which people reckon where the goods go, or in which they can be sent there.

Nothing is changed without a word.
"""

from dataclasses import dataclass

from babel.numbers import get_currency_name
from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.checkout.rows import Quote
from commerce.fulfilment.queries import delivered_in
from commerce.fulfilment.rows import DeliveryKind
from commerce.kernel.channel import Channel
from commerce.pricing.queries import prices_for
from storefront.shop.destination import Destination, better_currency
from storefront.shop.visit import Visit


@dataclass(frozen=True, slots=True)
class OfferedCurrency:
    """A currency to count in instead, and the sentence that says why."""

    code: str
    name: str
    why: str


def offered_currency(connection: Connection, visit: Visit, quote: Quote) -> OfferedCurrency | None:
    """Return a currency in which all that lies in the cart is sold and that serves better, else None.

    Where nothing can be sent in the cart's own currency, it is one in which something can; else it is
    the country's own.
    """
    cart = quote.cart
    stuck = quote.needs_delivery and not any(
        option.kind is DeliveryKind.PARCEL for option in quote.options
    )
    if stuck:
        wanted = other_currency(
            connection,
            visit,
            Destination(cart.country, cart.currency),
            weight_grams=sum(
                line.variant.weight_grams * line.quantity
                for line in quote.lines
                if line.variant.requires_shipping
            ),
        )
    else:
        wanted = proposed_currency(connection, visit, Destination(cart.country, cart.currency))
    if wanted is None or not _sold_in(connection, visit, quote, wanted):
        return None
    name = currency_words(wanted, visit.language)
    if stuck:
        to = Destination(cart.country, cart.currency).in_sentence(visit.language)
        own = currency_words(cart.currency, visit.language)
        why = _("Nothing is delivered to %(country)s in %(currency)s.", country=to, currency=own)
    else:
        why = _("There are prices in %(currency)s, too.", currency=name)
    return OfferedCurrency(wanted, name, str(why))


def other_currency(
    connection: Connection, visit: Visit, to: Destination, *, weight_grams: int
) -> str | None:
    """Return another currency of the shop in which parcels reach the country, its own one first."""
    reached = delivered_in(connection, country=to.country, weight_grams=weight_grams)
    if to.currency in reached:
        return None
    known = [code for code in visit.facts.currencies if code in reached]
    local = better_currency(known, to.country, to.currency)
    return local or next(iter(known), None)


def proposed_currency(connection: Connection, visit: Visit, to: Destination) -> str | None:
    """Return the country's own currency where the shop sells in it and another is chosen.

    One in which nothing is delivered there is not proposed while something is in another.
    """
    better = better_currency(visit.facts.currencies, to.country, to.currency)
    if better is None:
        return None
    reached = delivered_in(connection, country=to.country)
    return better if better in reached or to.currency not in reached else None


def _sold_in(connection: Connection, visit: Visit, quote: Quote, currency: str) -> bool:
    wanted = [line.variant.id for line in quote.lines]
    prices = prices_for(
        connection, variant_ids=wanted, currency=currency, channel=Channel.WEB, at=visit.at
    )
    return bool(wanted) and all(variant in prices for variant in wanted)


def currency_words(code: str, language: str) -> str:
    """Return what a currency is called, such as `euros`; in Chinese 欧元."""
    return str(get_currency_name(code, count=2, locale=language))
