"""Write one story in both languages, give it a picture, and look at it as shoppers will."""

from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.catalogue.queries import cards_by_ids, product_ids_by_handle
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.park.queries.shop_stories import ShopStoryRow, StoryCopy, StoryPicture, shop_story
from commerce.park.service.shop_stories import picture_story, rewrite_story, write_story
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import LANGUAGES, language
from commerce.web.services import services
from commerce.web.sizes import MOST_OF_FILES, takes
from storefront.backoffice.desk import Crumb, actor, announce, draw, link, moved
from storefront.backoffice.forms import sent
from storefront.backoffice.once import is_first, named_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still
from storefront.backoffice.stories.form import StoryForm, filled
from storefront.backoffice.uploads import Upload, forget_uploads, keep_upload


@needs(Permission.EDIT_STORIES)
def new_story() -> Response:
    """Begin a story; its picture comes on its own page."""
    form: StoryForm = sent(StoryForm)
    if request.method == "GET" or not form.validate():
        return _page(None, form)

    def work(session: Session) -> UUID | None:
        if not is_first(session):
            return None
        return write_story(
            session,
            merchant_id=current_merchant().id,
            words=form.words,
            actor_id=actor(),
            now=utc_now(),
        )

    try:
        story_id = services().database.run(current_scope(), work)
    except CommerceError as error:
        form.refuse(error)
        return _page(None, form)
    announce(_("Saved as a draft. Give it a picture and publish it."))
    return moved("story", story_id=story_id) if story_id else moved("stories")


@needs(Permission.EDIT_STORIES)
def story(story_id: UUID) -> Response:
    """Show one story with its form."""
    found = _found(story_id)
    return _page(found, filled(found))


@needs(Permission.EDIT_STORIES)
def change_story(story_id: UUID) -> Response:
    """Say a story anew."""
    found, form = _found(story_id), sent(StoryForm)
    if not form.validate():
        return _page(found, form)

    def drawn(connection: Connection) -> StoryForm:
        return filled(shop_story(connection, story_id=story_id))

    def work(session: Session) -> None:
        hold_still(session, form, drawn)
        rewrite_story(
            session,
            merchant_id=current_merchant().id,
            story_id=story_id,
            words=form.words,
            actor_id=actor(),
            now=utc_now(),
        )

    try:
        services().database.run(current_scope(), work)
    except StaleFormError as stale:
        return _page(found, stale.told_on(form))
    except CommerceError as error:
        form.refuse(error)
        return _page(found, form)
    announce(_("Saved."))
    return moved("story", story_id=story_id)


@takes(MOST_OF_FILES)
@needs(Permission.EDIT_STORIES)
def story_picture(story_id: UUID) -> Response:
    """Give a story a picture in place of the one it had, or take it away."""
    _found(story_id)
    picture: StoryPicture | None = None
    if request.form.get("do") != "remove":
        file = request.files.get("picture")
        if file is None or not file.filename:
            announce(_("Choose a picture first."), "wait")
            return moved("story", story_id=story_id)
        upload = keep_upload(file)
        if upload is None:
            return moved("story", story_id=story_id)
        picture = _as_kept(upload)

    def work(session: Session) -> list[str]:
        return picture_story(
            session, merchant_id=current_merchant().id, story_id=story_id, picture=picture
        )

    forget_uploads(services().database.run(current_scope(), work))
    announce(_("Saved.") if picture else _("The picture is gone."))
    return moved("story", story_id=story_id)


@needs(Permission.EDIT_STORIES)
def preview_story(story_id: UUID) -> Response:
    """Show a story as shoppers will read it, in both languages side by side."""
    with services().database.reading(current_scope()) as connection:
        found = shop_story(connection, story_id=story_id)
        goods = {code: _goods(connection, found, code) for code in LANGUAGES}
    return draw(
        "stories/preview.html",
        title=found.title_in(language()),
        room="stories",
        trail=(
            Crumb(_("Stories"), link("stories")),
            Crumb(found.title_in(language()), link("story", story_id=story_id)),
        ),
        story=found,
        goods=goods,
    )


def _goods(connection: Connection, found: ShopStoryRow, locale: str) -> list[str]:
    """Return what the goods are called that a story names and that are on sale."""
    ids = product_ids_by_handle(connection, handles=found.goods_in(locale))
    named = [ids[handle] for handle in found.goods_in(locale) if handle in ids]
    return [card.name for card in cards_by_ids(connection, product_ids=named, locale=locale)]


def _found(story_id: UUID) -> ShopStoryRow:
    with services().database.reading(current_scope()) as connection:
        return shop_story(connection, story_id=story_id)


def _as_kept(upload: Upload) -> StoryPicture:
    copies = tuple(StoryCopy(each.name, each.width, each.height) for each in upload.copies)
    kept = upload.kept
    return StoryPicture(kept.storage_name, kept.width, kept.height, copies)


def _page(found: ShopStoryRow | None, form: StoryForm) -> Response:
    failed = request.method == "POST"
    return draw(
        "stories/edit.html",
        title=found.title_in(language()) if found else _("New story"),
        room="stories",
        trail=(Crumb(_("Stories"), link("stories")),),
        status=form.http_status,
        story=found,
        form=form,
        faults=form.faults if failed else [],
        wish=named_wish(),
        shop_url=f"/{language()}/{current_merchant().slug}/stories/{found.slug}" if found else "",
    )
