"""What the park and a new merchant agree on before the first sale."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from commerce.park.service.invitations import Invitation
from commerce.park.service.merchants import LANGUAGES, MerchantName


class FirstPlace(StrEnum):
    """Where the goods of a new merchant lie at first."""

    STORE = "store"
    """Sells over the counter and online; it comes with a till."""
    WAREHOUSE = "warehouse"
    """Sells online alone."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is invited to own the shop, and the language of the letter."""

    email: str
    name: str
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantTerms:
    """A merchant as it is founded: slug, country, currency and time zone stay for ever.

    `country` is ISO 3166-1, `currency` ISO 4217, `time_zone` of the IANA database.
    """

    slug: str
    name: MerchantName
    owner: Owner
    country: str = "CN"
    currency: str = "CNY"
    time_zone: str = "Asia/Shanghai"
    languages: tuple[str, ...] = LANGUAGES
    prices_include_tax: bool = True
    place: FirstPlace = FirstPlace.STORE


@dataclass(frozen=True, slots=True)
class Admitted:
    """A merchant that has been admitted, with the invitation that its owner is to get."""

    merchant_id: UUID
    slug: str
    invitation: Invitation
