"""Pictures that people upload: hostile until decoded, and never kept as they came.

What is stored is our own encoding of the decoded pixels: metadata, places and whatever hid behind
the picture stay outside (ASVS v5.0.0-5.2.6, 14.2.8). Everything here is files and CPU time: call it
outside transactions.
"""

import io
import os
import re
import secrets
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal
from uuid import UUID

from PIL import Image, ImageOps

from commerce.catalogue.errors import (
    ImageDamagedError,
    ImageFormatError,
    ImageNameError,
    ImageTooLargeError,
)
from commerce.catalogue.records import Derivative

MOST_MEGABYTES = 20
MOST_MEGAPIXELS = 25
DERIVATIVE_WIDTHS = (320, 640, 1000, 1600)
_MASTER_SIDE = 3200  # pixels; twice what the widest screen shows of a product
_EXTENSIONS = {
    "jpg": "JPEG",
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "avif": "AVIF",
    "gif": "GIF",
}
# A telephone's JPEG with a second picture inside is opened as MPO.
_SAME_FORMAT = {"MPO": "JPEG"}
# What Pillow raises on damaged files: its decoders, AVIF's RuntimeError among them, and what reads EXIF.
_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    ArithmeticError,
    RuntimeError,
    TypeError,
    LookupError,
    AttributeError,
)
_VIEW_BOX = re.compile(rb'viewBox="0 0 (\d+(?:\.\d+)?) (\d+(?:\.\d+)?)"')
# A picture at the limit takes 100 MB while it is decoded: one at a time in each process.
_DECODING = threading.BoundedSemaphore(1)

Image.MAX_IMAGE_PIXELS = MOST_MEGAPIXELS * 1_000_000
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class KeptImage:
    """A picture on disk: its random file name, its size in pixels and in bytes."""

    storage_name: str
    width: int
    height: int
    kind: Literal["image", "drawing"]
    bytes: int = 0


def media_folder(var: Path, merchant_id: UUID) -> Path:
    """Return where a merchant's pictures lie: outside the web root, by merchant."""
    return var / "media" / str(merchant_id)


def keep_image(content: bytes, *, file_name: str, folder: Path) -> KeptImage:
    """Check, decode and store an uploaded picture in `folder`; return what was kept.

    JPEG, PNG, WebP, AVIF, and the first frame of GIF, up to 20 MB and 25 megapixels. The pixels are
    turned upright, scaled to at most 3200 on the longer side and written as WebP under a random
    name. `file_name` is only compared with the content; without an extension it is not.

    Raises:
        ImageTooLargeError, ImageFormatError, ImageNameError, ImageDamagedError: see each.
    """
    if len(content) > MOST_MEGABYTES * 1_000_000:
        raise _too_large()
    with _DECODING, _opened(content) as picture:
        _check_name(file_name, _SAME_FORMAT.get(picture.format or "", picture.format or ""))
        master = _master(picture)
        name = f"{secrets.token_hex(16)}.webp"
        encoded = _webp(master, quality=90)
        _write(folder / name, encoded)
    return KeptImage(name, master.width, master.height, "image", len(encoded))


def make_derivatives(path: Path) -> list[Derivative]:
    """Write the smaller WebP copies of the kept picture at `path` beside it, narrowest first.

    No copy is wider than the picture; a picture narrower than every width gets one copy of its own
    width. Running again writes the same files again, so an interrupted worker may repeat it.

    Raises:
        ImageDamagedError: the file cannot be read.
    """
    with _DECODING, _opened(path.read_bytes()) as picture:
        _load(picture)
        widths = [width for width in DERIVATIVE_WIDTHS if width <= picture.width]
        return [_derivative(picture, path, width) for width in widths or [picture.width]]


def keep_drawing(svg: bytes, *, folder: Path) -> KeptImage:
    """Store one of our own drawings as it is. For seeding only: SVG from users can act.

    Raises:
        ImageFormatError: the drawing does not say its size as viewBox="0 0 width height".
    """
    size = _VIEW_BOX.search(svg)
    if size is None:
        raise ImageFormatError
    name = f"{secrets.token_hex(16)}.svg"
    _write(folder / name, svg)
    return KeptImage(name, round(float(size[1])), round(float(size[2])), "drawing", len(svg))


def forget_files(folder: Path, names: list[str]) -> None:
    """Delete stored pictures by name, once no row names them; a missing file is as good."""
    for name in names:
        (folder / PurePath(name).name).unlink(missing_ok=True)


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    """Open by content alone, with our five decoders alone, and refuse a bomb by its header."""
    try:
        picture = Image.open(io.BytesIO(content), formats=sorted(set(_EXTENSIONS.values())))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except _UNREADABLE as error:
        raise ImageFormatError from error
    with picture:
        if picture.width * picture.height > MOST_MEGAPIXELS * 1_000_000:
            raise _too_large()
        yield picture


def _load(picture: Image.Image) -> None:
    try:
        picture.load()
    except _UNREADABLE as error:
        raise ImageDamagedError from error


def _check_name(file_name: str, found: str) -> None:
    extension = PurePath(file_name).suffix.lower().lstrip(".")
    if extension and _EXTENSIONS.get(extension) != found:
        raise ImageNameError(extension=extension, format=found)


def _master(picture: Image.Image) -> Image.Image:
    picture.draft("RGB", (_MASTER_SIDE, _MASTER_SIDE))
    _load(picture)
    try:
        upright = _upright(picture)
        mode = "RGBA" if upright.has_transparency_data else "RGB"
        plain = upright.convert(mode)
    except _UNREADABLE as error:
        raise ImageDamagedError from error
    plain.thumbnail((_MASTER_SIDE, _MASTER_SIDE), Image.Resampling.LANCZOS)
    return plain


def _upright(picture: Image.Image) -> Image.Image:
    """Return the picture as its EXIF turns it; where that is damaged it stays as it lies."""
    try:
        return ImageOps.exif_transpose(picture)
    except _UNREADABLE:
        return picture


def _derivative(picture: Image.Image, path: Path, width: int) -> Derivative:
    height = max(1, round(picture.height * width / picture.width))
    copy = picture.resize((width, height), Image.Resampling.LANCZOS)
    name = f"{path.stem}-{width}.webp"
    encoded = _webp(copy, quality=80)
    _write(path.with_name(name), encoded)
    return Derivative(width, height, name, len(encoded))


def _webp(picture: Image.Image, *, quality: int) -> bytes:
    # A fresh image carries no metadata of the old one into the file.
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    encoded = io.BytesIO()
    bare.save(encoded, "WEBP", quality=quality, method=3)
    return encoded.getvalue()


def _write(path: Path, content: bytes) -> None:
    """Write all or nothing: a reader, and a machine that lost power, sees a whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _too_large() -> ImageTooLargeError:
    return ImageTooLargeError(megabytes=MOST_MEGABYTES, megapixels=MOST_MEGAPIXELS)
