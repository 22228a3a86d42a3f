"""Rows in the letters of code page 858, Western Europe with the euro; what they cannot say is drawn."""

from pos.printing.drawn import DrawnLettering
from pos.printing.rows import Row
from pos.printing.styles import CHINESE_OFF, LF, emphasis, latin_style

_ENCODING = "cp858"
_CODE_PAGE = b"\x1bt\x13"
"""ESC t 19: PC858, at the same place on Epson, Star in its mode, Citizen and Bixolon."""
_TWINS = str.maketrans(
    {
        "\N{MINUS SIGN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{HORIZONTAL ELLIPSIS}": ".",
    }
)


class LatinLettering:
    """Writes rows of so many columns, and leaves the ones with other characters to `drawn`."""

    gap = 1

    def __init__(self, columns: int, drawn: DrawnLettering) -> None:
        self.room = columns
        self._drawn = drawn
        self._dots = drawn.room // columns

    def begin(self) -> bytes:
        """Return the switch to the code page; out of Chinese mode, which would eat two bytes at once."""
        return CHINESE_OFF + _CODE_PAGE

    def end(self) -> bytes:
        """Return the switch to plain letters."""
        return latin_style(big=False, bold=False)

    def width(self, text: str, *, big: bool) -> int:
        """Return the columns of a text, of the drawn one if it has to be drawn."""
        if _coded(text) is not None:
            return len(text)
        return -(-self._drawn.width(text, big=big) // self._dots)

    def row(self, row: Row) -> bytes:
        """Return a row as letters, else as a picture."""
        text = row.in_columns(self.room, left=len(row.left), right=len(row.right))
        coded = _coded(text)
        if coded is None:
            return self._drawn.row(row)
        return latin_style(big=row.big, bold=row.bold) + emphasis(on=row.bold) + coded + LF


def _coded(text: str) -> bytes | None:
    try:
        return text.translate(_TWINS).encode(_ENCODING)
    except UnicodeEncodeError:
        return None
