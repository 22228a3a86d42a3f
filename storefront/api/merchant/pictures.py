"""Hang a picture on a product; pictures that lie at addresses come in by imports."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from commerce.catalogue.errors import (
    ImageDamagedError,
    ImageFormatError,
    ImageNameError,
    ImageTooLargeError,
    MediaCountError,
    MediaRoomError,
    ProductNotFoundError,
)
from commerce.catalogue.images import (
    MOST_MEGABYTES,
    KeptImage,
    forget_files,
    keep_image,
    make_derivatives,
    media_folder,
)
from commerce.catalogue.queries import product_for_edit, product_ids_by_handle
from commerce.catalogue.records import Derivative, Names, ProductSheet
from commerce.catalogue.service.media import add_media, record_derivatives
from commerce.park.permissions import ApiScope
from commerce.web.identity import api_key, current_merchant, current_scope
from commerce.web.services import services
from commerce.web.sizes import takes
from storefront.api.errors import UnknownVariantError
from storefront.api.interface import Interface
from storefront.api.merchant.products import TAG
from storefront.api.once import Done, claim_of_call, once
from storefront.api.shapes.catalogue import HandlePlace
from storefront.api.shapes.product import AddedPictureShape, PictureWish

_FORM_AROUND = 1_000_000  # bytes: the other fields, and the borders between them


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture on disk, and how it shall hang."""

    kept: KeptImage
    copies: tuple[Derivative, ...]
    alt: Names
    variant_id: UUID | None


def add_to(interface: Interface) -> None:
    """Add what hangs pictures."""
    interface.view_to(
        "POST",
        "/products/<handle>/media",
        tag=TAG,
        answers={201: AddedPictureShape},
        refuses=[
            ProductNotFoundError,
            UnknownVariantError,
            ImageTooLargeError,
            ImageFormatError,
            ImageNameError,
            ImageDamagedError,
            MediaCountError,
            MediaRoomError,
        ],
    )(add_picture)


@takes(MOST_MEGABYTES * 1_000_000 + _FORM_AROUND)
@api_key(ApiScope.WRITE_PRODUCTS)
def add_picture(path: HandlePlace, form: PictureWish) -> Response:
    """Hang a picture behind a product's others; shoppers see it at once."""
    claim_of_call()
    sheet = _product(path.handle)
    variant_id = _variant(sheet, form.sku)
    folder = media_folder(services().settings.var, current_merchant().id)
    folder.mkdir(parents=True, exist_ok=True)
    kept = keep_image(form.picture.read(), file_name=form.picture.filename or "", folder=folder)
    names = [kept.storage_name]
    hung = False
    try:
        copies = make_derivatives(folder / kept.storage_name)
        names += [copy.name for copy in copies]
        picture = _Picture(kept, tuple(copies), _alt(sheet, form), variant_id)
        answered = once(lambda session: _hang(session, sheet.id, picture))
        hung = "Idempotent-Replayed" not in answered.headers
    finally:
        if not hung:
            forget_files(folder, names)
    return answered


def _product(handle: str) -> ProductSheet:
    with services().database.reading(current_scope()) as connection:
        ids = product_ids_by_handle(connection, handles=[handle])
        if handle not in ids:
            raise ProductNotFoundError
        return product_for_edit(connection, product_id=ids[handle])


def _variant(sheet: ProductSheet, sku: str | None) -> UUID | None:
    if sku is None:
        return None
    for variant in sheet.variants:
        if variant.sku == sku:
            return variant.id
    raise UnknownVariantError


def _hang(session: Session, product_id: UUID, picture: _Picture) -> Done:
    merchant_id, kept = current_merchant().id, picture.kept
    media_id = add_media(
        session,
        merchant_id=merchant_id,
        product_id=product_id,
        kept=kept,
        alt=picture.alt,
        variant_id=picture.variant_id,
    )
    record_derivatives(
        session, merchant_id=merchant_id, media_id=media_id, derivatives=picture.copies
    )
    return Done(
        {
            "id": str(media_id),
            "url": f"/media/{merchant_id}/{kept.storage_name}",
            "width": kept.width,
            "height": kept.height,
        },
        201,
    )


def _alt(sheet: ProductSheet, form: PictureWish) -> Names:
    """Return what the picture shows: as the form says, else what the product is called."""
    told = {locale: text for locale, text in (("en", form.alt_en), ("zh", form.alt_zh)) if text}
    return told or {locale: words.name for locale, words in sheet.words.items()}
