"""Found and rename merchants. Founding needs the park's scope; renaming the merchant's own."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import available_timezones

from babel import Locale
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id
from commerce.kernel.mail import MailAddressError, mail_address
from commerce.kernel.money import minor_digits
from commerce.park.content import bump_content_version
from commerce.park.errors import (
    MalformedSlugError,
    MissingNameError,
    ReservedSlugError,
    SlugTakenError,
    UnknownCountryError,
    UnknownLanguageError,
    UnknownMerchantError,
    UnknownTimeZoneError,
)
from commerce.park.models import Merchant

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_SLUG = 60
_LONGEST_ADDRESS = 254
_COUNTRY = re.compile(r"[A-Z]{2}")
_ELSEWHERE = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""What CLDR lists among the territories although nobody lives there."""

LANGUAGES = ("en", "zh")
"""What shops can be read in."""

# First parts of our own addresses, what they may become, and what would pass for the park itself.
# fmt: off
RESERVED_SLUGS = frozenset({
    "about", "account", "admin", "api", "app", "assets", "cart", "checkout", "contact",
    "customs", "desk", "docs", "en", "health", "help", "home", "language", "login", "media",
    "new", "order", "orders", "park", "pos", "privacy", "quayside", "search", "security",
    "settings", "shop", "shops", "signin", "signout", "sitemap", "static", "support",
    "system", "terms", "till", "tills", "webhooks", "workplaces", "www", "zh",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class MerchantName:
    """What a merchant is called in both languages of the park."""

    english: str
    chinese: str

    def __post_init__(self) -> None:
        for name in (self.english, self.chinese):
            if not name.strip() or len(name) > MissingNameError.longest:
                raise MissingNameError


def found_merchant(
    session: Session,
    *,
    slug: str,
    name: MerchantName,
    country: str = "CN",
    currency: str = "CNY",
    time_zone: str = "Asia/Shanghai",
    languages: Collection[str] = LANGUAGES,
    prices_include_tax: bool = True,
    reply_to: str = "",
) -> UUID:
    """Take a merchant into the park and return its id. Needs `Scope.park()`.

    Raises:
        MalformedSlugError: the slug has other characters than a-z, 0-9 and single hyphens.
        ReservedSlugError: the slug is a word of our own addresses.
        SlugTakenError: another merchant has it, even when both are founded at the same time.
        UnknownCountryError: `country` is not an ISO 3166-1 code of two letters.
        UnknownCurrencyError: `currency` is not an ISO 4217 code.
        UnknownTimeZoneError: `time_zone` is not in the IANA database.
        UnknownLanguageError: there is no language, or one that shops are not read in.
        MailAddressError: `reply_to` is not an address.
    """
    if len(slug) > _LONGEST_SLUG or not _SLUG.fullmatch(slug):
        raise MalformedSlugError(slug=slug)
    if slug in RESERVED_SLUGS:
        raise ReservedSlugError(slug=slug)
    if country not in country_codes():
        raise UnknownCountryError(country=country)
    minor_digits(currency)
    if time_zone not in available_timezones():
        raise UnknownTimeZoneError(time_zone=time_zone)
    if not languages or not set(LANGUAGES).issuperset(languages):
        raise UnknownLanguageError
    founded = session.execute(
        insert(Merchant)
        .values(
            id=new_id(),
            slug=slug,
            name=name.english.strip(),
            name_zh=name.chinese.strip(),
            country=country,
            currency=currency,
            time_zone=time_zone,
            languages=[each for each in LANGUAGES if each in languages],
            prices_include_tax=prices_include_tax,
            reply_to=_address(reply_to),
        )
        .on_conflict_do_nothing(index_elements=["slug"])
        .returning(Merchant.id)
    ).scalar_one_or_none()
    if founded is None:
        raise SlugTakenError(slug=slug)
    return founded


def country_codes() -> tuple[str, ...]:
    """Return where a merchant may be at home: ISO 3166-1 codes of two letters."""
    return tuple(
        code
        for code in map(str, Locale("en").territories)
        if _COUNTRY.fullmatch(code) and code not in _ELSEWHERE
    )


def rename_merchant(session: Session, *, merchant_id: UUID, name: MerchantName) -> None:
    """Give a merchant another name; its address stays, so that no link breaks.

    Raises:
        UnknownMerchantError: no such merchant, or not the one of this transaction's scope.
    """
    merchant = session.scalar(select(Merchant).where(Merchant.id == merchant_id))
    if merchant is None:
        raise UnknownMerchantError(slug=str(merchant_id))
    merchant.name, merchant.name_zh = name.english.strip(), name.chinese.strip()
    bump_content_version(session, merchant_id=merchant_id)


def send_replies_to(session: Session, *, merchant_id: UUID, address: str) -> None:
    """Let replies to a merchant's letters reach `address`; an empty one, that nobody reads them.

    Letters say that they can be replied to only where somebody reads the replies.

    Raises:
        MailAddressError: it is not an address.
        UnknownMerchantError: no such merchant, or not the one of this transaction's scope.
    """
    merchant = session.scalar(select(Merchant).where(Merchant.id == merchant_id))
    if merchant is None:
        raise UnknownMerchantError(slug=str(merchant_id))
    merchant.reply_to = _address(address)
    bump_content_version(session, merchant_id=merchant_id)


def _address(typed: str) -> str:
    """Return an address as mail servers write it: full-width characters plain, its domain ASCII."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    if len(plain) > _LONGEST_ADDRESS:
        raise MailAddressError(address=plain)
    return mail_address(plain).addr_spec if plain else ""
