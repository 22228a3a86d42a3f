"""Rows in a printer's own Chinese characters: GB18030 in Chinese mode.

A character of one byte takes one column, any other two: the printer draws even `×` as wide as a
Chinese character, because its code has two bytes. Characters of four bytes are rare ideographs, which
printers of the GB18030 standard know, and signs such as `¥` (81 30 84 36), which many print as rubbish:
those are said by their twins of two bytes.
"""

import unicodedata

from pos.printing.rows import Row
from pos.printing.styles import CHINESE_OFF, CHINESE_ON, LF, chinese_style, emphasis, latin_style

_ENCODING = "gb18030"
_TWINS = str.maketrans(
    {
        "¥": "￥",
        "£": "￡",
        "•": "·",
        "\N{MINUS SIGN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{NO-BREAK SPACE}": " ",
    }
)
_WIDE = 2


class ChineseLettering:
    """Writes rows of so many columns in GB18030."""

    gap = 1

    def __init__(self, columns: int) -> None:
        self.room = columns

    def begin(self) -> bytes:
        """Return the switch to Chinese mode, which some printers wake up without."""
        return CHINESE_ON

    def end(self) -> bytes:
        """Return the switch back, with plain letters."""
        return chinese_style(big=False) + latin_style(big=False, bold=False) + CHINESE_OFF

    def width(self, text: str, *, big: bool) -> int:  # noqa: ARG002 - big letters are tall, not wide
        """Return the columns of a text."""
        return sum(1 if len(each.encode(_ENCODING)) == 1 else 2 for each in _sayable(text))

    def row(self, row: Row) -> bytes:
        """Return a row with its dress, in one script after the other."""
        text = row.in_columns(
            self.room,
            left=self.width(row.left, big=row.big),
            right=self.width(row.right, big=row.big),
        )
        return (
            latin_style(big=row.big, bold=row.bold)
            + chinese_style(big=row.big)
            + emphasis(on=row.bold)
            + _sayable(text).encode(_ENCODING)
            + LF
        )


def _sayable(text: str) -> str:
    """Return a text in characters that a Chinese printer has."""
    return "".join(_twin(each) for each in text.translate(_TWINS))


def _twin(character: str) -> str:
    coded = character.encode(_ENCODING, "replace")
    if len(coded) <= _WIDE or unicodedata.east_asian_width(character) == "W":
        return character
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain or "?"
