"""The tax classes that a product may be of, each with what it bears in the shop's own country."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import Connection

from commerce.pricing.queries import tax_classes, tax_rates
from commerce.pricing.rows import TaxClassRow, TaxRateState
from commerce.pricing.taxation import FREE_OF_TAX, STANDARD
from commerce.web.formats import percent
from commerce.web.identity import current_merchant
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stores.hours import today_here
from storefront.backoffice.words import in_language


def class_choices(connection: Connection) -> list[tuple[str, str]]:
    """Return every class with its name and its rate today.

    The park's classes are those of all its countries, and what a country has no rate for is taxed
    as the standard class: a merchant has to see that before she chooses.
    """
    rates = _charged_at_home(connection)
    return [(each.code, _label(each, rates)) for each in tax_classes(connection)]


def _charged_at_home(connection: Connection) -> Mapping[str, Decimal]:
    """Return what each class bears in the whole country; a region's own taxes are left out."""
    today = today_here()
    found: dict[str, Decimal] = defaultdict(Decimal)
    for rate in tax_rates(connection, country=current_merchant().country):
        if rate.region is None and rate.state(today) is TaxRateState.CHARGED:
            found[rate.tax_class] += rate.rate
    return found


def _label(each: TaxClassRow, rates: Mapping[str, Decimal]) -> str:
    name = in_language(each.name, each.name_zh)
    if each.code in rates:
        return _("%(name)s: %(rate)s", name=name, rate=percent(float(rates[each.code])))
    if each.code in FREE_OF_TAX or STANDARD not in rates:
        return name
    rate = percent(float(rates[STANDARD]))
    return _("%(name)s: %(rate)s, as the standard rate", name=name, rate=rate)
