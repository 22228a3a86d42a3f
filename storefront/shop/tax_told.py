"""What a cart and an order say of tax: which, how much, and what a country may ask on arrival."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from commerce.checkout.rows import Quote
from commerce.kernel.money import Money
from commerce.orders.rows import OrderLineRow, OrderRow
from commerce.web.tax_words import TaxTerm, tax_term
from storefront.shop.destination import country_in_sentence


@dataclass(frozen=True, slots=True)
class TaxTold:
    """A row under the total, or a sentence instead; each may be empty."""

    label: str
    amount: Money
    note: str


def tax_of_quote(quote: Quote, language: str) -> TaxTold:
    """Return what is said of the tax in a cart."""
    term = tax_term(reason.facts() for line in quote.lines for reason in line.taxed.reasons)
    arrives = any(line.variant.requires_shipping for line in quote.lines)
    return _told(term, quote.tax, _named(quote.cart.country, language) if arrives else "")


def tax_of_order(order: OrderRow, lines: Iterable[OrderLineRow], language: str) -> TaxTold:
    """Return what is said of the tax in an order."""
    term = tax_term(reason for line in lines for reason in line.reasons)
    arrives = order.delivery.get("kind") != "service"
    country = str((order.ship_to or {}).get("country", "")) if arrives else ""
    return _told(term, Money(order.tax_minor, order.currency), _named(country, language))


def _named(country: str, language: str) -> str:
    return country_in_sentence(country, language) if country else ""


def tax_label(term: TaxTerm) -> str:
    """Return what the row of the tax is called."""
    imported = term is TaxTerm.IMPORT_INCLUDED
    return str(_("Import tax included") if imported else _("Tax included"))


def arrival_note(country: str) -> str:
    """Return what is said of goods that leave untaxed."""
    return str(_("Taxes that %(country)s may ask on arrival are not included", country=country))


def _told(term: TaxTerm, amount: Money, country: str) -> TaxTold:
    asked = term is TaxTerm.MAY_BE_ASKED and country
    return TaxTold(
        tax_label(term) if amount else "", amount, arrival_note(country) if asked else ""
    )
