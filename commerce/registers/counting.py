"""When a count is so far off that somebody should count again before the drawer is closed."""

from uuid import UUID

from sqlalchemy import Connection

from commerce.kernel.statements import Statement

COUNT_AGAIN = "count_again"
"""The journal's word for a count that was sent back."""

_SHARE_OF_EXPECTED = 20

_SENT_BACK = Statement("""
SELECT EXISTS (
  SELECT FROM journal_entry
  WHERE register_id = :register AND kind = 'count_again'
    AND CAST(body AS jsonb) ->> 'shift' = :shift
)
""")


def is_far_off(*, difference_minor: int, expected_minor: int, largest_note_minor: int) -> bool:
    """Return whether a count misses by more than the largest note and by more than a twentieth."""
    allowed = max(largest_note_minor, abs(expected_minor) // _SHARE_OF_EXPECTED)
    return abs(difference_minor) > allowed


def was_counted_again(connection: Connection, *, register_id: UUID, shift_id: UUID) -> bool:
    """Return whether a count of this shift was sent back before: it is done once."""
    return bool(_SENT_BACK.value(connection, {"register": register_id, "shift": str(shift_id)}))
