"""Views: the three pictures of every product, 1000 x 1250, plain SVG without script or link."""

from collections.abc import Iterable
from typing import Final, Literal, get_args

from commerce.demo.drawings.motif import Motif, motif_named
from commerce.demo.drawings.setting import TABLE_BACK, TABLE_FRONT, setting_named
from commerce.demo.drawings.tone import INK, Tone, recolour, tone_named

View = Literal["front", "scene", "detail"]
VIEWS: Final[tuple[View, ...]] = get_args(View)

_WIDTH, _HEIGHT = 1000, 1250
_LENS = "#fbf8f2"
_COMPANY_TONES = ("river", "celadon", "amber", "ivory")


def draw(*, view: View, motif: str, tone: str, setting: str) -> str:
    """Draw one picture of one thing.

    The same arguments always give the same bytes. `setting` matters to the scene alone.

    Raises:
        LookupError: a motif, tone or setting that does not exist.
    """
    subject, colours = motif_named(motif), tone_named(tone)
    match view:
        case "front":
            shapes = _front(subject, colours)
        case "scene":
            shapes = _scene(subject, colours, setting_named(setting), tone)
        case "detail":
            shapes = _detail(subject, colours)
    return sheet(shapes, width=_WIDTH, height=_HEIGHT)


def _front(subject: Motif, tone: Tone) -> Iterable[str]:
    yield _ground(tone)
    yield shadow(500, 625 + (subject.base - 100) * 3.8, subject.foot * 4.2)
    yield _place(subject, tone, at=(500, 625), scale=3.8, line=3.4)


def _scene(subject: Motif, tone: Tone, room: str, tone_name: str) -> Iterable[str]:
    yield inked(room, "", 7)
    company = [name for name in _COMPANY_TONES if name != tone_name]
    places = zip(subject.beside, (190, 812), company, strict=False)
    for name, across, company_tone in places:
        other = motif_named(name)
        yield shadow(across, TABLE_BACK, other.foot * 1.9)
        yield stand(other, tone_named(company_tone), across=across, on=TABLE_BACK, scale=1.7)
    yield shadow(500, TABLE_FRONT, subject.foot * 3)
    yield stand(subject, tone, across=500, on=TABLE_FRONT, scale=2.7)


def _detail(subject: Motif, tone: Tone) -> Iterable[str]:
    x, y = subject.focus
    scale = 6.6
    yield _ground(tone)
    yield '<clipPath id="lens"><circle cx="500" cy="500" r="396"/></clipPath>'
    yield f'<circle cx="500" cy="500" r="396" fill="{_LENS}"/>'
    move = f"translate({500 - x * scale:g} {500 - y * scale:g}) scale({scale:g})"
    yield '<g clip-path="url(#lens)">'
    yield inked(recolour(subject.shapes, tone), move, 2.6)
    yield "</g>"
    yield f'<circle cx="500" cy="500" r="396" fill="none" stroke="{INK}" stroke-width="13"/>'
    yield _place(subject, tone, at=(220, 1068), scale=1.15, line=4.4)
    for across, colour in zip((560, 672, 784), (tone.light, tone.body, tone.deep), strict=True):
        yield (
            f'<circle cx="{across}" cy="1068" r="40" fill="{colour}"'
            f' stroke="{INK}" stroke-width="9"/>'
        )


def _ground(tone: Tone) -> str:
    return f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="{tone.ground}"/>'


def shadow(across: float, down: float, half_width: float) -> str:
    """Draw the shadow of what stands at a place; nothing for what has no foot."""
    if not half_width:
        return ""
    return (
        f'<ellipse cx="{across:g}" cy="{down:g}" rx="{half_width:g}" ry="{half_width / 13:.4g}"'
        f' fill="{INK}" opacity=".13"/>'
    )


def stand(subject: Motif, tone: Tone, *, across: float, on: float, scale: float) -> str:
    """Place a motif so that its foot stands on the line `on`."""
    centre = on - (subject.base - 100) * scale
    return _place(subject, tone, at=(across, centre), scale=scale, line=3.4 + 1.4 / scale)


def _place(
    subject: Motif, tone: Tone, *, at: tuple[float, float], scale: float, line: float
) -> str:
    move = f"translate({at[0] - 100 * scale:g} {at[1] - 100 * scale:g}) scale({scale:g})"
    return inked(recolour(subject.shapes, tone), move, line)


def inked(shapes: str, transform: str, line: float) -> str:
    """Draw shapes with the one ink line, `line` wide."""
    moved = f' transform="{transform}"' if transform else ""
    return (
        f'<g{moved} fill="none" stroke="{INK}" stroke-width="{line:.3g}"'
        f' stroke-linecap="round" stroke-linejoin="round">\n{shapes}\n</g>'
    )


def sheet(shapes: Iterable[str], *, width: int, height: int) -> str:
    """Put shapes on a sheet of their own."""
    inside = "\n".join(shape for shape in shapes if shape)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}">\n{inside}\n</svg>\n'
    )
