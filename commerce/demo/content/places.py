"""The shapes of the demo park's people, places and deliveries.

Money in minor units, hours as local Shanghai wall time (`HH:MM`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from commerce.demo.content.goods import Currency
from commerce.demo.content.words import Bilingual

Role = Literal["owner", "manager", "clerk", "fulfilment", "accountant"]
ParkRole = Literal["park-operator", "supervision-officer"]
LocationKind = Literal["warehouse", "bonded-warehouse", "experience-store"]
CountryGroup = Literal["domestic", "nearby", "eu", "us", "rest"]


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
    """Give a merchant a place that holds stock, inside premises of the park.

    `to_touch` says what a visitor can hold, pour or try there of this merchant's goods: several share
    one building.
    """

    handle: str
    kind: LocationKind
    premises: str
    en: str
    zh: str
    to_touch: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """State what one unit of a currency is worth in another from a day on, and who published it."""

    base: Currency
    quote: Currency
    rate: Decimal
    valid_from: date
    source: str
    source_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Write one postal address the way its country does."""

    lines: tuple[str, ...]
    district: str = ""
    city: str
    region: str = ""
    postcode: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """Describe a building of the park that people visit or goods lie in.

    `hours` maps weekdays (`mon` .. `sun`) to opening and closing time, local wall time; a missing
    day is closed.
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
    getting_there: Bilingual | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOption:
    """Offer one way to receive an order in a group of countries; prices in minor units.

    `days` is the earliest and latest working day after payment. `free_from` is the goods total
    per currency from which the option costs nothing. Without `regions` it serves the whole group.
    """

    code: str
    group: CountryGroup
    en: str
    zh: str
    prices: Mapping[Currency, int]
    days: tuple[int, int]
    free_from: Mapping[Currency, int]
    regions: tuple[str, ...] = ()
