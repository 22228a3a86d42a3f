"""How many pictures a merchant may keep: dated rows of the park, the same for every merchant."""

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.catalogue.errors import MediaCountError, MediaRoomError
from commerce.catalogue.models import MediaQuota
from commerce.kernel.clock import utc_now

_GIGABYTE = 1_000_000_000

# Two uploads at once would each see the room that only one of them can have.
_QUEUE = text("SELECT pg_advisory_xact_lock(hashtextextended('media ' || :merchant, 0))")

_STANDING = text("""
SELECT q.most_files, q.most_bytes,
       (SELECT count(*) FROM media m WHERE m.merchant_id = :merchant) AS files,
       (SELECT coalesce(sum(m.bytes), 0) FROM media m WHERE m.merchant_id = :merchant) AS bytes
FROM media_quota q WHERE q.valid_from <= :day ORDER BY q.valid_from DESC, q.id DESC LIMIT 1
""")


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


def take_room(session: Session, *, merchant_id: UUID, size: int) -> None:
    """Make sure that a picture of `size` bytes still fits; its row must follow in this transaction.

    Raises:
        MediaCountError: the merchant has as many pictures as it may.
        MediaRoomError: its pictures and this one would take more bytes than they may.
    """
    session.execute(_QUEUE, {"merchant": str(merchant_id)})
    standing = session.execute(
        _STANDING, {"merchant": merchant_id, "day": utc_now().date()}
    ).one_or_none()
    if standing is None:
        return
    if standing.files >= standing.most_files:
        raise MediaCountError(most=standing.most_files)
    if standing.bytes + size > standing.most_bytes:
        raise MediaRoomError(most=f"{standing.most_bytes / _GIGABYTE:g}")
