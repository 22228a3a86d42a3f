"""What a pickup comes to with the tax of the shop's country, where the prices are without tax.

Goods that leave the country untaxed are sold here when they are picked up here: the price rises.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from commerce.checkout.rows import Quote
from commerce.fulfilment.rows import DeliveryKind
from commerce.kernel.money import Money
from commerce.pricing.queries import tax_table
from commerce.pricing.rows import TaxRounding
from commerce.pricing.taxation import Supply, TaxableLine, TaxTable, tax_lines
from storefront.shop.memory import memory, quarter
from storefront.shop.visit import Visit


def pickup_goods(connection: Connection, visit: Visit, quote: Quote) -> Money | None:
    """Return what the goods cost when they are picked up, where that is another price; else None."""
    offered = any(each.kind is DeliveryKind.PICKUP for each in quote.options)
    untaxed = any(not line.price.includes_tax for line in quote.lines)
    if quote.cart.country == visit.merchant.country or not (offered and untaxed):
        return None
    if quote.chosen is not None and quote.chosen.kind is DeliveryKind.PICKUP:
        return quote.goods if quote.tax else None
    gross = over_counter(
        connection,
        visit,
        [
            TaxableLine(
                line.variant.id,
                Money(line.adjusted.after_minor, quote.cart.currency),
                line.variant.tax_class,
                line.price.includes_tax,
            )
            for line in quote.lines
        ],
    )
    return gross if gross != quote.goods else None


def over_counter(connection: Connection, visit: Visit, lines: Sequence[TaxableLine]) -> Money:
    """Return what goods cost that are handed over in a store of the shop; there is at least one line."""
    currency = lines[0].amount.currency
    classes = tuple(sorted({line.tax_class for line in lines}))
    table, rounding = _table(connection, visit, classes, currency)
    return tax_lines(lines, table=table, currency=currency, rounding=rounding).gross


def _table(
    connection: Connection, visit: Visit, classes: tuple[str, ...], currency: str
) -> tuple[TaxTable, TaxRounding]:
    merchant = visit.merchant
    today = visit.at.astimezone(ZoneInfo(merchant.time_zone)).date()
    version, when = merchant.content_version, quarter(visit.at)
    return memory.recall(
        ("pickup-tax", merchant.id, version, classes, currency, when),
        lambda: tax_table(
            connection,
            tax_classes=classes,
            country=merchant.country,
            region=None,
            origin=merchant.country,
            currency=currency,
            on=today,
            supply=Supply.OVER_COUNTER,
        ),
    )
