"""Reads what was sent to an ESC/POS printer, as the printer would: rows of text and pictures.

Written from the command reference and not from our own code, so that a wrong command is found out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

# How many bytes follow the command; the ones with a length of their own are read by hand below.
ARGUMENTS = {
    b"\x1b@": 0,
    b"\x1b!": 1,
    b"\x1bE": 1,
    b"\x1ba": 1,
    b"\x1bt": 1,
    b"\x1bd": 1,
    b"\x1bp": 3,
    b"\x1c&": 0,
    b"\x1c.": 0,
    b"\x1c!": 1,
    b"\x1dV": 1,
}


@dataclass(frozen=True)
class Text:
    """A row of text with its dress."""

    said: str
    columns: int
    tall: bool
    bold: bool


@dataclass(frozen=True)
class Picture:
    """A row of dots; a set bit is black."""

    width: int
    height: int
    dots: bytes

    def ink(self) -> int:
        return sum(byte.bit_count() for byte in self.dots)

    def differs(self, other: "Picture") -> float:
        """Return the share of dots that differ."""
        wrong = sum((a ^ b).bit_count() for a, b in zip(self.dots, other.dots, strict=True))
        return wrong / (self.width * self.height)


@dataclass(frozen=True)
class Code:
    """A QR code."""

    said: str


@dataclass(frozen=True)
class Signal:
    """A command that prints nothing."""

    sent: bytes


class Reader:
    """A printer that was just switched on: not in Chinese mode, letters of code page 437."""

    def __init__(self, sent: bytes) -> None:
        self.sent = sent
        self.at = 0
        self.chinese = False
        self.page = 0
        self.latin_style = 0
        self.chinese_style = 0
        self.bold = False

    def read(self) -> Iterator[Text | Picture | Code | Signal]:
        while self.at < len(self.sent):
            if self.sent[self.at] in b"\x1b\x1c\x1d":
                yield from self._command()
            else:
                yield self._text()

    def _text(self) -> Text:
        end = self.sent.index(b"\n", self.at)
        row, self.at = self.sent[self.at : end], end + 1
        wide = self.chinese
        # A heading of both scripts is tall only if both were told to be.
        tall = bool(self.latin_style & 0x10)
        if any(byte > 0x7F for byte in row) and wide:
            assert tall == bool(self.chinese_style & 0x08), row
        said = row.decode("gb18030" if wide else {0: "cp437", 19: "cp858"}[self.page])
        return Text(
            said=said,
            # GB18030: one byte is a column; two, or four, are a character of two columns.
            columns=sum(min(2, len(each.encode("gb18030"))) for each in said) if wide else len(row),
            tall=tall,
            bold=self.bold or bool(self.latin_style & 0x08),
        )

    def _command(self) -> Iterator[Picture | Code | Signal]:
        start, name = self.at, self.sent[self.at : self.at + 2]
        if name == b"\x1d(":
            yield from self._symbol()
            return
        if self.sent[start : start + 3] == b"\x1dv0":
            yield self._picture()
            return
        self.at += 2 + ARGUMENTS[name]
        given = self.sent[start + 2 : self.at]
        match name:
            case b"\x1c&":
                self.chinese = True
            case b"\x1c.":
                self.chinese = False
            case b"\x1bt":
                self.page = given[0]
            case b"\x1b!":
                self.latin_style = given[0]
            case b"\x1c!":
                self.chinese_style = given[0]
            case b"\x1bE":
                self.bold = bool(given[0])
            case _:
                yield Signal(self.sent[start : self.at])

    def _picture(self) -> Picture:
        mode, *size = self.sent[self.at + 3 : self.at + 8]
        assert mode == 0
        across, height = size[0] + 256 * size[1], size[2] + 256 * size[3]
        start = self.at + 8
        self.at = start + across * height
        return Picture(across * 8, height, self.sent[start : self.at])

    def _symbol(self) -> Iterator[Code]:
        length = self.sent[self.at + 3] + 256 * self.sent[self.at + 4]
        body = self.sent[self.at + 5 : self.at + 5 + length]
        self.at += 5 + length
        if body[:3] == b"1P0":
            yield Code(body[3:].decode())


def read_slip(sent: bytes) -> list[Text | Picture | Code | Signal]:
    """Return what a printer would make of `sent`, in order."""
    return list(Reader(sent).read())
