"""A receipt as the bytes of an ESC/POS printer.

Chinese goes out as GB18030 in the printer's own Chinese mode (`FS &`, Epson ESC/POS reference), which
printers sold in China understand; `{"text": "plain"}` in the printer's settings keeps to ASCII for
those that do not. Widths are counted in columns: a Chinese character takes two.
"""

import unicodedata
from typing import Any

from escpos.printer import Dummy

from commerce.registers.receipts import Receipt
from pos.wording import ReceiptWords

COLUMNS = 48
"""Font A on 80 mm paper."""

_CHINESE_ON, _CHINESE_OFF = b"\x1c&", b"\x1c."
_PIN = 2


def receipt_bytes(receipt: Receipt, *, words: ReceiptWords, printer: dict[str, Any]) -> bytes:
    """Return the bytes that print a receipt and cut the paper; the same receipt, the same bytes."""
    paper = _Paper(
        columns=int(printer.get("columns", COLUMNS)), plain=printer.get("text") == "plain"
    )
    name, *address = words.heading
    paper.say(name, align="center", big=True)
    for row in address:
        paper.say(row, align="center")
    for mark in words.marks:
        paper.say(f"*** {mark} ***", align="center", big=True)
    paper.rule()
    for left, right in words.about:
        paper.pair(left, right)
    paper.rule()
    for left, right, below in words.lines:
        paper.pair(left, right)
        for row in below:
            paper.say(f"  {row}")
    paper.rule()
    for left, right in words.sums:
        paper.pair(left, right)
    paper.pair(*words.total, bold=True)
    for left, right in (*words.tenders, *words.taxes):
        paper.pair(left, right)
    paper.rule()
    for row in words.farewell:
        paper.say(row, align="center")
    if receipt.number:
        paper.code(receipt.number)
    return paper.cut()


def kick_bytes() -> bytes:
    """Return the pulse that opens the drawer on the printer's first pin."""
    device = Dummy()
    device.cashdraw(_PIN)
    return bytes(device.output)


def width(text: str) -> int:
    """Return how many columns a text takes (Unicode UAX 11)."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def fit(text: str, columns: int) -> str:
    """Return as much of a text as fits."""
    while width(text) > columns:
        text = text[:-1]
    return text


class _Paper:
    """A strip of paper that grows line by line."""

    def __init__(self, *, columns: int, plain: bool) -> None:
        self._device = Dummy()
        self._columns = columns
        self._plain = plain
        self._device.hw("INIT")
        if not plain:
            self._device._raw(_CHINESE_ON)  # noqa: SLF001 - the library's own way to send a command

    def say(self, text: str, *, align: str = "left", big: bool = False, bold: bool = False) -> None:
        """Print a row, broken where the paper ends."""
        self._device.set(
            align=align,
            bold=bold or big,
            double_height=big,
            double_width=False,
            normal_textsize=not big,
        )
        for row in self._rows(text):
            self._device._raw(self._encoded(row) + b"\n")  # noqa: SLF001 - as above

    def pair(self, left: str, right: str, *, bold: bool = False) -> None:
        """Print two texts at the two edges; a long left one takes rows of its own."""
        room = self._columns - width(right) - 1
        *rows, last = self._rows(left)
        if width(last) > room:
            rows, last = [*rows, last], ""
        for row in rows:
            self.say(row, bold=bold)
        gap = " " * (self._columns - width(last) - width(right))
        self.say(f"{last}{gap}{right}", bold=bold)

    def rule(self) -> None:
        """Print a line across."""
        self.say("-" * self._columns)

    def code(self, number: str) -> None:
        """Print the number as a code, so that the receipt can be scanned for an exchange."""
        self._device.set(align="center")
        self._device.qr(number, native=True, size=6)

    def cut(self) -> bytes:
        """Cut the paper and return everything."""
        if not self._plain:
            self._device._raw(_CHINESE_OFF)  # noqa: SLF001 - as above
        self._device.cut()
        return bytes(self._device.output)

    def _rows(self, text: str) -> list[str]:
        rows = []
        while text:
            row = fit(text, self._columns) or text[:1]
            if len(row) < len(text) and " " in row.strip():
                row = row[: row.rindex(" ") + 1]
            rows.append(row.rstrip())
            text = text[len(row) :]
        return rows or [""]

    def _encoded(self, row: str) -> bytes:
        if self._plain:
            return unicodedata.normalize("NFKD", row).encode("ascii", "replace")
        return row.encode("gb18030", "replace")
