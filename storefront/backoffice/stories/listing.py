"""The list of stories, and what is done to one from there: moved, published, withdrawn, deleted."""

from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.inventory.queries import locations
from commerce.kernel.clock import utc_now
from commerce.park.permissions import Permission
from commerce.park.queries.shop_stories import shop_stories, shop_story
from commerce.park.queries.stories import stories as told_words
from commerce.park.service.shop_stories import (
    delete_story,
    order_stories,
    publish_story,
    withdraw_story,
)
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import announce, draw, moved
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.uploads import forget_uploads


@needs(Permission.EDIT_STORIES)
def stories() -> Response:
    """List the stories in their order, and what the shop and its places say of themselves."""
    with services().database.reading(current_scope()) as connection:
        found = shop_stories(connection)
        words = told_words(connection)
        places = [each for each in locations(connection) if each.active and each.kind == "store"]
    said = {
        (row.place, row.locale) for row in words if row.tagline or row.about or row.getting_there
    }
    return draw(
        "stories/list.html",
        title=_("Stories"),
        room="stories",
        rows=found,
        places=places,
        said=said,
    )


@needs(Permission.EDIT_STORIES)
def move_story(story_id: UUID) -> Response:
    """Tell a story earlier or later than its neighbour."""
    by = -1 if request.form.get("do") == "earlier" else 1

    def work(session: Session) -> None:
        shop_story(session, story_id=story_id)
        order = [each.id for each in shop_stories(session)]
        at = order.index(story_id)
        order.insert(min(max(at + by, 0), len(order) - 1), order.pop(at))
        order_stories(session, merchant_id=current_merchant().id, story_ids=order)

    services().database.run(current_scope(), work)
    return moved("stories")


@needs(Permission.EDIT_STORIES)
def show_story(story_id: UUID) -> Response:
    """Publish a story, or withdraw it."""
    merchant_id = current_merchant().id
    wanted = request.form.get("do") == "publish"

    def work(session: Session) -> None:
        if wanted:
            publish_story(session, merchant_id=merchant_id, story_id=story_id, now=utc_now())
        else:
            withdraw_story(session, merchant_id=merchant_id, story_id=story_id)

    services().database.run(current_scope(), work)
    announce(_("Published. Shoppers see it now.") if wanted else _("Taken down. It waits here."))
    return moved("story", story_id=story_id) if request.form.get("from") else moved("stories")


@needs(Permission.EDIT_STORIES)
def remove_story(story_id: UUID) -> Response:
    """Delete a story with its picture."""

    def work(session: Session) -> list[str]:
        return delete_story(session, merchant_id=current_merchant().id, story_id=story_id)

    forget_uploads(services().database.run(current_scope(), work))
    announce(_("The story is gone."))
    return moved("stories")
