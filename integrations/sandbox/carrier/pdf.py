"""One page of PDF 1.4 with text, lines and dots; as little of the format as a label needs.

Nothing that is installed writes PDF pages. Latin text is set in Helvetica; what Windows-1252 does
not hold is set in STSong-Light, one of the faces that readers bring for Chinese (ISO 32000-1, 9.7.5.2).
"""

_WIDTH, _HEIGHT = 297.64, 419.53  # A6 in points
_FACES = """<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>
/F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>
/F3 << /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H
/DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light
/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000
/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /ItalicAngle 0
/FontBBox [-25 -254 1000 880] /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >>] >> >>"""
_LEADING = 1.3


class Page:
    """A page that is drawn from the lower left corner, in points."""

    def __init__(self) -> None:
        self._drawn: list[str] = []

    def text(
        self, left: float, base: float, words: str, *, size: float, bold: bool = False
    ) -> None:
        """Write one line with its base line at `base`."""
        face, shown = _set_in(" ".join(words.split()), bold=bold)
        self._drawn.append(f"BT /{face} {size} Tf {left:.2f} {base:.2f} Td {shown} Tj ET")

    def block(self, left: float, base: float, lines: list[str], *, size: float) -> None:
        """Write lines one below the other, leaving out what is empty."""
        for place, words in enumerate(filter(None, lines)):
            self.text(left, base - place * size * _LEADING, words, size=size)

    def rule(self, left: float, right: float, height: float) -> None:
        """Draw a line across the page."""
        self._drawn.append(f"0.8 w {left:.2f} {height:.2f} m {right:.2f} {height:.2f} l S")

    def box(self, left: float, bottom: float, side: float) -> None:
        """Draw a black square; a hair larger, so that neighbours leave no gap."""
        self._drawn.append(f"{left:.3f} {bottom:.3f} {side + 0.02:.3f} {side + 0.02:.3f} re f")

    def file(self, *, title: str) -> bytes:
        """Return the file: objects, their offsets, the way in."""
        drawn = "\n".join(self._drawn).encode("ascii")
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] "
            f"/Resources << /Font {_FACES} >> /Contents 4 0 R >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
            f"<< /Title {_hex(title)} >>".encode(),
        ]
        return _assembled(objects)


def _set_in(words: str, *, bold: bool) -> tuple[str, str]:
    try:
        return "F2" if bold else "F1", f"<{words.encode('cp1252').hex()}>"
    except UnicodeEncodeError:
        # The face knows the Basic Multilingual Plane only.
        plain = "".join(each if ord(each) <= 0xFFFF else "?" for each in words)  # noqa: PLR2004
        return "F3", f"<{plain.encode('utf-16-be').hex()}>"


def _hex(words: str) -> str:
    return f"<feff{words.encode('utf-16-be').hex()}>"


def _assembled(objects: list[bytes]) -> bytes:
    made, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (count, table, count, len(objects), len(made))
    )
