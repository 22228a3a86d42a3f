"""What merchants and stores tell about themselves, in both languages.

A shop without a story still has a page: its name, its goods and its stores speak for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from flask import g
from sqlalchemy import Connection

from commerce.kernel.database import Scope
from commerce.park.queries.merchants import list_merchants
from commerce.park.queries.stories import StoryRow, every_story
from commerce.web.services import services
from storefront.shop.memory import memory


@dataclass(frozen=True, slots=True)
class Said:
    """The same thing said in English and in Chinese."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Return the words for `language` ("en" or "zh")."""
        return self.zh if language.startswith("zh") else self.en


NOTHING = Said("", "")


@dataclass(frozen=True, slots=True)
class MerchantStory:
    """One sentence for the top of the shop, and a few more about who stands behind it."""

    tagline: Said
    about: Said


@dataclass(frozen=True, slots=True)
class StoreStory:
    """What a store is like; `touch` says what a visitor can hold, pour or try there.

    `languages` are ISO 639-1 codes of what is spoken.
    """

    about: Said = NOTHING
    touch: tuple[Said, ...] = ()
    languages: tuple[str, ...] = ()
    getting_there: Said = NOTHING


@dataclass(frozen=True, slots=True)
class Stories:
    """Every story: the park's own, the merchants' by slug, the stores' by (slug, location code)."""

    park_name: Said = field(default=Said("Quayside", "码头集市"))
    park_about: Said = field(default=NOTHING)
    merchants: Mapping[str, MerchantStory] = field(default_factory=dict)
    stores: Mapping[tuple[str, str], StoreStory] = field(default_factory=dict)


_NO_STORE = StoreStory()


def stories() -> Stories:
    """Return what the merchants tell today; read once per request, and again when one changes."""
    if "stories" not in g:
        with services().database.reading(Scope.park()) as connection:
            versions = tuple((each.id, each.content_version) for each in list_merchants(connection))
            g.stories = memory.recall(("stories", versions), lambda: _told(connection))
    return cast("Stories", g.stories)


def story_of_store(slug: str, code: str) -> StoreStory:
    """Return what is told about a store; empty when nothing is."""
    return stories().stores.get((slug, code), _NO_STORE)


def _told(connection: Connection) -> Stories:
    slugs = {each.id: each.slug for each in list_merchants(connection)}
    told: dict[tuple[str, str], dict[str, StoryRow]] = {}
    for merchant_id, row in every_story(connection):
        told.setdefault((slugs[merchant_id], row.place), {})[row.locale] = row
    return Stories(
        merchants={slug: _of_merchant(rows) for (slug, place), rows in told.items() if not place},
        stores={key: _of_store(rows) for key, rows in told.items() if key[1]},
    )


def _of_merchant(rows: Mapping[str, StoryRow]) -> MerchantStory:
    return MerchantStory(
        tagline=_said(rows, lambda row: row.tagline), about=_said(rows, lambda row: row.about)
    )


def _of_store(rows: Mapping[str, StoryRow]) -> StoreStory:
    first = next(iter(rows.values()))
    most = max(len(row.touch) for row in rows.values())
    return StoreStory(
        about=_said(rows, lambda row: row.about),
        touch=tuple(_said(rows, partial(_nth_touch, index=index)) for index in range(most)),
        languages=first.languages,
        getting_there=_said(rows, lambda row: row.getting_there),
    )


def _nth_touch(row: StoryRow, *, index: int) -> str:
    return row.touch[index] if index < len(row.touch) else ""


def _said(rows: Mapping[str, StoryRow], words: Callable[[StoryRow], str]) -> Said:
    """Return the words in both languages; what one lacks is said in the other."""
    en = words(rows["en"]) if "en" in rows else ""
    zh = words(rows["zh"]) if "zh" in rows else ""
    return Said(en or zh, zh or en)
