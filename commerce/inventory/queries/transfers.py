"""Transfers as they are listed and worked on."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from commerce.inventory.rows import TransferLineRow, TransferRow, TransferState
from commerce.kernel.statements import Statement

_COLUMNS = """
SELECT t.id, t.number, t.origin_id, t.destination_id, t.state, t.expected_on, t.note, t.asked_by,
       t.sent_by, t.created_at, t.sent_at, t.ended_at,
       coalesce(s.asked, 0), coalesce(s.sent, 0), coalesce(s.received, 0)
FROM transfer t LEFT JOIN LATERAL (
  SELECT CAST(sum(l.asked) AS bigint) AS asked, CAST(sum(l.sent) AS bigint) AS sent,
         CAST(sum(l.received) AS bigint) AS received
  FROM transfer_line l WHERE l.merchant_id = t.merchant_id AND l.transfer_id = t.id
) AS s ON true
"""


def _row(*columns: Any) -> TransferRow:
    values = [*columns]
    values[4] = TransferState(values[4])
    return TransferRow(*values)


_LIST = Statement(
    f"""{_COLUMNS}
WHERE t.state = ANY(:states) AND (CAST(:place AS uuid) IS NULL OR :place IN (origin_id, destination_id))
  AND (CAST(:before AS uuid) IS NULL OR t.id < :before)
ORDER BY t.id DESC LIMIT :most
""",
    _row,
)

_ONE = Statement(f"{_COLUMNS} WHERE t.id = :transfer", _row)

# In the order of the shelves, so that whoever picks walks once.
_LINES = Statement(
    """
SELECT l.variant_id, coalesce(n.zone, ''), l.asked, coalesce(h.quantity, 0), l.sent, l.received,
       l.lost, l.returned, l.surplus
FROM transfer_line l JOIN transfer t ON t.merchant_id = l.merchant_id AND t.id = l.transfer_id
LEFT JOIN level n ON n.merchant_id = l.merchant_id AND n.variant_id = l.variant_id
  AND n.location_id = t.origin_id
LEFT JOIN hold h ON h.merchant_id = l.merchant_id AND h.owner_id = t.id
  AND h.variant_id = l.variant_id AND h.location_id = t.origin_id
WHERE l.transfer_id = :transfer
ORDER BY n.zone NULLS LAST, l.variant_id
""",
    TransferLineRow,
)


def transfers(
    connection: Connection,
    *,
    states: Iterable[TransferState] = TransferState,
    location_id: UUID | None = None,
    before: UUID | None = None,
    most: int = 50,
) -> tuple[TransferRow, ...]:
    """Return transfers from or to a place, newest first; `before` continues an earlier page."""
    asked = {
        "states": [state.value for state in states],
        "place": location_id,
        "before": before,
        "most": most,
    }
    return tuple(_LIST.all(connection, asked))


def transfer_by_id(
    connection: Connection, *, transfer_id: UUID
) -> tuple[TransferRow, Sequence[TransferLineRow]] | None:
    """Return a transfer with its lines in picking order, or None."""
    asked = {"transfer": transfer_id}
    row = _ONE.one_or_none(connection, asked)
    return None if row is None else (row, tuple(_LINES.all(connection, asked)))
