"""Who is in the park: merchants by address, remembered per process until their version changes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from commerce.kernel.database import Database, Scope
from commerce.park.errors import UnknownMerchantError
from commerce.park.models import Merchant

_COLUMNS = (
    Merchant.id,
    Merchant.slug,
    Merchant.name,
    Merchant.name_zh,
    Merchant.country,
    Merchant.currency,
    Merchant.time_zone,
    Merchant.languages,
    Merchant.prices_include_tax,
    Merchant.content_version,
)
_BY_SLUG = select(*_COLUMNS).where(Merchant.slug == bindparam("slug"))
_BY_ID = select(*_COLUMNS).where(Merchant.id == bindparam("merchant_id"))
_VERSION = select(Merchant.content_version).where(Merchant.id == bindparam("merchant_id"))
_ALL = select(*_COLUMNS).order_by(Merchant.slug)


@dataclass(frozen=True, slots=True)
class MerchantCard:
    """What every page needs to know of a merchant."""

    id: UUID
    slug: str
    name: str
    name_zh: str
    country: str
    currency: str
    time_zone: str
    languages: tuple[str, ...]
    prices_include_tax: bool
    content_version: int

    def name_in(self, language: str) -> str:
        """Return the name in `language` ("zh" or "en")."""
        return self.name_zh if language.startswith("zh") else self.name


class MerchantDirectory:
    """Merchants by slug, for the entry points of one process.

    An address and its id never change once founded, so `locate` costs nothing after the first
    time. Everything else of a card may change: `current` compares the content version first.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cards: dict[str, MerchantCard] = {}

    def locate(self, slug: str) -> MerchantCard:
        """Return the merchant at `slug` as last seen; only its id, slug and currency are certain.

        Unknown slugs are not remembered, so a newly founded merchant appears at once.

        Raises:
            UnknownMerchantError: nobody has this slug.
        """
        card = self._cards.get(slug)
        if card is None:
            with self._database.reading(Scope.park()) as connection:
                card = find_merchant(connection, slug=slug)
            self._cards[slug] = card
        return card

    def current(self, connection: Connection | Session, slug: str) -> MerchantCard:
        """Return the merchant at `slug` as `connection`'s transaction sees it.

        Raises:
            UnknownMerchantError: nobody has this slug.
        """
        card = self.locate(slug)
        version = connection.execute(_VERSION, {"merchant_id": card.id}).scalar_one()
        if version != card.content_version:
            card = get_merchant(connection, merchant_id=card.id)
            self._cards[slug] = card
        return card


def find_merchant(connection: Connection | Session, *, slug: str) -> MerchantCard:
    """Return the merchant at `slug`.

    Raises:
        UnknownMerchantError: nobody has this slug.
    """
    row = connection.execute(_BY_SLUG, {"slug": slug}).one_or_none()
    if row is None:
        raise UnknownMerchantError(slug=slug)
    return _card(row)


def get_merchant(connection: Connection | Session, *, merchant_id: UUID) -> MerchantCard:
    """Return the merchant with this id.

    Raises:
        UnknownMerchantError: there is none.
    """
    row = connection.execute(_BY_ID, {"merchant_id": merchant_id}).one_or_none()
    if row is None:
        raise UnknownMerchantError(slug=str(merchant_id))
    return _card(row)


def list_merchants(connection: Connection | Session) -> tuple[MerchantCard, ...]:
    """Return every merchant of the park by slug."""
    return tuple(_card(row) for row in connection.execute(_ALL))


def _card(row: Any) -> MerchantCard:
    return MerchantCard(
        id=row.id,
        slug=row.slug,
        name=row.name,
        name_zh=row.name_zh,
        country=row.country,
        currency=row.currency,
        time_zone=row.time_zone,
        languages=tuple(row.languages),
        prices_include_tax=row.prices_include_tax,
        content_version=row.content_version,
    )
