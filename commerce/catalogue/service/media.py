"""Hang pictures on products, in order. Files are kept before (see `commerce.catalogue.images`)."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from commerce.catalogue.errors import MediaNotFoundError
from commerce.catalogue.images import KeptImage
from commerce.catalogue.models import Media
from commerce.catalogue.queries.sheets import product_for_edit
from commerce.catalogue.queries.variants import variants_of_products
from commerce.catalogue.records import Derivative, Names
from commerce.catalogue.service.quota import take_room
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.park.content import bump_content_version

_REORDER = text("""
UPDATE media m SET position = given.position
FROM unnest(CAST(:media AS uuid[])) WITH ORDINALITY AS given (id, position)
WHERE m.merchant_id = :merchant AND m.product_id = :product AND m.id = given.id
""")


def add_media(
    session: Session,
    *,
    merchant_id: UUID,
    product_id: UUID,
    kept: KeptImage,
    alt: Names,
    variant_id: UUID | None = None,
    source_url: str = "",
) -> UUID:
    """Hang a kept picture behind the product's others and return its id.

    A photograph waits for its smaller copies (`record_derivatives`) before shoppers see it; a
    drawing is ready at once.

    Raises:
        ProductNotFoundError: there is no such product.
        MediaCountError, MediaRoomError: the merchant may keep no more; forget the file.
    """
    product_for_edit(session.connection(), product_id=product_id)
    take_room(session, merchant_id=merchant_id, size=kept.bytes)
    last = session.scalar(
        select(func.max(Media.position)).where(
            Media.merchant_id == merchant_id, Media.product_id == product_id
        )
    )
    media = Media(
        merchant_id=merchant_id,
        id=new_id(),
        product_id=product_id,
        variant_id=variant_id,
        kind=kept.kind,
        storage_name=kept.storage_name,
        bytes=kept.bytes,
        width=kept.width,
        height=kept.height,
        alt=dict(alt),
        position=(last or 0) + 1,
        state="ready" if kept.kind == "drawing" else "pending",
        derivatives=[],
        source_url=source_url,
    )
    session.add(media)
    session.flush()
    bump_content_version(session, merchant_id=merchant_id)
    return media.id


def record_derivatives(
    session: Session, *, merchant_id: UUID, media_id: UUID, derivatives: Sequence[Derivative]
) -> None:
    """Show a picture now that its smaller copies lie beside it. Repeating changes nothing.

    Raises:
        MediaNotFoundError: it was removed in the meantime.
    """
    media = _media(session, merchant_id, media_id)
    media.bytes += sum(copy.bytes for copy in derivatives)
    media.bytes -= sum(copy.get("bytes", 0) for copy in media.derivatives)
    media.derivatives = [asdict(copy) for copy in derivatives]
    media.state = "ready"
    session.flush()
    bump_content_version(session, merchant_id=merchant_id)


def refuse_media(session: Session, *, merchant_id: UUID, media_id: UUID) -> None:
    """Mark a picture that turned out to be unreadable; the merchant sees it, shoppers do not.

    Raises:
        MediaNotFoundError: it was removed in the meantime.
    """
    _media(session, merchant_id, media_id).state = "refused"
    session.flush()
    bump_content_version(session, merchant_id=merchant_id)


def describe_media(session: Session, *, merchant_id: UUID, media_id: UUID, alt: Names) -> None:
    """Say what a picture shows, per language.

    Raises:
        MediaNotFoundError: there is no such picture.
    """
    _media(session, merchant_id, media_id).alt = dict(alt)
    session.flush()
    bump_content_version(session, merchant_id=merchant_id)


def tie_media(
    session: Session, *, merchant_id: UUID, media_id: UUID, variant_id: UUID | None
) -> None:
    """Show a picture first when a variant is chosen; None lets it show with every variant.

    Raises:
        MediaNotFoundError: there is no such picture.
        NotFoundError: the variant is not one of the picture's product.
    """
    media = _media(session, merchant_id, media_id)
    known = variants_of_products(session.connection(), product_ids=[media.product_id])
    if variant_id is not None and variant_id not in known[media.product_id]:
        raise NotFoundError
    media.variant_id = variant_id
    session.flush()
    bump_content_version(session, merchant_id=merchant_id)


def reorder_media(
    session: Session, *, merchant_id: UUID, product_id: UUID, media_ids: Sequence[UUID]
) -> None:
    """Show a product's pictures in the order of `media_ids`."""
    given = {"merchant": merchant_id, "product": product_id, "media": list(media_ids)}
    session.execute(_REORDER, given)
    bump_content_version(session, merchant_id=merchant_id)


def remove_media(session: Session, *, merchant_id: UUID, media_id: UUID) -> list[str]:
    """Take a picture away and return its files' names, to be deleted once this is committed.

    Raises:
        MediaNotFoundError: there is no such picture.
    """
    media = _media(session, merchant_id, media_id)
    names = [media.storage_name, *(copy["name"] for copy in media.derivatives)]
    session.delete(media)
    session.flush()
    bump_content_version(session, merchant_id=merchant_id)
    return names


def _media(session: Session, merchant_id: UUID, media_id: UUID) -> Media:
    media = session.get(Media, (merchant_id, media_id))
    if media is None:
        raise MediaNotFoundError
    return media
