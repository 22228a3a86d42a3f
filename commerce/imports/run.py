"""Run an import, and take one back: a chunk of products per transaction.

These two are entry points in the sense of the house: they open transactions, one after another. A
machine that dies in between leaves whole products, a record that says `running`, and a file that
can simply be imported again.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.imports import service
from commerce.imports.applying import Step, apply_steps, grow_categories
from commerce.imports.contents import FileContents, FileProduct, Problem
from commerce.imports.dialects import parse
from commerce.imports.errors import ImportNotUndoableError, ImportRunningError
from commerce.imports.planning import ImportTerms, Planned, Planner
from commerce.imports.preview import all_problems, chunks
from commerce.imports.reading import read_sheet
from commerce.imports.records import ImportReport, State, UndoReport
from commerce.imports.standing import states_of
from commerce.imports.state import ProductState, from_json
from commerce.kernel.database import Database, Scope
from commerce.kernel.errors import CommerceError

Progress = Callable[[int, int], None]
"""Is told how many products are done, and how many there are."""

_CHANGES = text("""
SELECT product_id, before, after FROM product_import_change
WHERE import_id = :import_id ORDER BY id DESC
""")


def silent(_done: int, _all: int) -> None:
    """Tell nobody."""


def import_products(
    database: Database,
    *,
    content: bytes,
    file_name: str,
    terms: ImportTerms,
    actor_id: UUID | None = None,
    progress: Progress = silent,
) -> ImportReport:
    """Import a product file and return what was done. Importing it again changes nothing.

    Products with errors stay out, the others come in. Pictures are noted to be fetched later.

    Raises:
        FileTooLargeError, UnreadableFileError, RepeatedColumnError, UnknownDialectError: nothing
            was imported.
    """
    contents = parse(read_sheet(content))
    scope = Scope.merchant(terms.merchant_id)
    with database.transaction(scope) as session:
        import_id = service.begin_import(
            session,
            merchant_id=terms.merchant_id,
            file_name=file_name,
            dialect=contents.dialect,
            locale=terms.locale,
            location_id=terms.location_id,
            actor_id=actor_id,
        )
    running = _Import(database, terms, import_id, actor_id, contents)
    try:
        running.run(progress)
    except BaseException:
        running.end("failed")
        raise
    return running.end("done")


@dataclass
class _Import:
    """An import on its way."""

    database: Database
    terms: ImportTerms
    import_id: UUID
    actor_id: UUID | None
    contents: FileContents
    done: list[Planned] = field(default_factory=list)
    pictures: int = 0

    def run(self, progress: Progress) -> None:
        scope = Scope.merchant(self.terms.merchant_id)
        planner: Planner | None = None
        for drafts in chunks(self.contents.products):
            with self.database.transaction(scope) as session:
                if planner is None:
                    planner = Planner(
                        session.connection(),
                        self.terms,
                        faulty_rows=self.contents.faulty_rows(),
                    )
                written = self._write(session, planner.on(session.connection()), drafts)
            self.done += written
            progress(len(self.done), len(self.contents.products))

    def end(self, state: State) -> ImportReport:
        counts = Counter({"created": 0, "updated": 0, "unchanged": 0, "refused": 0})
        counts.update(each.action for each in self.done)
        problems = all_problems(self.contents, self.done)
        with self.database.transaction(Scope.merchant(self.terms.merchant_id)) as session:
            service.end_import(
                session,
                merchant_id=self.terms.merchant_id,
                import_id=self.import_id,
                state=state,
                counts=counts,
                problems=problems,
            )
        return ImportReport(
            id=self.import_id,
            dialect=self.contents.dialect,
            rows=self.contents.rows,
            counts=counts,
            problems=problems,
            ignored_columns=self.contents.ignored_columns,
            pictures=self.pictures,
        )

    def _write(
        self, session: Session, planner: Planner, drafts: list[FileProduct]
    ) -> list[Planned]:
        planned = planner.plan(drafts)
        missing, planner.categories.missing = planner.categories.missing, {}
        grow_categories(
            session,
            merchant_id=self.terms.merchant_id,
            missing=missing,
            locale=self.terms.locale,
        )
        written = self._together(session, planned) or self._one_by_one(session, planned)
        self.pictures += service.plan_fetches(
            session,
            merchant_id=self.terms.merchant_id,
            import_id=self.import_id,
            locale=self.terms.locale,
            planned=written,
        )
        return written

    def _together(self, session: Session, planned: list[Planned]) -> list[Planned] | None:
        """Write all products at once; None when one of them was refused after all."""
        try:
            with session.begin_nested():
                self._apply(session, planned)
        except CommerceError:
            return None
        return planned

    def _one_by_one(self, session: Session, planned: list[Planned]) -> list[Planned]:
        """Write product by product, so that one that is refused keeps no other out."""
        written: list[Planned] = []
        for each in planned:
            try:
                with session.begin_nested():
                    self._apply(session, [each])
                written.append(each)
            except CommerceError as error:
                problem = Problem(
                    "error", each.draft.row, "", error.code, error.template, error.params
                )
                refused = replace(
                    each, action="refused", after=None, problems=(*each.problems, problem)
                )
                written.append(refused)
        return written

    def _apply(self, session: Session, planned: Sequence[Planned]) -> None:
        changing = [each for each in planned if each.action in {"created", "updated"}]
        apply_steps(
            session,
            merchant_id=self.terms.merchant_id,
            location_id=self.terms.location_id,
            steps=[Step(each.before, each.after) for each in changing if each.after],
            reason="import",
            actor_id=self.actor_id,
            subject_id=self.import_id,
        )
        service.record_changes(
            session,
            merchant_id=self.terms.merchant_id,
            import_id=self.import_id,
            planned=changing,
        )


def undo_import(
    database: Database,
    *,
    merchant_id: UUID,
    import_id: UUID,
    actor_id: UUID | None = None,
    progress: Progress = silent,
) -> UndoReport:
    """Put every product back as it was before the import, and archive those that it made.

    A product that someone has changed since stays as it is and is named in the report. Stock is
    counted back, with movements of its own: the ledger forgets nothing.

    Raises:
        ImportNotFoundError: there is no such import.
        ImportRunningError, ImportNotUndoableError: it still runs, or was undone before.
    """
    scope = Scope.merchant(merchant_id)
    with database.transaction(scope) as session:
        record = service.found_import(session, merchant_id=merchant_id, import_id=import_id)
        if record.state == "running":
            raise ImportRunningError
        if record.state == "undone":
            raise ImportNotUndoableError
        location_id = record.location_id
        counts = dict(record.counts)
        rows = session.execute(_CHANGES, {"import_id": import_id}).all()
    changes = [
        (from_json(row.before) if row.before else None, from_json(row.after)) for row in rows
    ]
    undo = _Undo(database, merchant_id, import_id, location_id, actor_id)
    for chunk in chunks(changes):
        undo.take_back(chunk)
        progress(len(undo.restored) + len(undo.kept), len(changes))
    with database.transaction(scope) as session:
        record = service.found_import(session, merchant_id=merchant_id, import_id=import_id)
        record.state, record.counts = "undone", counts | {"kept": len(undo.kept)}
    return UndoReport(tuple(undo.restored), tuple(undo.kept))


@dataclass
class _Undo:
    """An import on its way back."""

    database: Database
    merchant_id: UUID
    import_id: UUID
    location_id: UUID | None
    actor_id: UUID | None
    restored: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def take_back(self, changes: Sequence[tuple[ProductState | None, ProductState]]) -> None:
        """Put back the products that nobody has changed since; the others are kept."""
        ids = [after.sheet.id for _, after in changes]
        with self.database.transaction(Scope.merchant(self.merchant_id)) as session:
            now = states_of(session.connection(), product_ids=ids, location_id=self.location_id)
            steps = [
                Step(now[after.sheet.id], _counted_back(before, after))
                for before, after in changes
                if now.get(after.sheet.id) == after
            ]
            # All at once; one by one when the shop lets one of them not go back.
            done = (
                steps
                if self._applied(session, steps)
                else [step for step in steps if self._applied(session, [step])]
            )
        restored = {step.after.sheet.handle for step in done}
        self.restored += sorted(restored)
        self.kept += sorted({after.sheet.handle for _, after in changes} - restored)

    def _applied(self, session: Session, steps: Sequence[Step]) -> bool:
        """Return whether the products could go back: their units may be promised to orders."""
        try:
            with session.begin_nested():
                apply_steps(
                    session,
                    merchant_id=self.merchant_id,
                    location_id=self.location_id,
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
