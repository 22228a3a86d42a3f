"""The shapes of the demo park's content: what the TOML files say, typed and frozen.

Units everywhere: money in minor units, weights in grams, rates in basis points, hours as local
Shanghai wall time (`HH:MM`). Nothing here touches the database; a seeding step reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from pydantic import ConfigDict

Role = Literal["owner", "manager", "clerk", "fulfilment", "accountant"]
ParkRole = Literal["park-operator", "supervision-officer"]
LocationKind = Literal["warehouse", "bonded-warehouse", "experience-store"]
CountryGroup = Literal["domestic", "eu", "us", "rest"]
Currency = Literal["CNY", "USD", "EUR"]
TaxScheme = Literal["domestic", "export", "retail-import", "destination"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilingual:
    """Say one thing in English and in Simplified Chinese, both written natively."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Describe one product in one language."""

    name: str
    story: str
    specification: tuple[tuple[str, str], ...]
    materials: str = ""
    origin: str = ""
    care: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomsCodes:
    """Classify one product for each destination the park ships to.

    `hs6` is the international sub-heading; the national codes extend it. A national code named
    in `unsure` is a plausible reading that a broker has not confirmed.
    """

    en: str
    zh: str
    hs6: str
    cn10: str | None = None
    eu8: str | None = None
    us10: str | None = None
    unsure: tuple[Literal["cn10", "eu8", "us10"], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionValue:
    """Offer one value of an option; `tone` recolours the drawing."""

    handle: str
    en: str
    zh: str
    tone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Name a way in which the variants of one product differ."""

    handle: str
    en: str
    zh: str
    values: tuple[OptionValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Describe one sellable unit.

    `choice` names one value per option, in the order of the options. `prices` are minor units per
    currency: CNY includes VAT, USD and EUR are net export prices. `stock` is the opening count
    per location handle. Services carry no GTIN, weight or stock.
    """

    sku: str
    prices: Mapping[Currency, int]
    gtin: str | None = None
    grams: int = 0
    choice: tuple[str, ...] = ()
    stock: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Describe one product of one merchant, with everything a listing and a declaration need.

    `motif`, `tone` and `setting` name its drawing; `tax` is a class of the tax rate rows; `tags` are `facet:value` pairs of facets.toml.
    """

    handle: str
    kind: Literal["goods", "service"] = "goods"
    category: str
    motif: str
    tone: str
    setting: str
    origin_country: str
    tax: str = "standard"
    tags: tuple[str, ...]
    en: Words
    zh: Words
    customs: CustomsCodes | None = None
    option: tuple[Option, ...] = ()
    variant: tuple[Variant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """Place products in a tree; `handle` is a path, its parent is the path without the last part."""

    handle: str
    en: str
    zh: str
    about: Bilingual

    @property
    def parent(self) -> str | None:
        """Handle of the category above, or None at the top."""
        return self.handle.rpartition("/")[0] or None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Name one person who works for a merchant; clerks belong to a location."""

    email: str
    en: str
    zh: str
    role: Role
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkStaffMember:
    """Name one person who works for the park or supervises it."""

    email: str
    en: str
    zh: str
    role: ParkRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Name one till: its code is printed on receipts and unique within the merchant."""

    code: str
    location: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Give a merchant a place that holds stock, inside premises of the park."""

    handle: str
    kind: LocationKind
    premises: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Write one postal address the way its country does."""

    lines: tuple[str, ...]
    city: str
    region: str = ""
    postcode: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """Describe a building of the park that people visit or goods lie in.

    `hours` maps weekdays (`mon` .. `sun`) to opening and closing time, local wall time; a missing
    day is closed. `to_touch` says what a visitor can hold, pour or try there.
    """

    handle: str
    kind: LocationKind
    en: str
    zh: str
    about: Bilingual
    address_en: Address
    address_zh: Address
    phone: str
    languages: tuple[str, ...]
    hours: Mapping[str, tuple[str, str]]
    to_touch: tuple[Bilingual, ...] = ()
    getting_there: Bilingual | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOption:
    """Offer one way to receive an order in a group of countries; prices in minor units.

    `days` is the earliest and latest working day after payment. `free_from` is the goods total
    per currency from which the option costs nothing.
    """

    code: str
    group: CountryGroup
    en: str
    zh: str
    prices: Mapping[Currency, int]
    days: tuple[int, int]
    free_from: Mapping[Currency, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRate:
    """State one dated tax rate and where it is written; `basis_points` 1300 is 13 percent."""

    country: str
    scheme: TaxScheme
    applies_to: str
    basis_points: int
    valid_from: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """Describe one merchant of the park with everything it owns.

    `price_scheme` names the taxes that its CNY prices include.
    """

    slug: str
    en: str
    zh: str
    tagline: Bilingual
    about: Bilingual
    base_currency: Currency
    currencies: tuple[Currency, ...]
    price_scheme: TaxScheme
    email: str
    phone: str
    address: Address
    category: tuple[Category, ...]
    location: tuple[Location, ...] = ()
    register: tuple[Register, ...] = ()
    staff: tuple[StaffMember, ...]
    delivery: tuple[DeliveryOption, ...] = ()
    product: tuple[Product, ...]

    def product_named(self, product_handle: str) -> Product:
        """Return the product with this handle; LookupError when there is none."""
        for product in self.product:
            if product.handle == product_handle:
                return product
        raise LookupError(product_handle)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """Label one value of a facet in both languages."""

    handle: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Label one facet and its values; a product tag is `facet:value`."""

    handle: str
    en: str
    zh: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    """Invent one customer of the past; addresses are real-looking and belong to nobody."""

    merchants: tuple[str, ...]
    name: str
    email: str
    phone: str
    language: Literal["en", "zh"]
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Park:
    """Hold the whole demo park: what an empty installation is filled with.

    A field that no record knows, here or further down, is refused: it is a misspelling.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    en: str
    zh: str
    about: Bilingual
    staff: tuple[ParkStaffMember, ...]
    premises: tuple[Premises, ...]
    tax_rate: tuple[TaxRate, ...]
    country_group: Mapping[CountryGroup, tuple[str, ...]]
    facet: tuple[Facet, ...]
    shopper: tuple[Shopper, ...]
    merchant: tuple[Merchant, ...]

    def merchant_named(self, slug: str) -> Merchant:
        """Return the merchant with this slug; LookupError when there is none."""
        for merchant in self.merchant:
            if merchant.slug == slug:
                return merchant
        raise LookupError(slug)
