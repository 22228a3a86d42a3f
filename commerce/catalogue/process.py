"""Make the smaller copies of pictures, away from whoever uploaded them."""

from itertools import count
from uuid import UUID

from commerce.catalogue.errors import ImageRefusedError, MediaNotFoundError
from commerce.catalogue.images import make_derivatives, media_folder
from commerce.catalogue.queries import WaitingPicture, waiting_pictures
from commerce.catalogue.queries.documents import stale_documents
from commerce.catalogue.queries.matching import ProductFilter, matching_ids
from commerce.catalogue.records import Derivative, Status
from commerce.catalogue.service.documents import read_anew
from commerce.catalogue.service.media import record_derivatives, refuse_media
from commerce.catalogue.service.products import set_statuses
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, process, scheduled

_BATCH = 20
_DOCUMENTS = 500
_STATUSES_AT_ONCE = 100
_ATTEMPTS = 8


@scheduled("catalogue.pictures", cron="*/5 * * * * *")
def shrink_pictures(work: Work) -> None:
    """Make the copies of the pictures that wait, a batch at a time; repeating one is harmless."""
    with work.database.reading(Scope.park()) as connection:
        waiting = waiting_pictures(connection, limit=_BATCH)
    for picture in waiting:
        _shrink(work, picture)


@scheduled("catalogue.search", cron="*/20 * * * * *")
def read_documents_anew(work: Work) -> None:
    """Bring search documents of an older folding up to date, a batch at a time."""
    with work.database.reading(Scope.park()) as connection:
        stale = stale_documents(connection, most=_DOCUMENTS)
    for merchant_id, product_ids in stale.items():
        with work.database.transaction(Scope.merchant(merchant_id)) as session:
            read_anew(session, merchant_id=merchant_id, product_ids=product_ids)


@process("catalogue.status")
def set_statuses_of_all(
    work: Work, *, merchant_id: str, status: Status, statuses: str, words: str, category: str
) -> None:
    """Give everything that a filter of the desk finds one status, a batch at a time.

    `statuses` are separated by commas; empty `words` or `category` narrow nothing. Products are met
    in the order of their ids: one that leaves the filter by its new status moves no other.
    """
    wanted = ProductFilter(tuple(statuses.split(",")), words or None, category or None)
    merchant, after = UUID(merchant_id), ""

    def batch() -> str:
        with work.database.transaction(Scope.merchant(merchant)) as session:
            ids = matching_ids(
                session.connection(),
                wanted,
                after=UUID(after) if after else None,
                most=_STATUSES_AT_ONCE,
            )
            set_statuses(session, merchant_id=merchant, product_ids=ids, status=status)
        return str(ids[-1]) if ids else ""

    for number in count():
        after = work.step(f"batch-{number}", batch, attempts=_ATTEMPTS)
        if not after:
            return


def _shrink(work: Work, picture: WaitingPicture) -> None:
    path = media_folder(work.settings.var, picture.merchant_id) / picture.storage_name
    try:
        copies: list[Derivative] | None = make_derivatives(path)
    except (ImageRefusedError, OSError):
        copies = None
    try:
        with work.database.transaction(Scope.merchant(picture.merchant_id)) as session:
            if copies is None:
                refuse_media(session, merchant_id=picture.merchant_id, media_id=picture.id)
            else:
                record_derivatives(
                    session,
                    merchant_id=picture.merchant_id,
                    media_id=picture.id,
                    derivatives=copies,
                )
    except MediaNotFoundError:
        return  # it was removed meanwhile; its files go with it
