"""Landscapes: the wide places that stories are told of, with things standing in front."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from commerce.demo.drawings.motif import inked_shapes, motif_named
from commerce.demo.drawings.tone import tone_named
from commerce.demo.drawings.view import inked, shadow, sheet, stand

_WIDTH, _HEIGHT = 1200, 900
_FOLDER = files(__package__) / "landscapes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A motif in a tone that stands in a landscape: `across` and `on` are the middle of its foot.

    `scale` 1 draws its box of 200 x 200 as large as it is.
    """

    motif: str
    tone: str
    across: int
    on: int = 790
    scale: float = 1.6


@cache
def landscape_names() -> frozenset[str]:
    """Return the names of all landscapes."""
    return frozenset(entry.name.removesuffix(".svg") for entry in _FOLDER.iterdir())


def draw_landscape(*, landscape: str, things: Sequence[Standing]) -> str:
    """Draw a place with things in front of it, 1200 x 900.

    The same arguments always give the same bytes.

    Raises:
        LookupError: a landscape, motif or tone that does not exist.
    """
    if landscape not in landscape_names():
        raise LookupError(landscape)
    document = (_FOLDER / f"{landscape}.svg").read_text(encoding="utf-8")
    return sheet(_shapes(inked_shapes(document), things), width=_WIDTH, height=_HEIGHT)


def _shapes(place: str, things: Sequence[Standing]) -> Iterator[str]:
    yield inked(place, "", 7)
    for thing in things:
        motif = motif_named(thing.motif)
        yield shadow(thing.across, thing.on, motif.foot * thing.scale * 1.1)
        yield stand(
            motif, tone_named(thing.tone), across=thing.across, on=thing.on, scale=thing.scale
        )
