"""Reads the cells of one row, and notes each that cannot be understood with its column."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, Literal

from commerce.imports.cells import read_boolean, read_decimal, read_whole
from commerce.imports.contents import ABSENT, Absent, Problem
from commerce.imports.reading import Line

_MOST_GRAMS = 10_000_000


class CellReader:
    """The cells of one row by column name. An absent column reads as ABSENT."""

    def __init__(self, line: Line, columns: Collection[str], problems: list[Problem]) -> None:
        self.row = line.number
        self._cells = line.cells
        self._columns = columns
        self._problems = problems

    def has(self, column: str) -> bool:
        """Return whether the file has this column."""
        return column in self._columns

    def plain(self, column: str) -> str:
        """Return the trimmed text, empty when the column is absent."""
        return self._cells.get(column, "").strip()

    def text(self, column: str) -> str | Absent:
        """Return the trimmed text."""
        return self.plain(column) if self.has(column) else ABSENT

    def boolean(self, column: str, *, blank: bool) -> bool | Absent:
        """Return yes or no; a blank cell means `blank`."""
        if not self.has(column):
            return ABSENT
        text = self.plain(column)
        value = read_boolean(text) if text else blank
        if value is None:
            self.error(column, "boolean", "“%(given)s” is neither TRUE nor FALSE.", given=text)
            return blank
        return value

    def whole(self, column: str) -> int | Absent | None:
        """Return a whole number, None for a blank cell."""
        if not self.has(column):
            return ABSENT
        text = self.plain(column)
        value = read_whole(text) if text else None
        if text and value is None:
            said = (
                "“%(given)s” is more than anybody counts."
                if text.isdecimal()
                else "“%(given)s” is not a whole number."
            )
            self.error(column, "number", said, given=text)
        return value

    def amount(self, column: str) -> Decimal | Absent | None:
        """Return an amount in major units, None for a blank cell."""
        if not self.has(column):
            return ABSENT
        text = self.plain(column)
        value = read_decimal(text) if text else None
        if text and (value is None or value < 0):
            self.error(column, "amount", "“%(given)s” is not a price such as 19.90.", given=text)
            return None
        return value

    def grams(self, column: str, *, factor: Decimal = Decimal(1)) -> int | Absent:
        """Return a weight in grams; `factor` is how many grams one unit of the column has.

        What weighs anything weighs a gram at least: none means that nobody knows.
        """
        if not self.has(column):
            return ABSENT
        text = self.plain(column)
        value = read_decimal(text) if text else Decimal(0)
        if value is None or not 0 <= value * factor <= _MOST_GRAMS:
            self.error(column, "weight", "“%(given)s” is not a weight.", given=text)
            return 0
        return max(1, round(value * factor)) if value else 0

    def error(self, column: str, code: str, template: str, **params: Any) -> None:
        """Note an error: the product of this row stays out."""
        self._note("error", column, code, template, params)

    def warn(self, column: str, code: str, template: str, **params: Any) -> None:
        """Note a warning: the product comes in all the same."""
        self._note("warning", column, code, template, params)

    def _note(
        self,
        severity: Literal["error", "warning"],
        column: str,
        code: str,
        template: str,
        params: dict[str, Any],
    ) -> None:
        self._problems.append(Problem(severity, self.row, column, code, template, params))
