"""Where the goods go and in which currency: a choice kept in one small cookie, such as `DE.EUR`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import get_territory_currencies
from flask import Response, request

from commerce.kernel.territories import territory_name
from commerce.park.queries.merchants import MerchantCard
from commerce.web.formats import WITH_ARTICLE
from commerce.web.services import services
from storefront.shop.facts import ShopFacts

COOKIE = "quayside_destination"
_WRITTEN = re.compile(r"([A-Z]{2})\.([A-Z]{3})")
_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Destination:
    """A country (ISO 3166-1) and a currency (ISO 4217) that the shop serves."""

    country: str
    currency: str

    def country_name(self, language: str) -> str:
        """Return what the country is called in `language`."""
        return country_name(self.country, language)

    def in_sentence(self, language: str) -> str:
        """Return what the country is called inside a sentence in `language`."""
        return country_in_sentence(self.country, language)


def country_name(code: str, language: str) -> str:
    """Return what a country is called in `language`; the code itself when nobody has named it."""
    return territory_name(code, language)


def country_in_sentence(code: str, language: str) -> str:
    """Return a country's name as a sentence has it: English goes to the United States."""
    name = country_name(code, language)
    return f"the {name}" if language == "en" and code in WITH_ARTICLE else name


def chosen_destination(merchant: MerchantCard, facts: ShopFacts) -> Destination:
    """Return what the shopper chose as far as this shop serves it, else the merchant's own."""
    written = _WRITTEN.fullmatch(request.cookies.get(COOKIE, ""))
    country, currency = written.groups() if written else ("", "")
    return fitting(merchant, facts, country=country, currency=currency)


def has_chosen() -> bool:
    """Return whether this browser keeps a choice of its own."""
    return bool(_WRITTEN.fullmatch(request.cookies.get(COOKIE, "")))


def fitting(
    merchant: MerchantCard, facts: ShopFacts, *, country: str, currency: str
) -> Destination:
    """Return the wish with what the shop does not serve replaced by the merchant's own."""
    served = {code for code, _ in facts.countries}
    return Destination(
        country=country if country in served else merchant.country,
        currency=currency if currency in facts.currencies else merchant.currency,
    )


def local_currency(country: str, currencies: Sequence[str]) -> str | None:
    """Return the currency in which people there reckon, if the shop sells in it."""
    used = get_territory_currencies(country, tender=True)
    return next((code for code in used if code in currencies), None)


def better_currency(currencies: Sequence[str], country: str, currency: str) -> str | None:
    """Return the country's own currency where the shop sells in it and another one is chosen."""
    local = local_currency(country, currencies)
    return local if local != currency else None


def keep_destination(response: Response, destination: Destination) -> None:
    """Remember the choice in this browser for a year."""
    response.set_cookie(
        COOKIE,
        f"{destination.country}.{destination.currency}",
        max_age=_YEAR_SECONDS,
        secure=services().settings.secure,
        httponly=True,
        samesite="Lax",
    )
