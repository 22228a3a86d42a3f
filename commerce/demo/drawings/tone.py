"""Tones: the four colours of a glaze, a cloth or a tin, and the paper it is shown on.

Motif files are drawn in celadon; those four hexadecimal values are keys that `recolour` swaps.
Everything else in a file (ink lines, wood, the cinnabar seal) keeps its colour in every tone.
"""

import re
from dataclasses import dataclass

INK = "#24424a"
CINNABAR = "#b6452f"


@dataclass(frozen=True, slots=True)
class Tone:
    """Four values of one colour, light to deep, and the tint of the ground behind it."""

    body: str
    light: str
    shade: str
    deep: str
    ground: str


KEYS = Tone("#cfe0d6", "#e9f1ec", "#b3cdbf", "#5d8f7f", "#e6eee8")

_MIST, _SEA, _SHELL, _STRAW, _LILAC, _STONE = (
    "#e6eee8",
    "#e8edf1",
    "#f6e7df",
    "#f7eed9",
    "#f1e9ef",
    "#eeeae1",
)

_TONES = {
    "celadon": KEYS,
    "river": Tone("#f6f2e8", "#fdfbf5", "#dbe4e8", "#23506e", _SEA),
    "blush": Tone("#e6b8a6", "#f3d9cd", "#d69c86", "#a83a24", _SHELL),
    "amber": Tone("#f0d9a8", "#fbf1d8", "#dfbe7f", "#8a5a00", _STRAW),
    "ink": Tone("#6d828b", "#9fb0b6", "#526871", "#22343b", _STONE),
    "moss": Tone("#bfcd9d", "#e2e8cf", "#a1b17b", "#5a6b34", _STRAW),
    "plum": Tone("#c6abc2", "#e7d9e4", "#a98aa4", "#6a3f63", _LILAC),
    "clay": Tone("#bd7d62", "#d8a48c", "#9f634a", "#5b2d1e", _SHELL),
    "ivory": Tone("#f4eee0", "#fffdf7", "#e2d8c3", "#9c8056", _STONE),
    "sky": Tone("#c5dae7", "#e6f0f6", "#a4c3d6", "#35668a", _SEA),
    "rose": Tone("#ecc5c3", "#f8e4e1", "#dba3a2", "#9c3f47", _SHELL),
    "jade": Tone("#97c2ad", "#c9e1d5", "#74a68f", "#22594a", _MIST),
    "cinnabar": Tone("#c9573f", "#e59a86", "#a83f2b", "#6e1f12", _STRAW),
}

_KEY = re.compile(f"{KEYS.body}|{KEYS.light}|{KEYS.shade}|{KEYS.deep}")


def tone_names() -> frozenset[str]:
    """Return the names of all tones."""
    return frozenset(_TONES)


def tone_named(name: str) -> Tone:
    """Return the tone `name`; LookupError when there is none."""
    return _TONES[name]


def recolour(drawing: str, tone: Tone) -> str:
    """Swap the key colours of `drawing` for those of `tone`, all at once."""
    swap = {
        KEYS.body: tone.body,
        KEYS.light: tone.light,
        KEYS.shade: tone.shade,
        KEYS.deep: tone.deep,
    }
    return _KEY.sub(lambda found: swap[found.group()], drawing)
