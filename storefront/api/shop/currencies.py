"""In which currencies programs may ask for prices: those that the merchant sells in."""

from sqlalchemy import Connection

from commerce.kernel.channel import Channel
from commerce.pricing.queries import price_lists
from commerce.web.identity import current_merchant
from storefront.api.errors import CurrencyNotSoldError


def sold_currency(connection: Connection, wanted: str | None) -> str:
    """Return the currency that is asked for, else the merchant's own.

    Raises:
        CurrencyNotSoldError: no price list of this counter is in it.
    """
    merchant = current_merchant()
    if wanted is None or wanted == merchant.currency:
        return merchant.currency
    sold = {
        each.currency for each in price_lists(connection) if each.channel in {None, Channel.API}
    }
    if wanted not in sold:
        currencies = ", ".join(sorted({merchant.currency, *sold}))
        raise CurrencyNotSoldError(currency=wanted, currencies=currencies).at("/currency")
    return wanted
