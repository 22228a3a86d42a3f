"""Write the stories of a shop: told in both languages, put in order, published and withdrawn."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_code, new_id
from commerce.park.content import bump_content_version
from commerce.park.errors import MissingTitleError, UnknownStoryError
from commerce.park.models import ShopStory
from commerce.park.queries.shop_stories import StoryPicture, StoryWords

_LONGEST_SLUG = 60

_REORDER = text("""
UPDATE shop_story s SET position = given.position
FROM unnest(CAST(:stories AS uuid[])) WITH ORDINALITY AS given (id, position)
WHERE s.merchant_id = :merchant AND s.id = given.id
""")


def write_story(
    session: Session, *, merchant_id: UUID, words: StoryWords, actor_id: UUID, now: datetime
) -> UUID:
    """Write a new story, as a draft behind the others, and return its id.

    Raises:
        MissingTitleError: it has a title in neither language.
    """
    told = _stripped(words)
    last = session.scalar(
        select(func.max(ShopStory.position)).where(ShopStory.merchant_id == merchant_id)
    )
    story = ShopStory(
        merchant_id=merchant_id,
        id=new_id(),
        slug=_slug(told),
        position=(last or 0) + 1,
        changed_at=now,
        changed_by=actor_id,
        **asdict(told),
    )
    session.add(story)
    session.flush()
    return story.id


def rewrite_story(
    session: Session,
    *,
    merchant_id: UUID,
    story_id: UUID,
    words: StoryWords,
    actor_id: UUID,
    now: datetime,
) -> None:
    """Say a story anew; its address stays, so that links to it go on working.

    Raises:
        UnknownStoryError: there is no such story.
        MissingTitleError: it has a title in neither language.
    """
    told = _stripped(words)
    story = _story(session, merchant_id, story_id)
    for name, value in asdict(told).items():
        setattr(story, name, value)
    story.changed_at, story.changed_by = now, actor_id
    _show(session, merchant_id)


def picture_story(
    session: Session, *, merchant_id: UUID, story_id: UUID, picture: StoryPicture | None
) -> list[str]:
    """Give a story a picture, or none; return the old files' names, to be deleted after the commit.

    Raises:
        UnknownStoryError: there is no such story.
    """
    story = _story(session, merchant_id, story_id)
    before = _files(story)
    story.picture = None if picture is None else asdict(picture)
    _show(session, merchant_id)
    return before


def order_stories(session: Session, *, merchant_id: UUID, story_ids: Sequence[UUID]) -> None:
    """Tell the stories in the order of `story_ids`; those left out keep their number."""
    session.execute(_REORDER, {"merchant": merchant_id, "stories": list(story_ids)})
    bump_content_version(session, merchant_id=merchant_id)


def publish_story(session: Session, *, merchant_id: UUID, story_id: UUID, now: datetime) -> None:
    """Let shoppers see a story; one that they see already keeps its day.

    Raises:
        UnknownStoryError: there is no such story.
    """
    story = _story(session, merchant_id, story_id)
    story.published_at = story.published_at or now
    _show(session, merchant_id)


def withdraw_story(session: Session, *, merchant_id: UUID, story_id: UUID) -> None:
    """Take a story out of the shop; it stays at the desk.

    Raises:
        UnknownStoryError: there is no such story.
    """
    _story(session, merchant_id, story_id).published_at = None
    _show(session, merchant_id)


def delete_story(session: Session, *, merchant_id: UUID, story_id: UUID) -> list[str]:
    """Delete a story; return its files' names, to be deleted after the commit.

    Raises:
        UnknownStoryError: there is no such story.
    """
    story = _story(session, merchant_id, story_id)
    names = _files(story)
    session.delete(story)
    _show(session, merchant_id)
    return names


def _story(session: Session, merchant_id: UUID, story_id: UUID) -> ShopStory:
    story = session.get(ShopStory, (merchant_id, story_id))
    if story is None:
        raise UnknownStoryError
    return story


def _show(session: Session, merchant_id: UUID) -> None:
    session.flush()
    bump_content_version(session, merchant_id=merchant_id)


def _files(story: ShopStory) -> list[str]:
    kept = story.picture
    return [] if kept is None else [kept["name"], *(copy["name"] for copy in kept["copies"])]


def _stripped(words: StoryWords) -> StoryWords:
    told = StoryWords(**{each.name: _plain(getattr(words, each.name)) for each in fields(words)})
    if not (told.title or told.title_zh):
        raise MissingTitleError
    return told


def _plain(typed: str) -> str:
    """Return what a form sent with line ends of one kind; PostgreSQL keeps no NUL."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def _slug(words: StoryWords) -> str:
    """Return an address that says something in English; a few random letters keep it unique."""
    plain = unicodedata.normalize("NFKD", words.title).encode("ascii", "ignore").decode().lower()
    begins = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-")
    return f"{begins or 'story'}-{new_code(4).lower()}"
