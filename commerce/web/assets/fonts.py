"""Lay out the four families so that a page loads only the subsets it shows.

Latin, Greek and Cyrillic faces go to `fonts.css`, which every page sheet imports. The hundred Chinese
subsets of each family go to `fonts-zh.css`, which layouts link at the end of the body: it is large, and
until it arrives a system face of the same widths stands in.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

_FACE = re.compile(r"/\* (?P<name>\S+) \*/\s*(?P<rule>@font-face \{.*?\})", re.DOTALL)
_FILE = re.compile(r"\./files/([\w.-]+\.woff2)")

# Chinese sets these at full width; the Latin faces have them at half width (GB/T 15834-2011).
_FULL_WIDTH = "U+2014,U+2018-2019,U+201C-201D,U+2026"


@dataclass(frozen=True, slots=True)
class Family:
    """One npm package of one variable family, and which of its subsets we use."""

    package: str
    subset: re.Pattern[str]


LATIN = (
    Family("inter", re.compile(r"")),
    Family("source-serif-4", re.compile(r"")),
)
CHINESE = (
    Family("noto-sans-sc", re.compile(r"\[\d+\]")),
    Family("noto-serif-sc", re.compile(r"\[\d+\]")),
)


def lay_out_fonts(packages: Path, vendor: Path) -> None:
    """Write fonts.css, fonts-zh.css, the font files and their licences under `vendor`."""
    folder = vendor / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    latin = [rule for family in LATIN for rule in _rules(family, packages, folder)]
    chinese = [rule for family in CHINESE for rule in _rules(family, packages, folder)]
    chinese += [_punctuation(family, packages, folder) for family in CHINESE]
    (vendor / "fonts.css").write_text("\n".join(latin) + "\n")
    (vendor / "fonts-zh.css").write_text("\n".join(chinese) + "\n")


def _rules(family: Family, packages: Path, folder: Path) -> list[str]:
    source = packages / "@fontsource-variable" / family.package
    shutil.copyfile(source / "LICENSE", folder / f"LICENSE-{family.package}.txt")
    faces = _FACE.finditer((source / "index.css").read_text())
    chosen = [face["rule"] for face in faces if family.subset.search(face["name"])]
    for rule in chosen:
        for name in _FILE.findall(rule):
            shutil.copyfile(source / "files" / name, folder / name)
    return [" ".join(_FILE.sub(r"fonts/\1", rule).split()) for rule in chosen]


def _punctuation(family: Family, packages: Path, folder: Path) -> str:
    latin = Family(family.package, re.compile(r"-latin-wght-normal$"))
    (rule,) = _rules(latin, packages, folder)
    named = re.sub(r"font-family: '(.+?) Variable'", r"font-family: '\1 Punctuation'", rule)
    return re.sub(r"unicode-range: [^;]+;", f"unicode-range: {_FULL_WIDTH};", named)
