"""A row of paper as every way of writing takes it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One row of paper: a text at the left edge or in the middle, and one at the right edge."""

    left: str
    right: str = ""
    align: Literal["left", "center"] = "left"
    big: bool = False
    bold: bool = False

    def in_columns(self, columns: int, *, left: int, right: int) -> str:
        """Return the row as one text, filled with spaces; `left` and `right` are its texts' widths."""
        if self.align == "center":
            return " " * ((columns - left) // 2) + self.left
        if not self.right:
            return self.left
        return self.left + " " * (columns - left - right) + self.right
