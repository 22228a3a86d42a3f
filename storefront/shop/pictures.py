"""Addresses of pictures, in the sizes that screens ask for."""

from dataclasses import dataclass
from uuid import UUID

from commerce.catalogue.records import Picture


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture as an <img> wants it."""

    src: str
    alt: str
    width: int
    height: int
    srcset: str
    kind: str


def media_url(merchant_id: UUID, name: str) -> str:
    """Return the address of a stored picture, see `commerce.web.media`."""
    return f"/media/{merchant_id}/{name}"


def shown_picture(merchant_id: UUID, picture: Picture) -> ShownPicture:
    """Return a picture with its smaller copies; a drawing has none and needs none."""
    copies = picture.derivatives
    srcset = ", ".join(f"{media_url(merchant_id, copy.name)} {copy.width}w" for copy in copies)
    best = next((copy for copy in copies if copy.width >= _USUAL_WIDTH), None)
    return ShownPicture(
        src=media_url(merchant_id, best.name if best else picture.name),
        alt=picture.alt,
        width=picture.width,
        height=picture.height,
        srcset=srcset,
        kind=picture.kind,
    )


_USUAL_WIDTH = 640
