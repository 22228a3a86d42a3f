"""The stories of a shop, in their order."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from commerce.park.errors import UnknownStoryError

_COLUMNS = """
SELECT id, slug, title, title_zh, lead, lead_zh, text, text_zh, picture, picture_alt,
       picture_alt_zh, published_at, changed_at
FROM shop_story
"""
_ALL = text(_COLUMNS + "ORDER BY position, id")
_TOLD = text(_COLUMNS + "WHERE published_at IS NOT NULL ORDER BY position, id LIMIT :most")
_BY_ID = text(_COLUMNS + "WHERE id = :id")
_BY_SLUG = text(_COLUMNS + "WHERE slug = :slug AND published_at IS NOT NULL")
# A product's address on a line of its own, with or without the host and the shop before it.
_GOODS = re.compile(r"^(?:https?://[^\s/]+)?(?:/[\w-]+){0,2}/p/([a-z0-9-]+)/?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoryCopy:
    """A smaller copy of a story's picture."""

    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class StoryPicture:
    """A kept picture with its smaller copies, narrowest first."""

    name: str
    width: int
    height: int
    copies: tuple[StoryCopy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryWords:
    """What a story says; each language may be blank, but not both titles."""

    title: str = ""
    title_zh: str = ""
    lead: str = ""
    lead_zh: str = ""
    text: str = ""
    text_zh: str = ""
    picture_alt: str = ""
    picture_alt_zh: str = ""


@dataclass(frozen=True, slots=True)
class ShopStoryRow:
    """One story; `published_at` is None while shoppers do not see it."""

    id: UUID
    slug: str
    words: StoryWords
    picture: StoryPicture | None
    published_at: datetime | None
    changed_at: datetime

    def title_in(self, locale: str) -> str:
        """Return the title in `locale`, or in the other language where that is blank."""
        return _either(locale, self.words.title, self.words.title_zh)

    def lead_in(self, locale: str) -> str:
        """Return the sentence that leads into it."""
        return _either(locale, self.words.lead, self.words.lead_zh)

    def alt_in(self, locale: str) -> str:
        """Return what its picture shows."""
        return _either(locale, self.words.picture_alt, self.words.picture_alt_zh)

    def paragraphs_in(self, locale: str) -> tuple[str, ...]:
        """Return its text, paragraph by paragraph, without the addresses of goods."""
        told = "\n".join(line for line in self._lines_in(locale) if not _GOODS.match(line))
        return tuple(part.strip() for part in told.split("\n\n") if part.strip())

    def goods_in(self, locale: str) -> tuple[str, ...]:
        """Return the handles of the goods that it names by their address, each on its own line."""
        found = (_GOODS.match(line) for line in self._lines_in(locale))
        return tuple(dict.fromkeys(match[1] for match in found if match))

    def _lines_in(self, locale: str) -> list[str]:
        told = _either(locale, self.words.text, self.words.text_zh)
        return [line.strip() for line in told.split("\n")]


def shop_stories(connection: Connection | Session) -> tuple[ShopStoryRow, ...]:
    """Return every story, drafts too, in their order."""
    return tuple(_row(row) for row in connection.execute(_ALL))


def told_stories(connection: Connection, *, most: int) -> tuple[ShopStoryRow, ...]:
    """Return the first stories that shoppers see."""
    return tuple(_row(row) for row in connection.execute(_TOLD, {"most": most}))


def shop_story(connection: Connection | Session, *, story_id: UUID) -> ShopStoryRow:
    """Return one story, published or not.

    Raises:
        UnknownStoryError: the merchant has no such story.
    """
    row = connection.execute(_BY_ID, {"id": story_id}).one_or_none()
    if row is None:
        raise UnknownStoryError
    return _row(row)


def told_story(connection: Connection, *, slug: str) -> ShopStoryRow:
    """Return the published story at `slug`.

    Raises:
        UnknownStoryError: there is none, or it is not published.
    """
    row = connection.execute(_BY_SLUG, {"slug": slug}).one_or_none()
    if row is None:
        raise UnknownStoryError
    return _row(row)


def _row(row: Any) -> ShopStoryRow:
    return ShopStoryRow(
        id=row.id,
        slug=row.slug,
        words=StoryWords(
            title=row.title,
            title_zh=row.title_zh,
            lead=row.lead,
            lead_zh=row.lead_zh,
            text=row.text,
            text_zh=row.text_zh,
            picture_alt=row.picture_alt,
            picture_alt_zh=row.picture_alt_zh,
        ),
        picture=_picture(row.picture),
        published_at=row.published_at,
        changed_at=row.changed_at,
    )


def _picture(kept: dict[str, Any] | None) -> StoryPicture | None:
    if kept is None:
        return None
    copies = tuple(StoryCopy(**copy) for copy in kept["copies"])
    return StoryPicture(kept["name"], kept["width"], kept["height"], copies)


def _either(locale: str, english: str, chinese: str) -> str:
    return (chinese or english) if locale.startswith("zh") else (english or chinese)
