"""What was imported, and which pictures are missing."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from commerce.imports.contents import Problem
from commerce.imports.errors import ImportNotFoundError
from commerce.imports.records import FailedFetch, PastImport, WaitingFetch
from commerce.imports.refusal import read_refusal
from commerce.inventory.queries import locations

_PAST = text("""
SELECT id, file_name, dialect, state, counts, problems, done, total, problem, started_at, moved_at,
       ended_at
FROM product_import ORDER BY started_at DESC, id DESC LIMIT :most
""")

_ONE = text("""
SELECT i.id, i.file_name, i.dialect, i.state, i.counts, i.problems, i.problem, i.started_at,
       i.moved_at, i.ended_at,
       CASE WHEN i.state = 'undoing' THEN back.done ELSE i.done END AS done,
       CASE WHEN i.state = 'undoing' THEN back.total ELSE i.total END AS total
FROM product_import i CROSS JOIN LATERAL (
  SELECT count(c.outcome) AS done, count(*) AS total FROM product_import_change c
  WHERE c.merchant_id = i.merchant_id AND c.import_id = i.id
) AS back
WHERE i.id = :id
""")

_WAITING = text("""
SELECT merchant_id, id, url FROM picture_fetch
WHERE state = 'waiting' ORDER BY created_at, position, id LIMIT :most
""")

_FAILED = text("""
SELECT f.product_id, p.handle, f.url, f.problem
FROM picture_fetch f JOIN product p ON p.merchant_id = f.merchant_id AND p.id = f.product_id
WHERE f.state = 'failed' AND (
  CAST(:import AS uuid) IS NULL OR f.import_id = :import OR EXISTS (
    SELECT FROM product_import_change c WHERE c.merchant_id = f.merchant_id
      AND c.import_id = :import AND c.product_id = f.product_id
  )
)
ORDER BY p.handle, f.position, f.id LIMIT :most
""")


def past_imports(connection: Connection, *, most: int = 50) -> tuple[PastImport, ...]:
    """Return the latest imports, newest first."""
    return tuple(_past(row) for row in connection.execute(_PAST, {"most": most}))


def find_import(connection: Connection, *, import_id: UUID) -> PastImport | None:
    """Return one import, with how far it is on its way forth or back; None when there is none."""
    row = connection.execute(_ONE, {"id": import_id}).one_or_none()
    return _past(row) if row is not None else None


def get_import(connection: Connection, *, import_id: UUID) -> PastImport:
    """Return one import, with how far it is on its way forth or back.

    Raises:
        ImportNotFoundError: there is none with this id.
    """
    found = find_import(connection, import_id=import_id)
    if found is None:
        raise ImportNotFoundError
    return found


def waiting_fetches(connection: Connection, *, most: int = 50) -> tuple[WaitingFetch, ...]:
    """Return pictures that are to be fetched, the oldest first; in the park's scope, everybody's."""
    rows = connection.execute(_WAITING, {"most": most})
    return tuple(WaitingFetch(row.merchant_id, row.id, row.url) for row in rows)


def failed_fetches(
    connection: Connection, *, import_id: UUID | None = None, most: int = 200
) -> tuple[FailedFetch, ...]:
    """Return the pictures that could not be had, with the reasons, by product.

    With `import_id`, those that this import asked for, and those of products that it changed.
    """
    rows = connection.execute(_FAILED, {"most": most, "import": import_id})
    return tuple(
        FailedFetch(row.product_id, row.handle, row.url, read_refusal(row.problem)) for row in rows
    )


def _past(row: Row[Any]) -> PastImport:
    return PastImport(
        id=row.id,
        file_name=row.file_name,
        dialect=row.dialect,
        state=row.state,
        counts=row.counts,
        problems=tuple(_problem(stored) for stored in row.problems),
        done=row.done,
        total=row.total,
        problem=read_refusal(row.problem) if row.problem else None,
        started_at=row.started_at,
        moved_at=row.moved_at,
        ended_at=row.ended_at,
    )


def _problem(stored: dict[str, Any]) -> Problem:
    return Problem(
        stored["severity"],
        stored["row"],
        stored["column"],
        stored["code"],
        stored["template"],
        stored["params"],
    )


def default_location(connection: Connection) -> UUID | None:
    """Return where quantities go when nobody says: the first warehouse that sells online.

    Without one, the first place that sells online; without any, the first place.
    """
    places = [
        place
        for place in locations(connection)
        if place.active and place.kind not in {"transit", "quarantine"}
    ]
    online = [place for place in places if place.sells_online]
    houses = [place for place in online if place.kind == "warehouse"]
    return next((place.id for place in [*houses, *online, *places]), None)
