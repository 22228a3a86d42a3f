"""Hang the demo's own drawings on its products."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.catalogue.images import KeptImage, keep_drawing
from commerce.catalogue.queries import product_ids_by_handle, product_sheets
from commerce.catalogue.records import ProductSheet
from commerce.catalogue.service.media import add_media
from commerce.demo.content import Merchant, Picture, pictures_of


@dataclass(frozen=True, slots=True)
class Hung:
    """A drawing that lies in the media folder already, and the product it belongs to."""

    handle: str
    picture: Picture
    kept: KeptImage


def keep_drawings(merchant: Merchant, *, folder: Path) -> list[Hung]:
    """Write every drawing of the merchant's goods to `folder`; outside transactions."""
    return [
        Hung(product.handle, picture, keep_drawing(picture.svg.encode(), folder=folder))
        for product in merchant.product
        for picture in pictures_of(product)
    ]


def hang_drawings(session: Session, *, merchant_id: UUID, drawings: list[Hung]) -> None:
    """Hang kept drawings on their products, in order, with words for those who cannot see."""
    connection = session.connection()
    ids = product_ids_by_handle(connection, handles=[each.handle for each in drawings])
    sheets = {
        sheet.handle: sheet for sheet in product_sheets(connection, product_ids=list(ids.values()))
    }
    for each in drawings:
        add_media(
            session,
            merchant_id=merchant_id,
            product_id=ids[each.handle],
            kept=each.kept,
            alt=_alt(each.picture),
            variant_id=_variant_shown(sheets[each.handle], each.picture.option_value),
        )


def _alt(picture: Picture) -> Mapping[str, str]:
    return {"en": picture.alt.en, "zh": picture.alt.zh}


def _variant_shown(sheet: ProductSheet, value: str | None) -> UUID | None:
    """Return the one variant that looks like this; a picture that fits several belongs to all."""
    fitting = [variant.id for variant in sheet.variants if value in variant.choice]
    return fitting[0] if value is not None and len(fitting) == 1 else None
