"""How many pictures a merchant may keep: dated rows of the park, for all merchants or for one."""

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.catalogue.errors import MediaCountError, MediaRoomError
from commerce.catalogue.models import MediaAllowance, MediaQuota
from commerce.catalogue.queries.media import room_for_media

_GIGABYTE = 1_000_000_000

# Two uploads at once would each see the room that only one of them can have.
_QUEUE = text("SELECT pg_advisory_xact_lock(hashtextextended('media ' || :merchant, 0))")


def set_media_quota(
    session: Session, *, most_files: int, most_bytes: int, valid_from: date, source: str
) -> None:
    """State what every merchant of the park may keep from a day (UTC) on. For the park's scope.

    Smaller copies count with their picture; `source` says who decided it. What a merchant has
    beyond a smaller quota stays.
    """
    session.add(
        MediaQuota(
            most_files=most_files, most_bytes=most_bytes, valid_from=valid_from, source=source
        )
    )
    session.flush()


def allow_media(
    session: Session,
    *,
    merchant_id: UUID,
    most_files: int,
    most_bytes: int,
    valid_from: date,
    source: str,
) -> None:
    """State what one merchant may keep from a day (UTC) on, whatever others may. For the park's scope.

    `source` says who decided it; a later row ends an earlier one.
    """
    session.add(
        MediaAllowance(
            merchant_id=merchant_id,
            most_files=most_files,
            most_bytes=most_bytes,
            valid_from=valid_from,
            source=source,
        )
    )
    session.flush()


def take_room(session: Session, *, merchant_id: UUID, size: int) -> None:
    """Make sure that a picture of `size` bytes still fits; its row must follow in this transaction.

    Raises:
        MediaCountError: the merchant has as many pictures as it may.
        MediaRoomError: its pictures and this one would take more bytes than they may.
    """
    session.execute(_QUEUE, {"merchant": str(merchant_id)})
    standing = room_for_media(session, merchant_id=merchant_id)
    if standing is None:
        return
    if standing.files >= standing.most_files:
        raise MediaCountError(most=standing.most_files)
    if standing.bytes + size > standing.most_bytes:
        raise MediaRoomError(most=f"{standing.most_bytes / _GIGABYTE:g}")
