"""How a printer writes: three ways, one face towards the paper.

`gb18030`: in the printer's own Chinese characters, as printers sold in China have them.
`latin`: in the letters of code page 858; a row that they cannot say is drawn.
`raster`: every row is drawn, for printers whose letters nobody knows.
"""

from pathlib import Path
from typing import Any, Protocol

from pos.printing.chinese import ChineseLettering
from pos.printing.drawn import DrawnLettering
from pos.printing.latin import LatinLettering
from pos.printing.rows import Row

COLUMNS = 48
"""Font A on 80 mm paper; 58 mm paper has 32."""

GB18030, LATIN, RASTER = "gb18030", "latin", "raster"


class Lettering(Protocol):
    """What writes rows; widths are in units of its own, columns or dots."""

    @property
    def room(self) -> int:
        """How wide the paper is."""
        ...

    @property
    def gap(self) -> int:
        """What must stand between two texts of a row."""
        ...

    def begin(self) -> bytes:
        """Return what makes a woken printer ready for these letters."""
        ...

    def end(self) -> bytes:
        """Return what leaves the printer as it was found."""
        ...

    def width(self, text: str, *, big: bool) -> int:
        """Return how wide a text becomes."""
        ...

    def row(self, row: Row) -> bytes:
        """Return the bytes of a row that fits, with the paper fed behind it."""
        ...


def lettering_of(printer: dict[str, Any], *, country: str, fonts: Path) -> Lettering:
    """Return how a printer writes: as its settings say, else as printers of its country do.

    `printer["text"]` names the way, `printer["columns"]` the width of the paper. `fonts` is the folder
    of the fonts that rows are drawn with.
    """
    columns = int(printer.get("columns", COLUMNS))
    usual = GB18030 if country == "CN" else LATIN
    drawn = DrawnLettering(columns, fonts)
    match printer.get("text") or usual:
        case "gb18030":
            return ChineseLettering(columns)
        case "raster":
            return drawn
        case _:
            return LatinLettering(columns, drawn)
