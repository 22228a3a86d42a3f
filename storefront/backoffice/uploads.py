"""Pictures that people upload at the desk: kept as our own encoding, with smaller copies."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage

from commerce.catalogue.errors import ImageRefusedError
from commerce.catalogue.images import (
    KeptImage,
    forget_files,
    keep_image,
    make_derivatives,
    media_folder,
)
from commerce.catalogue.records import Derivative
from commerce.web.identity import current_merchant
from commerce.web.services import services
from storefront.backoffice.desk import announce
from storefront.backoffice.forms import sentence

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture on disk with its smaller copies, ready to be shown."""

    kept: KeptImage
    copies: tuple[Derivative, ...]


def keep_upload(file: FileStorage) -> Upload | None:
    """Keep a sound picture with its copies; of any other the next page says what is wrong."""
    folder = media_folder(services().settings.var, current_merchant().id)
    folder.mkdir(parents=True, exist_ok=True)
    name = file.filename or ""
    try:
        kept = keep_image(file.read(), file_name=name, folder=folder)
    except ImageRefusedError as error:
        announce(f"{name[:_SHOWN]}: {sentence(error)}", "bad")
        return None
    return Upload(kept, tuple(make_derivatives(folder / kept.storage_name)))


def forget_uploads(names: Sequence[str]) -> None:
    """Delete the files of pictures that no row names any more."""
    forget_files(media_folder(services().settings.var, current_merchant().id), list(names))
