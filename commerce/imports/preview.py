"""Look at a file before it is imported."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection

from commerce.imports.contents import Absent, FileContents, Problem
from commerce.imports.dialects import parse
from commerce.imports.planning import ImportTerms, Planned, Planner, counted
from commerce.imports.reading import read_sheet
from commerce.imports.records import Preview, PreviewedProduct

T = TypeVar("T")

CHUNK = 250
"""Products that are planned and written together."""


def preview(connection: Connection, *, content: bytes, terms: ImportTerms) -> Preview:
    """Return what importing `content` would do, row by row, and change nothing.

    Raises:
        FileTooLargeError, UnreadableFileError, RepeatedColumnError, UnknownDialectError: the file
            as a whole cannot be imported.
    """
    contents = parse(read_sheet(content))
    planner = Planner(connection, terms, faulty_rows=contents.faulty_rows())
    planned = [each for drafts in chunks(contents.products) for each in planner.plan(drafts)]
    return Preview(
        dialect=contents.dialect,
        encoding=contents.encoding,
        rows=contents.rows,
        counts=counted(planned),
        products=tuple(_shown(each) for each in planned),
        problems=all_problems(contents, planned),
        ignored_columns=contents.ignored_columns,
        pictures=sum(len(each.draft.images) for each in planned if each.after),
    )


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Yield `items` in lists of at most `size`."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def all_problems(contents: FileContents, planned: Sequence[Planned]) -> tuple[Problem, ...]:
    """Return every problem of a file in the order of its rows."""
    found = [*notices(contents), *contents.problems]
    found += [problem for each in planned for problem in each.problems]
    return tuple(sorted(found, key=lambda problem: problem.row))


def notices(contents: FileContents) -> Iterator[Problem]:
    """Yield what is to be said about the file as a whole, on row 1."""
    if contents.encoding == "cp1252":
        yield Problem(
            "warning",
            1,
            "",
            "encoding",
            "The file is not UTF-8 and was read as Western European text. Check accented letters.",
            {},
        )
    untracked = [
        variant
        for product in contents.products
        for variant in product.variants
        if variant.stock_tracked is False and isinstance(variant.quantity, int) and variant.quantity
    ]
    if untracked:
        yield Problem(
            "warning",
            untracked[0].row,
            contents.products[0].columns.get("stock_tracked", ""),
            "untracked",
            "%(count)s variants have a quantity, but their stock is not tracked: "
            "the column is blank. They can be sold without limit.",
            {"count": len(untracked)},
        )


def _shown(planned: Planned) -> PreviewedProduct:
    draft = planned.draft
    name = "" if isinstance(draft.name, Absent) else draft.name
    if not name and planned.before is not None:
        name = next(iter(planned.before.sheet.words.values())).name
    return PreviewedProduct(draft.row, draft.handle, name, planned.action, len(draft.variants))
