"""Look at a file before it is imported."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection

from commerce.imports.changes import changes_between
from commerce.imports.contents import Absent, FileContents, Problem, told_in_order
from commerce.imports.dialects import parse
from commerce.imports.planning import ImportTerms, Planned, Planner, counted
from commerce.imports.reading import Sheet, read_sheet
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
    return previewed(read_sheet(content), lambda: nullcontext(connection), terms=terms)


def previewed(
    sheet: Sheet,
    reading: Callable[[], AbstractContextManager[Connection]],
    *,
    terms: ImportTerms,
    progress: Callable[[int, int], None] | None = None,
) -> Preview:
    """Return what importing `sheet` would do; each chunk of products opens a `reading` of its own.

    Raises:
        UnknownDialectError: the first row names no columns that we know.
    """
    contents = parse(sheet)
    planner: Planner | None = None
    actions = counted(())
    problems: list[Problem] = [*notices(contents), *contents.problems]
    products: list[PreviewedProduct] = []
    pictures = 0
    for drafts in chunks(contents.products):
        with reading() as connection:
            planner = planner or Planner(connection, terms, faulty_rows=contents.faulty_rows())
            planned = planner.on(connection).plan(drafts)
        actions.update(counted(planned))
        problems += (problem for each in planned for problem in each.problems)
        products += (_shown(each, terms.locale) for each in planned)
        pictures += sum(len(each.draft.images) for each in planned if each.after)
        if progress is not None:
            progress(len(products), len(contents.products))
    return Preview(
        dialect=contents.dialect,
        encoding=contents.encoding,
        rows=contents.rows,
        counts=actions,
        products=tuple(products),
        problems=told_in_order(problems),
        ignored_columns=contents.ignored_columns,
        pictures=pictures,
        counted_variants=sum(each.counted for each in products),
        uncounted_variants=sum(each.uncounted for each in products),
    )


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Yield `items` in lists of at most `size`."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


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
    left_aside = [
        variant
        for product in contents.products
        for variant in product.variants
        if variant.stock_tracked is False and isinstance(variant.quantity, int) and variant.quantity
    ]
    if left_aside:
        yield Problem(
            "warning",
            left_aside[0].row,
            contents.products[0].columns.get("stock_tracked", ""),
            "untracked",
            "%(count)s variants have a quantity, but this column says that their stock is not "
            "counted. The quantity is left aside, and they are sold without limit.",
            {"count": len(left_aside)},
        )


def _shown(planned: Planned, locale: str) -> PreviewedProduct:
    draft, before, after = planned.draft, planned.before, planned.after
    name = "" if isinstance(draft.name, Absent) else draft.name
    if not name and before is not None:
        name = next(iter(before.sheet.words.values())).name
    kept = before or after
    tracked = [variant.stock_tracked for variant in after.sheet.variants] if after else []
    return PreviewedProduct(
        row=draft.row,
        # Its address here; what a file without addresses would make of the name is beside the point.
        handle=kept.sheet.handle if kept else draft.handle,
        name=name,
        action=planned.action,
        variants=len(draft.variants),
        status=after.sheet.status if after else None,
        counted=sum(tracked),
        uncounted=len(tracked) - sum(tracked),
        changes=changes_between(before, after, locale=locale) if before and after else (),
    )
