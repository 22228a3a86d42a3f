"""A strip of paper that grows row by row."""

from typing import Literal

from escpos.printer import Dummy

from pos.printing.lettering import Lettering
from pos.printing.rows import Row

_RULE = "-"


class Paper:
    """Breaks texts into rows that fit and gathers the bytes; the same rows, the same bytes."""

    def __init__(self, lettering: Lettering) -> None:
        self._lettering = lettering
        self._device = Dummy()
        self._device.hw("INIT")
        self._put(lettering.begin())

    def say(
        self,
        text: str,
        *,
        align: Literal["left", "center"] = "left",
        big: bool = False,
        bold: bool = False,
    ) -> None:
        """Print a text, broken where the paper ends."""
        for part in self._broken(text, big=big):
            self._put(self._lettering.row(Row(part, align=align, big=big, bold=bold or big)))

    def pair(self, left: str, right: str, *, bold: bool = False, big: bool = False) -> None:
        """Print two texts at the two edges; a left one that leaves no room takes rows of its own."""
        *rows, last = self._broken(left, big=big)
        taken = self._lettering.width(right, big=big)
        if (
            self._lettering.width(last, big=big) + self._lettering.gap + taken
            > self._lettering.room
        ):
            rows, last = [*rows, last], ""
        for row in rows:
            self.say(row, bold=bold, big=big)
        self._put(self._lettering.row(Row(last, right, bold=bold or big, big=big)))

    def rule(self) -> None:
        """Print a line across."""
        self.say(_RULE * (self._lettering.room // self._lettering.width(_RULE, big=False)))

    def code(self, text: str) -> None:
        """Print a text as a code in the middle, so that it can be scanned."""
        self._device.set(align="center")
        self._device.qr(text, native=True, size=6)
        self._device.set(align="left")

    def cut(self) -> bytes:
        """Cut the paper and return everything."""
        self._put(self._lettering.end())
        self._device.cut()
        return bytes(self._device.output)

    def _put(self, command: bytes) -> None:
        self._device._raw(command)  # noqa: SLF001 - the library's own way to send a command

    def _broken(self, text: str, *, big: bool) -> list[str]:
        rows = []
        while text:
            row = self._fitting(text, big=big) or text[:1]
            if len(row) < len(text) and text[len(row)] != " " and " " in row.strip():
                row = row[: row.rindex(" ") + 1]
            rows.append(row.rstrip())
            text = text[len(row) :].lstrip() if len(row) < len(text) else ""
        return rows or [""]

    def _fitting(self, text: str, *, big: bool) -> str:
        while self._lettering.width(text, big=big) > self._lettering.room:
            text = text[:-1]
        return text
