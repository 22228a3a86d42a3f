"""Run an import: a chunk of products per transaction, each with its note in the journal.

This is an entry point in the sense of the house: it opens transactions, one after another. A
machine that dies in between leaves whole chunks and a journal that says how far they go; the same
call with the same `import_id` goes on behind them.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.imports import journal, service
from commerce.imports.applying import Step, apply_steps, grow_categories
from commerce.imports.contents import FileContents, FileProduct, Problem, told_in_order
from commerce.imports.dialects import parse
from commerce.imports.errors import ImportTakenOverError
from commerce.imports.planning import WRITTEN, ImportTerms, Planned, Planner, counted
from commerce.imports.preview import CHUNK, chunks, notices
from commerce.imports.queries import get_import
from commerce.imports.reading import read_sheet
from commerce.imports.records import ImportReport
from commerce.kernel.database import Database, Scope
from commerce.kernel.errors import CommerceError
from commerce.kernel.ids import new_id

Progress = Callable[[int, int], None]
"""Is told how many products are done, and how many there are."""


def silent(_done: int, _all: int) -> None:
    """Tell nobody."""


def import_products(
    database: Database,
    *,
    content: bytes,
    file_name: str,
    terms: ImportTerms,
    import_id: UUID | None = None,
    actor_id: UUID | None = None,
    progress: Progress = silent,
) -> ImportReport:
    """Import a product file and return what was done. Importing it again changes nothing.

    Products with errors stay out, the others come in. Pictures are noted to be fetched later. With
    the `import_id` of an import that was interrupted, it goes on where that one stood.

    Raises:
        FileTooLargeError, UnreadableFileError, RepeatedColumnError, UnknownDialectError: nothing
            was imported.
        ImportTakenOverError: somebody stopped it or took it over; what it had done stays noted.
    """
    contents = parse(read_sheet(content))
    import_id = import_id or new_id()
    scope = Scope.merchant(terms.merchant_id)
    with database.transaction(scope) as session:
        journal.begin_import(
            session,
            merchant_id=terms.merchant_id,
            import_id=import_id,
            file_name=file_name,
            dialect=contents.dialect,
            locale=terms.locale,
            location_id=terms.location_id,
            actor_id=actor_id,
        )
        before = get_import(session.connection(), import_id=import_id)
    if before.state != "running":
        raise ImportTakenOverError
    running = _Import(
        database,
        terms,
        import_id,
        actor_id,
        contents,
        done=before.done,
        counts=_added(counted(()), before.counts),
        problems=list(before.problems),
    )
    running.run(progress)
    return running.end()


@dataclass
class _Import:
    """An import on its way."""

    database: Database
    terms: ImportTerms
    import_id: UUID
    actor_id: UUID | None
    contents: FileContents
    done: int
    counts: Counter[str]
    problems: list[Problem]
    """Of the products that are dealt with; those of the file as a whole are added at the end."""
    pictures: int = 0
    _planner: Planner | None = field(default=None, init=False)

    def run(self, progress: Progress) -> None:
        scope = Scope.merchant(self.terms.merchant_id)
        self._remember()
        total = len(self.contents.products)
        for drafts in chunks(self.contents.products[self.done :]):
            with self.database.transaction(scope) as session:
                written, pictures = self._write(session, self._ready(session), drafts)
                counts = _added(self.counts, counted(written))
                problems = [*self.problems, *(p for each in written for p in each.problems)]
                journal.advance_import(
                    session,
                    merchant_id=self.terms.merchant_id,
                    import_id=self.import_id,
                    behind=self.done,
                    done=self.done + len(drafts),
                    total=total,
                    counts=counts,
                    problems=problems,
                )
            self.done += len(drafts)
            self.pictures += pictures
            self.counts, self.problems = counts, problems
            progress(self.done, total)

    def end(self) -> ImportReport:
        problems = told_in_order([*notices(self.contents), *self.contents.problems, *self.problems])
        with self.database.transaction(Scope.merchant(self.terms.merchant_id)) as session:
            journal.end_import(
                session,
                merchant_id=self.terms.merchant_id,
                import_id=self.import_id,
                behind=self.done,
                problems=problems,
            )
        return ImportReport(
            id=self.import_id,
            dialect=self.contents.dialect,
            rows=self.contents.rows,
            counts=self.counts,
            problems=problems,
            ignored_columns=self.contents.ignored_columns,
            pictures=self.pictures,
        )

    def _remember(self) -> None:
        """Read again what was dealt with before: a later row must not contradict it."""
        for drafts in chunks(self.contents.products[: self.done], CHUNK):
            with self.database.transaction(Scope.merchant(self.terms.merchant_id)) as session:
                self._ready(session).plan(drafts)

    def _ready(self, session: Session) -> Planner:
        if self._planner is None:
            self._planner = Planner(
                session.connection(), self.terms, faulty_rows=self.contents.faulty_rows()
            )
        return self._planner.on(session.connection())

    def _write(
        self, session: Session, planner: Planner, drafts: list[FileProduct]
    ) -> tuple[list[Planned], int]:
        planned = planner.plan(drafts)
        missing, planner.categories.missing = planner.categories.missing, {}
        grow_categories(
            session,
            merchant_id=self.terms.merchant_id,
            missing=missing,
            locale=self.terms.locale,
        )
        written = self._together(session, planned) or self._one_by_one(session, planned)
        pictures = service.plan_fetches(
            session,
            merchant_id=self.terms.merchant_id,
            import_id=self.import_id,
            locale=self.terms.locale,
            planned=written,
        )
        return written, pictures

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
        changing = [each for each in planned if each.action in WRITTEN]
        apply_steps(
            session,
            merchant_id=self.terms.merchant_id,
            location_id=self.terms.location_id,
            steps=[Step(each.before, each.after) for each in changing if each.after],
            reason="import",
            actor_id=self.actor_id,
            subject_id=self.import_id,
        )
        journal.record_changes(
            session,
            merchant_id=self.terms.merchant_id,
            import_id=self.import_id,
            planned=changing,
        )


def _added(counts: Mapping[str, int], more: Mapping[str, int]) -> Counter[str]:
    """Return the sum of both, with what is zero."""
    added = Counter(counts)
    added.update(more)
    return added
