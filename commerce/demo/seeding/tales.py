"""Tell a merchant's stories, each with a drawing of its place, and state its policies."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.catalogue.images import KeptImage, keep_drawing
from commerce.demo.content import Merchant
from commerce.demo.content.tales import Tale
from commerce.demo.drawings import draw_landscape
from commerce.park.queries.shop_stories import StoryPicture, StoryWords
from commerce.park.service.shop_policies import PolicyWords, publish_policy
from commerce.park.service.shop_stories import picture_story, publish_story, write_story


@dataclass(frozen=True, slots=True)
class Illustrated:
    """A story whose drawing lies in the media folder already."""

    tale: Tale
    kept: KeptImage


def keep_landscapes(merchant: Merchant, *, folder: Path) -> list[Illustrated]:
    """Write the drawing of every story to `folder`; outside transactions."""
    return [
        Illustrated(
            tale,
            keep_drawing(
                draw_landscape(landscape=tale.landscape, things=tale.things).encode(),
                folder=folder,
            ),
        )
        for tale in merchant.story
    ]


def tell_tales(
    session: Session,
    *,
    merchant_id: UUID,
    stories: list[Illustrated],
    actor_id: UUID,
    now: datetime,
) -> None:
    """Publish illustrated stories in their order."""
    for each in stories:
        kept = each.kept
        story_id = write_story(
            session, merchant_id=merchant_id, words=_words(each.tale), actor_id=actor_id, now=now
        )
        picture_story(
            session,
            merchant_id=merchant_id,
            story_id=story_id,
            picture=StoryPicture(kept.storage_name, kept.width, kept.height),
        )
        publish_story(session, merchant_id=merchant_id, story_id=story_id, now=now)


def state_policies(
    session: Session, *, merchant_id: UUID, merchant: Merchant, actor_id: UUID, now: datetime
) -> None:
    """Publish what a merchant states, in the order of its file."""
    for each in merchant.policy:
        publish_policy(
            session,
            merchant_id=merchant_id,
            kind=each.kind,
            words=PolicyWords(text=each.text.en, text_zh=each.text.zh),
            actor_id=actor_id,
            now=now,
        )


def _words(tale: Tale) -> StoryWords:
    # A product's address on a line of its own is shown as a card below the story.
    goods = "\n".join(f"/p/{handle}" for handle in tale.products)
    return StoryWords(
        title=tale.title.en,
        title_zh=tale.title.zh,
        lead=tale.lead.en,
        lead_zh=tale.lead.zh,
        text=f"{tale.text.en.strip()}\n\n{goods}",
        text_zh=f"{tale.text.zh.strip()}\n\n{goods}",
        picture_alt=tale.alt.en,
        picture_alt_zh=tale.alt.zh,
    )
