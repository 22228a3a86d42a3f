"""Rows as pictures, one per row, for printers without the characters: `GS v 0`, a dot a bit."""

from pathlib import Path

from PIL import Image, ImageDraw

from pos.printing.fonts import FontShelf
from pos.printing.rows import Row

_DOTS = 12
"""Of a column: font A is 12 dots wide, at 203 dots an inch 576 dots are 80 mm paper."""
_SIZE, _BIG = 24, 34
_LINE, _BIG_LINE = 32, 46
_INK, _WHITE = 110, 255
"""The pen writes white on black, since a set bit burns; what is lighter than `_INK` becomes a dot."""


class DrawnLettering:
    """Draws rows of so many columns with the fonts in a folder."""

    gap = _DOTS

    def __init__(self, columns: int, fonts: Path) -> None:
        self.room = columns * _DOTS
        self._shelf = FontShelf(fonts)

    def begin(self) -> bytes:
        """Return nothing: pictures need no setting."""
        return b""

    def end(self) -> bytes:
        """Return nothing, as above."""
        return b""

    def width(self, text: str, *, big: bool) -> int:
        """Return the dots of a text."""
        size = _BIG if big else _SIZE
        return round(
            sum(font.getlength(run) for font, run in self._shelf.runs(text, size, bold=big))
        )

    def row(self, row: Row) -> bytes:
        """Return the picture of a row as wide as the paper."""
        picture = Image.new("L", (self.room, _BIG_LINE if row.big else _LINE))
        pen = ImageDraw.Draw(picture)
        width = self.width(row.left, big=row.big)
        self._write(pen, (self.room - width) // 2 if row.align == "center" else 0, row.left, row)
        self._write(pen, self.room - self.width(row.right, big=row.big), row.right, row)
        return _raster(picture.point(lambda grey: _WHITE if grey > _INK else 0).convert("1"))

    def _write(self, pen: ImageDraw.ImageDraw, at: float, text: str, row: Row) -> None:
        size, line = (_BIG, _BIG_LINE) if row.big else (_SIZE, _LINE)
        baseline = line - (line - size) // 2 - size // 8
        for font, run in self._shelf.runs(text, size, bold=row.bold or row.big):
            pen.text((at, baseline), run, font=font, fill=_WHITE, anchor="ls")
            at += font.getlength(run)


def _raster(picture: Image.Image) -> bytes:
    """Return `GS v 0`: bytes across and dots down, low byte first, then the dots row by row."""
    across = (picture.width + 7) // 8
    size = across.to_bytes(2, "little") + picture.height.to_bytes(2, "little")
    return b"\x1dv0\x00" + size + picture.tobytes()
