"""Take an import back: a chunk of products per transaction, each noted in the journal.

Whatever became of the import - it runs, it stopped, it is done - what it wrote is in its changes,
and every change says whether it was taken back. A machine that dies in between goes on with those
that do not say so yet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.imports import journal
from commerce.imports.applying import Step, apply_steps
from commerce.imports.preview import CHUNK
from commerce.imports.queries import get_import
from commerce.imports.records import Outcome, UndoReport
from commerce.imports.standing import states_of
from commerce.imports.state import ProductState, from_json
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.errors import CommerceError

Progress = Callable[[int, int], None]
"""Is told how many products are taken back, and how many there are."""

_CHANGES = text("""
SELECT before, after FROM product_import_change
WHERE import_id = :import_id AND outcome IS NULL ORDER BY id DESC LIMIT :most
""")

_OUTCOMES = text("""
SELECT p.handle, c.outcome FROM product_import_change c
JOIN product p ON p.merchant_id = c.merchant_id AND p.id = c.product_id
WHERE c.import_id = :import_id ORDER BY p.handle
""")

_FORGET_PICTURES = text("""
DELETE FROM picture_fetch
WHERE merchant_id = :merchant AND import_id = :import_id AND state <> 'fetched'
""")


def undo_import(
    database: Database,
    *,
    merchant_id: UUID,
    import_id: UUID,
    actor_id: UUID | None = None,
    progress: Progress | None = None,
) -> UndoReport:
    """Put every product back as it was before the import, and archive those that it made.

    An import that still runs is stopped first. A product that someone has changed since stays as
    it is and is named in the report. Stock is counted back, with movements of its own: the ledger
    forgets nothing. Pictures that were still to be fetched are not fetched any more.

    Raises:
        ImportNotFoundError: there is no such import.
        ImportNotUndoableError: it was taken back before.
    """
    scope = Scope.merchant(merchant_id)
    with database.transaction(scope) as session:
        journal.begin_undo(session, merchant_id=merchant_id, import_id=import_id)
        session.execute(_FORGET_PICTURES, {"merchant": merchant_id, "import_id": import_id})
    undo = _Undo(database, merchant_id, import_id, actor_id)
    while undo.take_back():
        if progress is not None:
            with database.reading(scope) as connection:
                past = get_import(connection, import_id=import_id)
            progress(past.done, past.total)
    with database.transaction(scope) as session:
        return _ended(session, merchant_id, import_id)


def _ended(session: Session, merchant_id: UUID, import_id: UUID) -> UndoReport:
    rows = session.execute(_OUTCOMES, {"import_id": import_id}).all()
    report = UndoReport(
        restored=tuple(row.handle for row in rows if row.outcome == "restored"),
        kept=tuple(row.handle for row in rows if row.outcome == "kept"),
    )
    record = journal.found_import(session, merchant_id=merchant_id, import_id=import_id)
    record.state, record.moved_at = "undone", utc_now()
    record.counts = {**record.counts, "kept": len(report.kept)}
    record.ended_at = record.ended_at or record.moved_at
    return report


@dataclass(frozen=True, slots=True)
class _Undo:
    """An import on its way back."""

    database: Database
    merchant_id: UUID
    import_id: UUID
    actor_id: UUID | None

    def take_back(self) -> bool:
        """Put back the latest chunk that nobody has tried; return whether there was one."""
        with self.database.transaction(Scope.merchant(self.merchant_id)) as session:
            record = journal.found_import(
                session, merchant_id=self.merchant_id, import_id=self.import_id
            )
            rows = session.execute(_CHANGES, {"import_id": self.import_id, "most": CHUNK}).all()
            if rows:
                self._put_back(
                    session,
                    record.location_id,
                    [
                        (from_json(row.before) if row.before else None, from_json(row.after))
                        for row in rows
                    ],
                )
                record.moved_at = utc_now()
        return bool(rows)

    def _put_back(
        self,
        session: Session,
        location_id: UUID | None,
        changes: Sequence[tuple[ProductState | None, ProductState]],
    ) -> None:
        """Put back the products that nobody has changed since; the others are kept."""
        ids = {after.sheet.id for _, after in changes}
        now = states_of(session.connection(), product_ids=sorted(ids), location_id=location_id)
        steps = [
            Step(now[after.sheet.id], _counted_back(before, after))
            for before, after in changes
            if now.get(after.sheet.id) == after
        ]
        # All at once; one by one when the shop lets one of them not go back.
        done = (
            steps
            if self._applied(session, location_id, steps)
            else [step for step in steps if self._applied(session, location_id, [step])]
        )
        restored = {step.after.sheet.id for step in done}
        self._note(session, "restored", restored)
        self._note(session, "kept", ids - restored)

    def _note(self, session: Session, outcome: Outcome, products: set[UUID]) -> None:
        journal.note_outcome(
            session,
            merchant_id=self.merchant_id,
            import_id=self.import_id,
            outcome=outcome,
            products=sorted(products),
        )

    def _applied(self, session: Session, location_id: UUID | None, steps: Sequence[Step]) -> bool:
        """Return whether the products could go back: their units may be promised to orders."""
        try:
            with session.begin_nested():
                apply_steps(
                    session,
                    merchant_id=self.merchant_id,
                    location_id=location_id,
                    steps=steps,
                    reason="import undone",
                    actor_id=self.actor_id,
                    subject_id=self.import_id,
                )
        except CommerceError:
            return False
        return True


def _counted_back(before: ProductState | None, after: ProductState) -> ProductState:
    """Return what to go back to. What was stocked once has a level, so none becomes zero."""
    if before is None:
        return ProductState(
            replace(after.sheet, status="archived"),
            {
                variant_id: replace(terms, on_hand=None if terms.on_hand is None else 0)
                for variant_id, terms in after.terms.items()
            },
        )
    stocked = {
        variant_id: replace(terms, on_hand=0)
        if terms.on_hand is None and after.terms_of(variant_id).on_hand is not None
        else terms
        for variant_id, terms in before.terms.items()
    }
    return ProductState(before.sheet, stocked)
