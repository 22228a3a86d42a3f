"""Remove uploads that nobody needs any more: of finished imports, and those never imported.

An import that stopped, or still runs, keeps its file for as long as it can be resumed. Taking an
import back reads the journal in the database and needs no file.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from commerce.imports.uploads import Kept, Uploads, merchants_with_uploads
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled
from commerce.kernel.statements import Statement

KEEP = timedelta(days=7)
"""How long an upload stays after its import ended, or after anybody last looked at it.

Set on 2026-11-23: a week covers a holiday between the preview and the decision, and the faulty rows
of an import can be fetched for as long; a file may hold 10,000 products of a merchant's purchase
prices, which should not lie about for good.
"""

_NEEDED = frozenset({"running", "failed"})
"""States from which an import can go on with its file."""

_STANDING = Statement("""
SELECT id, state, COALESCE(ended_at, moved_at) AS since FROM product_import
WHERE merchant_id = :merchant AND id = ANY(:uploads)
""")


@scheduled("imports.tidy", cron="0 23 3 * * *")
def remove_old_uploads(work: Work) -> None:
    """Remove every merchant's uploads that nobody needs any more; once a day, at a quiet hour."""
    for merchant_id in merchants_with_uploads(work.settings.var):
        tidy_uploads(work, merchant_id, now=utc_now())


def tidy_uploads(work: Work, merchant_id: UUID, *, now: datetime) -> tuple[UUID, ...]:
    """Remove one merchant's uploads that nobody needs any more, and return which."""
    uploads = Uploads(work.settings.var, merchant_id)
    kept = uploads.all_kept()
    with work.database.reading(Scope.merchant(merchant_id)) as connection:
        standing = _standing(connection, merchant_id, kept)
    gone = tuple(each.id for each in kept if _is_over(each, standing, now - KEEP))
    for upload_id in gone:
        uploads.remove(upload_id)
    return gone


def _standing(
    connection: Connection, merchant_id: UUID, kept: tuple[Kept, ...]
) -> Mapping[UUID, tuple[str, datetime]]:
    asked = {"merchant": merchant_id, "uploads": [each.id for each in kept]}
    return {row.id: (row.state, row.since) for row in _STANDING.all(connection, asked)}


def _is_over(upload: Kept, standing: Mapping[UUID, tuple[str, datetime]], before: datetime) -> bool:
    state, since = standing.get(upload.id, ("", upload.touched_at))
    return state not in _NEEDED and max(since, upload.touched_at) < before
