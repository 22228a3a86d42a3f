"""Look through a file once, and keep what came of it for every page that shows it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from pydantic import TypeAdapter

from commerce.imports.contents import Problem
from commerce.imports.planning import ImportTerms
from commerce.imports.preview import previewed
from commerce.imports.reading import Sheet, read_sheet
from commerce.imports.records import Preview
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope

MOST_KEPT = 200
"""Products and problems that a page shows; the rest are counted."""
_MOST_CHANGES = 20


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row of the file that stays out, and why."""

    cells: Mapping[str, str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class FaultyRows:
    """The rows of a file with an error, to be mended and sent again."""

    columns: tuple[str, ...]
    rows: tuple[FaultyRow, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What a file would do, as it was when somebody looked."""

    seen: Preview
    """With the first products and problems alone."""
    more: int
    """Products beyond those."""
    has_errors: bool
    at: datetime


LOOKS: TypeAdapter[Look] = TypeAdapter(Look)
FAULTY: TypeAdapter[FaultyRows] = TypeAdapter(FaultyRows)


def look_through(
    database: Database,
    *,
    content: bytes,
    terms: ImportTerms,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Look, FaultyRows]:
    """Return what importing `content` would do, and its rows with an error; nothing changes.

    Every chunk of products is read in a transaction of its own, so a large file holds none open.

    Raises:
        FileTooLargeError, UnreadableFileError, RepeatedColumnError, UnknownDialectError: the file
            as a whole cannot be imported.
    """
    sheet = read_sheet(content)
    reading = partial(database.reading, Scope.merchant(terms.merchant_id))
    seen = previewed(sheet, reading, terms=terms, progress=progress)
    errors = [problem for problem in seen.problems if problem.severity == "error"]
    shown = replace(
        seen,
        products=tuple(
            replace(each, changes=each.changes[:_MOST_CHANGES])
            for each in seen.products[:MOST_KEPT]
        ),
        problems=seen.problems[:MOST_KEPT],
    )
    look = Look(
        seen=shown,
        more=len(seen.products) - len(shown.products),
        has_errors=bool(errors),
        at=utc_now(),
    )
    return look, faulty_rows(sheet, errors)


def faulty_rows(sheet: Sheet, problems: Sequence[Problem]) -> FaultyRows:
    """Return the rows of `sheet` that have an error among `problems`."""
    told: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.severity == "error":
            told.setdefault(problem.row, []).append(problem)
    rows = (
        FaultyRow(line.cells, tuple(told[line.number]))
        for line in sheet.lines
        if line.number in told
    )
    return FaultyRows(sheet.columns, tuple(rows))
