"""Which search documents were made in an older way."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from commerce.kernel.text import FOLDING

_STALE = text("""
SELECT merchant_id, id FROM search_document WHERE folding < :folding ORDER BY folding LIMIT :most
""")


def stale_documents(connection: Connection, *, most: int) -> Mapping[UUID, Sequence[UUID]]:
    """Return products whose documents are to be read anew, by merchant. For the park's scope."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for row in connection.execute(_STALE, {"folding": FOLDING, "most": most}):
        found[row.merchant_id].append(row.id)
    return found
