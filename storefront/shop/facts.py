"""What every page of a shop stands on: its departments, stores, currencies and destinations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from commerce.catalogue.queries import category_tree
from commerce.catalogue.records import Category
from commerce.customers.form import countries
from commerce.fulfilment.hours import OpeningHours
from commerce.fulfilment.queries import country_groups, opening_hours
from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.orders.returns.terms import ReturnTerms, return_terms_of
from commerce.park.queries.merchants import MerchantCard
from commerce.park.queries.shop_policies import PolicyBook, policy_book
from commerce.payments.stored_value.queries import takes_cards
from commerce.pricing.promotions.queries import takes_codes
from commerce.pricing.queries import price_lists

_THE_REST = "*"


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """An experience store as a shopper sees it."""

    id: UUID
    code: str
    name: str
    name_zh: str
    address: tuple[str, ...]
    phone: str
    hours: OpeningHours


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """The surroundings of a shop in one language; good for one content version."""

    departments: tuple[Category, ...]
    stores: tuple[StoreFacts, ...]
    currencies: tuple[str, ...]
    """The merchant's own first."""
    countries: tuple[tuple[str, str], ...]
    """Where the shop delivers to, with names, by name; the merchant's own country first."""
    local_places: frozenset[UUID]
    """Every location that serves the web."""
    policies: PolicyBook
    """What the shop states, every version of it without the text."""
    return_terms: ReturnTerms
    """On which terms it takes goods back."""
    takes_codes: bool
    """Whether it has promotions that ask for a code."""
    takes_cards: bool
    """Whether anybody may hold a gift card of it."""

    def store(self, code: str) -> StoreFacts | None:
        """Return the store with this code, or None."""
        return next((store for store in self.stores if store.code == code), None)

    @property
    def store_names(self) -> Mapping[UUID, str]:
        """What each store is called in the page's language."""
        return {store.id: store.name for store in self.stores}


def read_facts(
    connection: Connection, *, merchant: MerchantCard, language: str, at: datetime
) -> ShopFacts:
    """Read the surroundings of a shop."""
    places = [place for place in locations(connection) if place.active]
    return ShopFacts(
        departments=tuple(
            branch for branch in category_tree(connection, locale=language) if branch.product_count
        ),
        stores=_stores(connection, places, merchant, language),
        currencies=_currencies(connection, merchant, at),
        countries=_countries(connection, merchant, language),
        local_places=frozenset(place.id for place in places if place.sells_online),
        policies=policy_book(connection),
        return_terms=return_terms_of(connection),
        takes_codes=takes_codes(connection),
        takes_cards=takes_cards(connection),
    )


def _stores(
    connection: Connection, places: list[LocationRow], merchant: MerchantCard, language: str
) -> tuple[StoreFacts, ...]:
    stores = [place for place in places if place.kind == "store"]
    hours = opening_hours(connection, location_ids=[store.id for store in stores])
    never = OpeningHours(ZoneInfo(merchant.time_zone), ())
    return tuple(
        StoreFacts(
            id=store.id,
            code=store.code,
            name=store.name_zh if language == "zh" else store.name,
            name_zh=store.name_zh,
            address=_lines(store.address_zh if language == "zh" else store.address),
            phone=store.phone,
            hours=hours.get(store.id, never),
        )
        for store in stores
    )


def _lines(address: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in address.splitlines() if line.strip())


def _currencies(connection: Connection, merchant: MerchantCard, at: datetime) -> tuple[str, ...]:
    """Return the currencies in which anything is priced on the web now."""
    listed = {
        each.currency
        for each in price_lists(connection)
        if each.channel in {None, "web"}
        and each.valid_from <= at
        and (each.valid_to is None or each.valid_to > at)
    }
    return (merchant.currency, *sorted(listed - {merchant.currency}))


def _countries(
    connection: Connection, merchant: MerchantCard, language: str
) -> tuple[tuple[str, str], ...]:
    """Return the countries of the delivery groups, or all of them where the rest has a group."""
    grouped = {country for group in country_groups(connection) for country in group.countries}
    everywhere = _THE_REST in grouped
    found = [
        (code, name)
        for code, name in countries(language)
        if everywhere or code in grouped or code == merchant.country
    ]
    return tuple(sorted(found, key=lambda pair: pair[0] != merchant.country))
