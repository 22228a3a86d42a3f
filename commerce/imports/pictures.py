"""Get the pictures whose addresses stood in a file. Called by the worker, outside transactions.

The network is somebody else's: whoever fetches hands in an `ImageFetcher`. An address that cannot
be had is reported on the product and never stops anything.
"""

from pathlib import Path
from typing import Protocol
from uuid import UUID

from commerce.catalogue.images import MOST_MEGABYTES, forget_files, keep_image
from commerce.imports import service
from commerce.imports.errors import PictureUnavailableError
from commerce.imports.records import WaitingFetch
from commerce.imports.refusal import refusal_of
from commerce.kernel.database import Database, Scope
from commerce.kernel.errors import CommerceError


class ImageFetcher(Protocol):
    """Gets files from the web, guarded against addresses inside our own network."""

    def fetch(self, url: str, *, most_bytes: int) -> bytes:
        """Return what lies at `url`.

        Raises:
            CommerceError: it cannot be had; the error says why.
        """


def fetch_picture(
    database: Database, *, waiting: WaitingFetch, fetcher: ImageFetcher, folder: Path
) -> UUID | None:
    """Fetch one picture, keep it in `folder` and hang it on its product; return its id.

    None when it cannot be had: the reason is written down. Repeating it is harmless.
    """
    scope = Scope.merchant(waiting.merchant_id)
    try:
        content = fetcher.fetch(waiting.url, most_bytes=MOST_MEGABYTES * 1_000_000)
        # An address may end in anything, so only the content says what it is.
        kept = keep_image(content, file_name="", folder=folder)
    except (CommerceError, OSError) as error:
        refused = error if isinstance(error, CommerceError) else PictureUnavailableError()
        _record_failed(database, waiting, refused)
        return None
    media_id: UUID | None = None
    try:
        with database.transaction(scope) as session:
            media_id = service.record_fetched(
                session, merchant_id=waiting.merchant_id, fetch_id=waiting.id, kept=kept
            )
    except CommerceError as error:
        _record_failed(database, waiting, error)
    if media_id is None:
        # It was refused, or another worker was quicker and its file is the one that hangs.
        forget_files(folder, [kept.storage_name])
    return media_id


def _record_failed(database: Database, waiting: WaitingFetch, error: CommerceError) -> None:
    with database.transaction(Scope.merchant(waiting.merchant_id)) as session:
        service.record_failed(
            session,
            merchant_id=waiting.merchant_id,
            fetch_id=waiting.id,
            problem=refusal_of(error),
        )
