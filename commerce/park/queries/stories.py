"""What the merchant of this transaction tells, in every language."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from commerce.park.models import Story

_ALL = select(
    Story.merchant_id,
    Story.place,
    Story.locale,
    Story.tagline,
    Story.about,
    Story.touch,
    Story.languages,
    Story.getting_there,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    """Words in one language; `place` is a location's code, empty for the merchant itself."""

    place: str = ""
    locale: str
    tagline: str = ""
    about: str = ""
    touch: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    getting_there: str = ""


def stories(connection: Connection) -> tuple[StoryRow, ...]:
    """Return every story of the merchant."""
    return tuple(row for _, row in every_story(connection))


def every_story(connection: Connection) -> tuple[tuple[UUID, StoryRow], ...]:
    """Return every story with its merchant's id; in the park's scope, everybody's."""
    return tuple((row.merchant_id, _row(row)) for row in connection.execute(_ALL))


def _row(row: Any) -> StoryRow:
    return StoryRow(
        place=row.place,
        locale=row.locale,
        tagline=row.tagline,
        about=row.about,
        touch=tuple(row.touch),
        languages=tuple(row.languages),
        getting_there=row.getting_there,
    )
