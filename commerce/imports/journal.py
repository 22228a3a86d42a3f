"""Write down how an import gets on, forth and back. Each verb works in the caller's transaction.

The journal is what survives a killed machine: whoever resumes goes on behind `done`. Every step
forward names the place where it began, so of two workers on one import only one gets on, and a
step of an import that somebody takes back comes to nothing, with all that it wrote.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from commerce.imports.contents import Problem
from commerce.imports.errors import (
    ImportNotFoundError,
    ImportNotUndoableError,
    ImportTakenOverError,
)
from commerce.imports.models import ProductImport, ProductImportChange
from commerce.imports.planning import Planned
from commerce.imports.records import Outcome, State
from commerce.imports.refusal import Refusal
from commerce.imports.state import to_json
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id

MOST_PROBLEMS_KEPT = 1_000

_NOTE = text("""
UPDATE product_import_change SET outcome = :outcome
WHERE merchant_id = :merchant AND import_id = :import AND product_id = ANY(:products)
""")


def begin_import(
    session: Session,
    *,
    merchant_id: UUID,
    import_id: UUID,
    file_name: str,
    dialect: str,
    locale: str,
    location_id: UUID | None,
    actor_id: UUID | None,
) -> None:
    """Write down that an import runs; one that stands in the journal stays as it is."""
    row = {
        "merchant_id": merchant_id,
        "id": import_id,
        "file_name": file_name[:255],
        "dialect": dialect,
        "locale": locale,
        "location_id": location_id,
        "actor_id": actor_id,
    }
    session.execute(upsert(ProductImport).on_conflict_do_nothing(), [row])


def found_import(session: Session, *, merchant_id: UUID, import_id: UUID) -> ProductImport:
    """Return the record of an import, locked until the transaction ends.

    Raises:
        ImportNotFoundError: there is none with this id.
    """
    record = session.get(ProductImport, (merchant_id, import_id), with_for_update=True)
    if record is None:
        raise ImportNotFoundError
    return record


def advance_import(
    session: Session,
    *,
    merchant_id: UUID,
    import_id: UUID,
    behind: int,
    done: int,
    total: int,
    counts: Mapping[str, int],
    problems: Sequence[Problem],
) -> None:
    """Note that `done` of `total` products are dealt with; the step began behind `behind`.

    Raises:
        ImportTakenOverError: somebody else went on from there, or the import was stopped. What the
            transaction wrote must not stay.
    """
    _step(
        session,
        merchant_id,
        import_id,
        behind,
        {
            "done": done,
            "total": total,
            "counts": dict(counts),
            "problems": [_stored(problem) for problem in problems[:MOST_PROBLEMS_KEPT]],
        },
    )


def end_import(
    session: Session,
    *,
    merchant_id: UUID,
    import_id: UUID,
    behind: int,
    problems: Sequence[Problem],
) -> None:
    """Write down that an import came to its end; of its problems the first thousand are kept.

    Raises:
        ImportTakenOverError: see `advance_import`.
    """
    _step(
        session,
        merchant_id,
        import_id,
        behind,
        {
            "state": "done",
            "problems": [_stored(problem) for problem in problems[:MOST_PROBLEMS_KEPT]],
            "ended_at": utc_now(),
        },
    )


def stop_import(session: Session, *, merchant_id: UUID, import_id: UUID, problem: Refusal) -> None:
    """Write down why a running import stopped before its end; what came in stays."""
    now = utc_now()
    session.execute(
        update(ProductImport)
        .where(
            ProductImport.merchant_id == merchant_id,
            ProductImport.id == import_id,
            ProductImport.state == "running",
        )
        .values(state="failed", problem=problem.stored(), ended_at=now, moved_at=now)
    )


def resume_import(session: Session, *, merchant_id: UUID, import_id: UUID) -> bool:
    """Let a stopped import run again; return whether it does.

    Raises:
        ImportNotFoundError: there is no such import.
    """
    record = found_import(session, merchant_id=merchant_id, import_id=import_id)
    if record.state not in {"running", "failed"}:
        return False
    record.state, record.problem, record.ended_at = "running", None, None
    record.moved_at = utc_now()
    session.flush()
    return True


def begin_undo(session: Session, *, merchant_id: UUID, import_id: UUID) -> None:
    """Let an import be taken back, whatever became of it; one that runs stops at its next step.

    Raises:
        ImportNotFoundError: there is no such import.
        ImportNotUndoableError: it has been taken back.
    """
    record = found_import(session, merchant_id=merchant_id, import_id=import_id)
    if record.state == "undone":
        raise ImportNotUndoableError
    record.state, record.moved_at = "undoing", utc_now()
    session.flush()


def note_outcome(
    session: Session,
    *,
    merchant_id: UUID,
    import_id: UUID,
    outcome: Outcome,
    products: Sequence[UUID],
) -> None:
    """Note what taking these products back came to."""
    session.execute(
        _NOTE,
        {
            "outcome": outcome,
            "merchant": merchant_id,
            "import": import_id,
            "products": list(products),
        },
    )


def record_changes(
    session: Session, *, merchant_id: UUID, import_id: UUID, planned: Sequence[Planned]
) -> None:
    """Keep before and after of every product that the import wrote."""
    rows = [
        {
            "merchant_id": merchant_id,
            "id": new_id(),
            "import_id": import_id,
            "product_id": each.after.sheet.id,
            "before": to_json(each.before) if each.before else None,
            "after": to_json(each.after),
        }
        for each in planned
        if each.after is not None
    ]
    if rows:
        session.execute(insert(ProductImportChange), rows)


def _step(
    session: Session,
    merchant_id: UUID,
    import_id: UUID,
    behind: int,
    values: Mapping[str, Any],
) -> None:
    running: State = "running"
    moved = session.execute(
        update(ProductImport)
        .where(
            ProductImport.merchant_id == merchant_id,
            ProductImport.id == import_id,
            ProductImport.state == running,
            ProductImport.done == behind,
        )
        .values(moved_at=utc_now(), **values)
        .returning(ProductImport.id)
    )
    if moved.first() is None:
        raise ImportTakenOverError


def _stored(problem: Problem) -> dict[str, Any]:
    return {
        "severity": problem.severity,
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "template": problem.template,
        "params": {name: str(value) for name, value in problem.params.items()},
    }
