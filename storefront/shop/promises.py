"""The three quiet lines beside the price: delivered when and for how much, picked up where, returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.catalogue.records import ProductPage, ShownVariant
from commerce.fulfilment.queries import DeliveryTerms, terms_for
from commerce.fulfilment.rows import DeliveryKind, DeliveryOption
from commerce.kernel.money import Money
from commerce.pricing.queries import TaxableLine, TaxedSale, tax_table
from commerce.pricing.rows import Price, TaxRounding
from commerce.pricing.taxation import TaxTable, tax_lines
from commerce.web.formats import day, days_in, hour, money
from commerce.web.languages import language
from commerce.web.tax_words import TaxTerm, tax_term
from storefront.shop.currencies import currency_words, other_currency
from storefront.shop.destination import country_in_sentence
from storefront.shop.memory import memory, quarter
from storefront.shop.pickup_tax import over_counter
from storefront.shop.returns import return_words
from storefront.shop.stock import StockView
from storefront.shop.tax_told import arrival_note
from storefront.shop.visit import Visit

_GOODS = uuid5(NAMESPACE_URL, "goods")
_DELIVERY = uuid5(NAMESPACE_URL, "delivery")


@dataclass(frozen=True, slots=True)
class Promises:
    """Sentences, each possibly empty; `gross` is the price of one with what tax is due on it."""

    gross: Money | None
    tax: str
    delivery: str
    delivery_note: str
    pickup: str
    pickup_note: str
    """What it costs when it is picked up, where that is another price."""
    returns: str
    elsewhere: tuple[str, str] | None = None
    """A currency in which it is delivered there, with its name, where it is not in the chosen one."""

    @property
    def trace(self) -> str:
        """What of the page depends on the hour, for its ETag."""
        return f"{self.delivery}{self.pickup}"


def promises_for(
    connection: Connection,
    visit: Visit,
    *,
    product: ProductPage,
    variant: ShownVariant,
    price: Price | None,
    stock: StockView,
) -> Promises:
    """Return what is promised to a shopper who buys one of `variant` now.

    Of what is sold out nobody knows when it arrives.
    """
    returns = return_words(visit, product.kind)
    if price is None:
        return Promises(None, "", "", "", "", "", returns)
    terms = _terms(connection, visit, variant, price.amount.currency)
    options = terms.options(subtotal=price.amount, at=visit.at)
    parcel = next((each for each in options if each.kind is not DeliveryKind.PICKUP), None)
    elsewhere = None
    if parcel is None and variant.requires_shipping:
        elsewhere = _elsewhere(connection, visit, variant)
    taxed = _taxed(connection, visit, product, price, parcel)
    pickup = _pickup(visit, options, stock)
    return Promises(
        gross=taxed.lines[0].gross,
        tax=_tax_words(visit, taxed, product.kind),
        delivery=_arrival(visit, variant, parcel, taxed, elsewhere) if stock.buyable else "",
        delivery_note=_free_from(parcel),
        pickup=pickup,
        pickup_note=_picked_up(connection, visit, product, price, taxed) if pickup else "",
        returns=returns,
        elsewhere=elsewhere,
    )


def _terms(
    connection: Connection, visit: Visit, variant: ShownVariant, currency: str
) -> DeliveryTerms:
    country, merchant = visit.destination.country, visit.merchant
    grams, shipped = variant.weight_grams, variant.requires_shipping
    version = merchant.content_version
    key = ("delivery", merchant.id, version, country, currency, grams, shipped)
    return memory.recall(
        key,
        lambda: terms_for(
            connection,
            country=country,
            currency=currency,
            weight_grams=grams,
            kinds=("parcel", "pickup") if shipped else ("service",),
        ),
    )


def _elsewhere(
    connection: Connection, visit: Visit, variant: ShownVariant
) -> tuple[str, str] | None:
    """Return a currency in which the parcel reaches the country, with its name."""
    grams = variant.weight_grams
    to, merchant = visit.destination, visit.merchant
    key = ("reached", merchant.id, merchant.content_version, to.country, to.currency, grams)
    code = memory.recall(
        key, lambda: other_currency(connection, visit, to, weight_grams=grams) or ""
    )
    return (code, currency_words(code, visit.language)) if code else None


def _arrival(
    visit: Visit,
    variant: ShownVariant,
    parcel: DeliveryOption | None,
    taxed: TaxedSale,
    elsewhere: tuple[str, str] | None,
) -> str:
    """Say when it arrives, or that it does in another currency only."""
    return (
        _delivery(visit, variant, parcel, taxed) if elsewhere is None else _not_in_currency(visit)
    )


def _not_in_currency(visit: Visit) -> str:
    return str(
        _(
            "Not delivered to %(country)s in %(currency)s",
            country=visit.destination.in_sentence(visit.language),
            currency=currency_words(visit.destination.currency, visit.language),
        )
    )


def _taxed(
    connection: Connection,
    visit: Visit,
    product: ProductPage,
    price: Price,
    parcel: DeliveryOption | None,
) -> TaxedSale:
    """Return price and delivery with the tax of the destination, as the quote will reckon it."""
    lines = [TaxableLine(_GOODS, price.amount, product.tax_class, price.includes_tax)]
    if parcel is not None:
        lines.append(TaxableLine(_DELIVERY, parcel.price, product.tax_class, price.includes_tax))
    table, rounding = _table(connection, visit, product.tax_class)
    return tax_lines(lines, table=table, currency=price.amount.currency, rounding=rounding)


def _table(connection: Connection, visit: Visit, tax_class: str) -> tuple[TaxTable, TaxRounding]:
    to, merchant = visit.destination, visit.merchant
    today = visit.at.astimezone(ZoneInfo(merchant.time_zone)).date()
    key = (
        "tax",
        merchant.id,
        merchant.content_version,
        tax_class,
        to.country,
        to.currency,
        quarter(visit.at),
    )
    return memory.recall(
        key,
        lambda: tax_table(
            connection,
            tax_classes=[tax_class],
            country=to.country,
            region=None,
            origin=merchant.country,
            currency=to.currency,
            on=today,
        ),
    )


def _tax_words(visit: Visit, taxed: TaxedSale, kind: str) -> str:
    goods = taxed.lines[0]
    match tax_term(reason.facts() for reason in goods.reasons):
        case TaxTerm.INCLUDED:
            return str(_("All taxes included"))
        case TaxTerm.IMPORT_INCLUDED:
            return str(_("Import tax of %(amount)s included", amount=money(goods.tax)))
        case TaxTerm.MAY_BE_ASKED if kind != "service":
            return arrival_note(visit.destination.in_sentence(visit.language))
        case _:
            return ""


def _delivery(
    visit: Visit, variant: ShownVariant, option: DeliveryOption | None, taxed: TaxedSale
) -> str:
    country = visit.destination.in_sentence(visit.language)
    if option is None:
        return str(_("Not delivered to %(country)s", country=country))
    if not variant.requires_shipping:
        return str(_("We begin by %(day)s", day=day(option.latest, with_year=False)))
    price = taxed.lines[1].gross
    when = span_words(option.earliest, option.latest)
    if not price:
        return str(_("To %(country)s %(when)s, delivery free", country=country, when=when))
    return str(
        _(
            "To %(country)s %(when)s for %(price)s",
            country=country,
            when=when,
            price=money(price),
        )
    )


def span_words(earliest: date, latest: date) -> str:
    """Return the days of a promise in the page's words."""
    return days_in(earliest, latest, language())


def _free_from(option: DeliveryOption | None) -> str:
    if option is None or option.free_from is None or not option.price:
        return ""
    return str(_("Free from %(price)s", price=money(option.free_from)))


def _pickup(visit: Visit, options: Sequence[DeliveryOption], stock: StockView) -> str:
    """Return where one can be picked up soonest."""
    near = [
        option
        for option in options
        if option.kind is DeliveryKind.PICKUP and option.location_id in stock.pickup
    ]
    first = min(near, key=lambda option: option.ready_at or visit.at, default=None)
    if first is None or first.ready_at is None:
        return ""
    store = visit.facts.store_names.get(first.location_id) if first.location_id else None
    if store is None:
        return ""
    return pickup_words(visit, first, store)


def _picked_up(
    connection: Connection, visit: Visit, product: ProductPage, price: Price, taxed: TaxedSale
) -> str:
    """Say what goods cost over the counter that would leave the country for less."""
    if price.includes_tax or visit.destination.country == visit.merchant.country:
        return ""
    line = TaxableLine(_GOODS, price.amount, product.tax_class, price.includes_tax)
    gross = over_counter(connection, visit, [line])
    if gross == taxed.lines[0].gross:
        return ""
    home = country_in_sentence(visit.merchant.country, visit.language)
    return str(
        _(
            "Picked up it costs %(price)s, with the tax of %(country)s",
            price=money(gross),
            country=home,
        )
    )


def ready_words(visit: Visit, option: DeliveryOption) -> str:
    """Return from when something can be picked up, where the store is named beside it."""
    assert option.ready_at is not None  # noqa: S101 - every pickup says when it is ready
    zone = ZoneInfo(visit.merchant.time_zone)
    days = (option.ready_at.astimezone(zone).date() - visit.at.astimezone(zone).date()).days
    at = hour(option.ready_at)
    if days == 0:
        return str(_("Pick up today from %(hour)s", hour=at))
    if days == 1:
        return str(_("Pick up tomorrow from %(hour)s", hour=at))
    return str(
        _("Pick up from %(day)s, %(hour)s", day=day(option.ready_at, with_year=False), hour=at)
    )


def pickup_words(visit: Visit, option: DeliveryOption, store: str) -> str:
    """Return when something can be picked up at `store`."""
    return str(_("%(ready)s: %(store)s", ready=ready_words(visit, option), store=store))
