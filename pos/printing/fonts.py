"""The fonts that rows are drawn with: the very files that the browser gets, found by character.

The Chinese font comes in a hundred parts; its style sheet says which characters lie in which part.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageFont

_FAMILIES = ("Noto Sans SC Variable", "Noto Sans SC Punctuation", "Inter Variable")
_FACE = re.compile(
    r"font-family: '(?P<family>[^']*)'[^}]*url\((?P<file>[^)]*)\)[^}]*unicode-range: (?P<ranges>[^;}]*)"
)
_SHEETS = ("fonts-zh.css", "fonts.css")
_REGULAR, _BOLD = 500, 800
"""Thermal paper swallows thin strokes, so both are one step heavier than on the screen."""


class FontShelf:
    """The fonts of a folder with the browser's style sheets."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def runs(
        self, text: str, size: int, *, bold: bool
    ) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        """Yield pieces of a text with the font that has their characters."""
        known = _files(self._folder)
        last = self._folder / "fonts" / "noto-sans-sc-latin-wght-normal.woff2"
        for file, characters in groupby(text, key=lambda each: known.get(ord(each), last)):
            yield _font(file, size, _BOLD if bold else _REGULAR), "".join(characters)


@cache
def _files(folder: Path) -> dict[int, Path]:
    """Return the file of every character; a family named earlier wins."""
    sheets = "".join((folder / sheet).read_text(encoding="utf-8") for sheet in _SHEETS)
    faces = [face for face in _FACE.finditer(sheets) if face["family"] in _FAMILIES]
    found: dict[int, Path] = {}
    for face in sorted(faces, key=lambda face: -_FAMILIES.index(face["family"])):
        file = folder / face["file"]
        found.update((code, file) for code in _codes(face["ranges"]))
    return found


def _codes(ranges: str) -> Iterator[int]:
    for part in ranges.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


@lru_cache(maxsize=256)
def _font(file: Path, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font
