"""The shapes of the demo park as a whole: what the TOML files say, typed and frozen.

Nothing here touches the database; a seeding step reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import ConfigDict

from commerce.admission.taxes import TaxScheme
from commerce.demo.content.bargains import Bargain
from commerce.demo.content.goods import Category, Currency, Facet, Product
from commerce.demo.content.places import (
    Address,
    CountryGroup,
    DeliveryOption,
    ExchangeRate,
    Location,
    ParkStaffMember,
    Premises,
    Register,
    StaffMember,
)
from commerce.demo.content.statements import Policy
from commerce.demo.content.tales import Tale
from commerce.demo.content.words import Bilingual


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
    story: tuple[Tale, ...]
    policy: tuple[Policy, ...] = ()
    promotion: tuple[Bargain, ...] = ()

    def product_named(self, product_handle: str) -> Product:
        """Return the product with this handle; LookupError when there is none."""
        for product in self.product:
            if product.handle == product_handle:
                return product
        raise LookupError(product_handle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Name another place that a shopper's parcels go to: an office, a relative, a friend."""

    name: str = ""
    organisation: str = ""
    phone: str = ""
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    """Invent one customer of the past; addresses are real-looking and belong to nobody.

    `also` is what an account holder's address book knows besides the own address.
    """

    merchants: tuple[str, ...]
    name: str
    email: str
    phone: str
    language: Literal["en", "zh"]
    address: Address
    also: tuple[Elsewhere, ...] = ()


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
    country_group: Mapping[CountryGroup, tuple[str, ...]]
    exchange_rate: tuple[ExchangeRate, ...]
    facet: tuple[Facet, ...]
    shopper: tuple[Shopper, ...]
    merchant: tuple[Merchant, ...]

    def merchant_named(self, slug: str) -> Merchant:
        """Return the merchant with this slug; LookupError when there is none."""
        for merchant in self.merchant:
            if merchant.slug == slug:
                return merchant
        raise LookupError(slug)
