"""Make the smaller copies of pictures, away from whoever uploaded them."""

from commerce.catalogue.errors import ImageRefusedError, MediaNotFoundError
from commerce.catalogue.images import make_derivatives, media_folder
from commerce.catalogue.queries import WaitingPicture, waiting_pictures
from commerce.catalogue.records import Derivative
from commerce.catalogue.service.media import record_derivatives, refuse_media
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled

_BATCH = 20


@scheduled("catalogue.pictures", cron="*/5 * * * * *")
def shrink_pictures(work: Work) -> None:
    """Make the copies of the pictures that wait, a batch at a time; repeating one is harmless."""
    with work.database.reading(Scope.park()) as connection:
        waiting = waiting_pictures(connection, limit=_BATCH)
    for picture in waiting:
        _shrink(work, picture)


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
