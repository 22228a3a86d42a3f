"""The files that other shops write: recognised by their first row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from commerce.imports.contents import FileContents
from commerce.imports.dialects.shopify import SHOPIFY, SHOPIFY_LEGACY
from commerce.imports.dialects.woocommerce import WOOCOMMERCE
from commerce.imports.errors import UnknownDialectError
from commerce.imports.reading import Line, Sheet
from commerce.imports.state import ExportedProduct


class Dialect(Protocol):
    """A format of product files, read and written."""

    @property
    def name(self) -> str:
        """The name in addresses and commands."""

    def missing(self, header: Iterable[str]) -> list[str]:
        """Return the columns without which the file is not of this dialect."""

    def parse(self, sheet: Sheet) -> FileContents:
        """Return what the file says."""

    def header(self, products: Sequence[ExportedProduct]) -> list[str]:
        """Return the columns of an export."""

    def rows(self, product: ExportedProduct, *, locale: str) -> Iterator[dict[str, str]]:
        """Yield the rows of one product."""


DIALECTS: tuple[Dialect, ...] = (SHOPIFY_LEGACY, SHOPIFY, WOOCOMMERCE)


def dialect_named(name: str) -> Dialect:
    """Return the dialect of this name.

    Raises:
        UnknownDialectError: there is none.
    """
    for dialect in DIALECTS:
        if dialect.name == name:
            return dialect
    raise UnknownDialectError(missing=name)


def parse(sheet: Sheet) -> FileContents:
    """Return what the file says, in whichever dialect its first row speaks.

    Column names are compared without regard to case.

    Raises:
        UnknownDialectError: no dialect fits; the nearest one's missing columns are named.
    """
    missing: list[list[str]] = []
    for dialect in DIALECTS:
        spelled = _spelled(sheet, dialect)
        missing.append(dialect.missing(spelled.columns))
        if not missing[-1]:
            return dialect.parse(spelled)
    _, nearest = min((len(names), names) for names in missing)
    raise UnknownDialectError(missing=", ".join(nearest))


def _spelled(sheet: Sheet, dialect: Dialect) -> Sheet:
    """Return `sheet` with its columns spelled as the dialect spells them."""
    spelling = {name.casefold(): name for name in dialect.header(())}
    names = {column: spelling.get(column.casefold(), column) for column in sheet.columns}
    if all(name == column for column, name in names.items()):
        return sheet
    lines = tuple(
        Line(line.number, {names[column]: cell for column, cell in line.cells.items()})
        for line in sheet.lines
    )
    return replace(sheet, columns=tuple(names.values()), lines=lines)
