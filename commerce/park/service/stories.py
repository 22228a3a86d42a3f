"""Let a merchant tell about itself and its places."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id
from commerce.park.content import bump_content_version
from commerce.park.models import Story
from commerce.park.queries.stories import StoryRow


def tell_stories(session: Session, *, merchant_id: UUID, stories: Sequence[StoryRow]) -> None:
    """Keep stories, each in place of the one in the same language about the same place."""
    for story in stories:
        words = {
            "tagline": story.tagline.strip(),
            "about": story.about.strip(),
            "touch": list(story.touch),
            "languages": list(story.languages),
            "getting_there": story.getting_there.strip(),
        }
        session.execute(
            insert(Story)
            .values(
                merchant_id=merchant_id,
                id=new_id(),
                place=story.place,
                locale=story.locale,
                **words,
            )
            .on_conflict_do_update(index_elements=["merchant_id", "place", "locale"], set_=words)
        )
    if stories:
        bump_content_version(session, merchant_id=merchant_id)
