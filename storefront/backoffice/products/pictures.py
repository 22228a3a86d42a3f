"""Pictures of one product: hung and described with its form, put in order, taken away."""

from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.catalogue.errors import MediaQuotaError
from commerce.catalogue.queries import pictures_of
from commerce.catalogue.records import ProductSheet
from commerce.catalogue.service.media import (
    add_media,
    describe_media,
    record_derivatives,
    remove_media,
    reorder_media,
    tie_media,
)
from commerce.kernel.errors import NotFoundError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import LANGUAGES, language
from commerce.web.services import services
from storefront.backoffice.desk import announce, moved
from storefront.backoffice.forms import sentence, typed_id
from storefront.backoffice.products.file import ProductFile
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.uploads import Upload, forget_uploads, keep_upload

_AT_ONCE = 20
_MOST_WORDS = 300


def hang(sheet: ProductSheet) -> None:
    """Hang the pictures that were sent with a form.

    What is no sound picture is refused with a sentence of its own.
    """
    sent = [each for each in request.files.getlist("pictures")[:_AT_ONCE] if each.filename]
    called = {code: words.name for code, words in sheet.words.items() if words.name}
    alt = called or {language(): sheet.handle}
    kept = [picture for each in sent if (picture := keep_upload(each)) is not None]
    hung = sum(_hung(sheet.id, picture, alt) for picture in kept)
    if hung:
        announce(ngettext("%(num)d picture added.", "%(num)d pictures added.", hung))


@needs(Permission.EDIT_PRODUCTS)
def arrange(product_id: UUID, picture_id: UUID) -> Response:
    """Move one picture, or take it away."""
    wish = request.form.get("do", "")
    merchant_id = current_merchant().id

    def work(session: Session) -> list[str]:
        shown = pictures_of(session.connection(), product_id=product_id, locale=language())
        if picture_id not in {each.id for each in shown}:
            raise NotFoundError
        if wish == "remove":
            return remove_media(session, merchant_id=merchant_id, media_id=picture_id)
        if wish in {"earlier", "later"}:
            order = _moved([each.id for each in shown], picture_id, -1 if wish == "earlier" else 1)
            reorder_media(session, merchant_id=merchant_id, product_id=product_id, media_ids=order)
            return []
        raise NotFoundError

    names = services().database.run(current_scope(), work)
    forget_uploads(names)
    announce(_("The picture is gone.") if wish == "remove" else _("Saved."))
    return _back(product_id)


def keep_words(session: Session, file: ProductFile) -> None:
    """Keep what was typed beneath the pictures of a product: what they show, and for which variant."""
    merchant_id = current_merchant().id
    for picture in file.pictures:
        said = {
            locale: request.form[f"alt-{locale}-{picture.id}"].strip()[:_MOST_WORDS]
            for locale in LANGUAGES
            if f"alt-{locale}-{picture.id}" in request.form
        }
        standing = file.alts.get(picture.id, {})
        words = {locale: typed for locale, typed in (standing | said).items() if typed}
        if words != {locale: typed for locale, typed in standing.items() if typed}:
            describe_media(session, merchant_id=merchant_id, media_id=picture.id, alt=words)
        chosen = request.form.get(f"shown-for-{picture.id}")
        if chosen is not None and typed_id(chosen) != picture.variant_id:
            variant = typed_id(chosen)
            tie_media(session, merchant_id=merchant_id, media_id=picture.id, variant_id=variant)


def _hung(product_id: UUID, picture: Upload, alt: dict[str, str]) -> bool:
    """Return whether the picture could be hung; when there is no room its files go again."""
    try:
        _hang(product_id, picture, alt)
    except MediaQuotaError as error:
        forget_uploads([picture.kept.storage_name, *(copy.name for copy in picture.copies)])
        announce(sentence(error), "bad")
        return False
    return True


def _hang(product_id: UUID, picture: Upload, alt: dict[str, str]) -> None:
    """Hang one picture, with its smaller copies, so that it shows at once."""
    merchant_id = current_merchant().id
    with services().database.transaction(current_scope()) as session:
        media_id = add_media(
            session, merchant_id=merchant_id, product_id=product_id, kept=picture.kept, alt=alt
        )
        record_derivatives(
            session, merchant_id=merchant_id, media_id=media_id, derivatives=picture.copies
        )


def _moved(order: list[UUID], picture: UUID, by: int) -> list[UUID]:
    at = order.index(picture)
    to = min(max(at + by, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    return order


def _back(product_id: UUID) -> Response:
    return moved("product", product_id=product_id, _anchor="pictures")
