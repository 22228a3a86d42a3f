"""Collects what is wrong with one product of a file, with the rows and columns to mend."""

from typing import Any

from commerce.catalogue.records import ProductSheet
from commerce.imports.contents import FileProduct, Problem
from commerce.imports.matching import Doubt
from commerce.imports.merging import Merged
from commerce.kernel.errors import FieldProblem


class Problems:
    """Collects what is wrong with one product, with rows and columns."""

    def __init__(self, draft: FileProduct) -> None:
        self._draft = draft
        self._found: list[Problem] = []
        self.refused = False

    def error(self, row: int, field: str, code: str, template: str, **params: Any) -> None:
        """Note what keeps the product out."""
        self.refused = True
        column = self._draft.columns.get(field, "")
        self._found.append(Problem("error", row, column, code, template, params))

    def doubt(self, doubt: Doubt) -> None:
        """Note what the file leaves open about a variant."""
        columns = self._draft.columns
        column = columns.get(f"choice-{doubt.option + 1}", columns.get("choice", ""))
        self.refused = True
        self._found.append(
            Problem("error", doubt.row, column, doubt.code, doubt.template, doubt.params)
        )

    def warn(self, row: int, field: str, code: str, template: str, **params: Any) -> None:
        """Note what the product comes in with all the same."""
        column = self._draft.columns.get(field, "")
        self._found.append(Problem("warning", row, column, code, template, params))

    def fault(self, fault: FieldProblem, sheet: ProductSheet, result: Merged) -> None:
        """Translate a fault of the sheet into the row and column that caused it."""
        parts = fault.pointer.strip("/").split("/")
        row, field = self._draft.row, parts[-1] if parts[0] == "words" else parts[0]
        if parts[0] == "variants":
            field = "choice"
            if len(parts) > 2:  # noqa: PLR2004 - /variants/0/sku
                field = parts[2]
                variant_id = sheet.variants[int(parts[1])].id
                rows = {each: at for at, each in result.variant_of_row.items()}
                row = rows.get(variant_id, row)
        self.error(row, field, fault.code, fault.template, **fault.params)

    def found(self) -> tuple[Problem, ...]:
        """Return everything that was noted."""
        return tuple(self._found)
