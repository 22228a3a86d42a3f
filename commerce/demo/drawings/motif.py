"""Motifs: what a product looks like, as SVG files anyone can open and redraw."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_FOLDER = files(__package__) / "motifs"
_INDEX = files(__package__) / "motifs.toml"


@dataclass(frozen=True, slots=True)
class Motif:
    """One drawing in a box of 200 x 200.

    `shapes` are the elements inside the inked group; `base` is the line on which the thing stands,
    `foot` half the width of its shadow there (0: it hangs or lies);
    `focus` the centre of its close-up; `beside` names motifs that keep it company.
    """

    shapes: str
    base: float
    foot: float
    focus: tuple[float, float]
    beside: tuple[str, ...]


@cache
def motif_names() -> frozenset[str]:
    """Return the names of all motifs."""
    return frozenset(tomllib.loads(_INDEX.read_text(encoding="utf-8")))


@cache
def motif_named(name: str) -> Motif:
    """Read the motif `name`; LookupError when there is none."""
    entry = tomllib.loads(_INDEX.read_text(encoding="utf-8"))[name]
    focus_x, focus_y = entry["focus"]
    return Motif(
        shapes=inked_shapes((_FOLDER / f"{name}.svg").read_text(encoding="utf-8")),
        base=entry["base"],
        foot=entry["foot"],
        focus=(focus_x, focus_y),
        beside=tuple(entry["beside"]),
    )


def inked_shapes(document: str) -> str:
    """Return what stands inside the one `<g>` of a drawing file, one element a line."""
    inside = document.split("<g ", 1)[1].split(">", 1)[1].rsplit("</g>", 1)[0]
    return "\n".join(line.strip() for line in inside.strip().splitlines())
