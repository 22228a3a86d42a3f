"""Who is in the park: merchants by address, remembered per process until their version changes."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.database import Database, Scope
from commerce.kernel.statements import Statement
from commerce.park.errors import ShopPausedError, UnknownMerchantError


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
    network_version: int = 1
    reply_to: str = ""
    """Where replies to its letters go; empty where nobody reads them."""
    paused_at: datetime | None = None
    """Since when the park lets it sell nothing new."""
    pause_reason: str = ""

    def check_open(self) -> None:
        """Make sure that the merchant may sell something new.

        Raises:
            ShopPausedError: the park has paused it.
        """
        if self.paused_at is not None:
            raise ShopPausedError

    @property
    def network(self) -> tuple[int, str]:
        """What tells whether how orders are sourced is still as it was."""
        return self.network_version, self.time_zone

    def name_in(self, language: str) -> str:
        """Return the name in `language` ("zh" or "en")."""
        return self.name_zh if language.startswith("zh") else self.name


def merchant_card(*columns: Any) -> MerchantCard:
    """Read a row of `CARD_COLUMNS`."""
    card = MerchantCard(*columns)
    return replace(card, languages=tuple(card.languages))


CARD_COLUMNS = ", ".join(f"merchant.{field.name}" for field in fields(MerchantCard))

_CARDS = f"SELECT {CARD_COLUMNS} FROM merchant"  # noqa: S608 - names of ours
_BY_SLUG = Statement(f"{_CARDS} WHERE slug = :slug", merchant_card)
_BY_ID = Statement(f"{_CARDS} WHERE id = :merchant_id", merchant_card)
_ALL = Statement(f"{_CARDS} ORDER BY slug", merchant_card)
_VERSION = Statement("SELECT content_version FROM merchant WHERE id = :merchant_id")


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
        version = _VERSION.value(connection, {"merchant_id": card.id})
        if version != card.content_version:
            card = get_merchant(connection, merchant_id=card.id)
            self._cards[slug] = card
        return card


def find_merchant(connection: Connection | Session, *, slug: str) -> MerchantCard:
    """Return the merchant at `slug`.

    Raises:
        UnknownMerchantError: nobody has this slug.
    """
    card = _BY_SLUG.one_or_none(connection, {"slug": slug})
    if card is None:
        raise UnknownMerchantError(slug=slug)
    return card


def get_merchant(connection: Connection | Session, *, merchant_id: UUID) -> MerchantCard:
    """Return the merchant with this id.

    Raises:
        UnknownMerchantError: there is none.
    """
    card = _BY_ID.one_or_none(connection, {"merchant_id": merchant_id})
    if card is None:
        raise UnknownMerchantError(slug=str(merchant_id))
    return card


def list_merchants(connection: Connection | Session) -> tuple[MerchantCard, ...]:
    """Return every merchant of the park by slug."""
    return tuple(_ALL.all(connection))
