"""Count sheets, as they are listed, counted and approved."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection

from commerce.inventory.rows import CountedLine, CountProgress, CountSheetRow
from commerce.kernel.statements import Statement

# The same sentence as in the approval: what differs beyond the tolerance is counted once more.
_TO_RECOUNT = """(
  NOT c.left_out AND c.recounted IS NULL AND coalesce(abs(c.counted - c.expected), 0) > s.tolerance
)"""

_COLUMNS = f"""
SELECT s.id, s.number, s.location_id, s.zone, s.state, s.blind, s.tolerance, s.note, s.opened_by,
       s.opened_at, s.ended_by, s.ended_at, n.lines, n.counted, n.to_recount
FROM count_sheet s CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE NOT c.left_out) AS lines,
         count(c.counted) FILTER (WHERE NOT c.left_out) AS counted,
         count(*) FILTER (WHERE {_TO_RECOUNT}) AS to_recount
  FROM count_line c WHERE c.merchant_id = s.merchant_id AND c.sheet_id = s.id
) AS n
"""  # noqa: S608 - a text of ours

_LIST = Statement(
    f"""{_COLUMNS}
WHERE s.state = ANY(:states) AND (CAST(:place AS uuid) IS NULL OR s.location_id = :place)
ORDER BY s.id DESC LIMIT :most
""",
    CountSheetRow,
)

_ONE = Statement(f"{_COLUMNS} WHERE s.id = :sheet", CountSheetRow)

_FROM = """
FROM count_line c JOIN count_sheet s ON s.merchant_id = c.merchant_id AND s.id = c.sheet_id
LEFT JOIN level l ON l.merchant_id = c.merchant_id AND l.variant_id = c.variant_id
  AND l.location_id = c.location_id
WHERE c.sheet_id = :sheet
"""

_PROGRESS = Statement(
    f"""
SELECT c.variant_id, coalesce(l.zone, ''), c.counted, c.recounted, {_TO_RECOUNT}
{_FROM} AND NOT c.left_out
ORDER BY l.zone NULLS LAST, c.variant_id
""",
    CountProgress,
)

_LINES = Statement(
    f"""
SELECT c.variant_id, coalesce(l.zone, ''), c.left_out, c.counted, c.counted_by, c.counted_at,
       c.expected, c.recounted, c.recounted_by, c.recounted_at, c.expected_again, c.booked,
       {_TO_RECOUNT}
{_FROM}
ORDER BY l.zone NULLS LAST, c.variant_id
""",
    CountedLine,
)


def count_sheets(
    connection: Connection,
    *,
    states: Iterable[str] = ("open", "approved", "cancelled"),
    location_id: UUID | None = None,
    most: int = 50,
) -> tuple[CountSheetRow, ...]:
    """Return the sheets of a place, newest first."""
    asked = {"states": list(states), "place": location_id, "most": most}
    return tuple(_LIST.all(connection, asked))


def count_sheet_by_id(connection: Connection, *, sheet_id: UUID) -> CountSheetRow | None:
    """Return a sheet with how far it is, or None."""
    return _ONE.one_or_none(connection, {"sheet": sheet_id})


def count_progress(connection: Connection, *, sheet_id: UUID) -> tuple[CountProgress, ...]:
    """Return the lines for whoever counts, in the order of the shelves; the books say nothing."""
    return tuple(_PROGRESS.all(connection, {"sheet": sheet_id}))


def counted_lines(connection: Connection, *, sheet_id: UUID) -> tuple[CountedLine, ...]:
    """Return the lines for whoever approves, with what the books said when each was counted."""
    return tuple(_LINES.all(connection, {"sheet": sheet_id}))
