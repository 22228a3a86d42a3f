"""Colours can be read in both themes: WCAG 2.2, 1.4.3 (text, 4.5:1) and 1.4.11 (controls, 3:1)."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[3] / "static/css/tokens.css").read_text()
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
COLOURS = {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS)}
PAPERS = ("paper", "paper-raised", "paper-sunk")

TEXT = [
    *((ink, paper) for paper in PAPERS for ink in ("ink", "ink-soft", "harbour", "cinnabar")),
    *((tone, f"{tone}-wash") for tone in ("celadon", "cinnabar", "harbour", "amber")),
    *(("ink", f"{tone}-wash") for tone in ("celadon", "cinnabar", "harbour", "amber")),
    ("celadon-ink", "celadon"),
    ("cinnabar-ink", "cinnabar"),
    ("cinnabar-ink", "cinnabar-deep"),
    ("paper", "ink"),
]
CONTROLS = [
    (line, paper) for line in ("line", "celadon", "cinnabar", "harbour") for paper in PAPERS
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT)
def test_text_stands_out_from_what_it_is_written_on(ink: str, paper: str, theme: int) -> None:
    assert contrast(COLOURS[ink][theme], COLOURS[paper][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("line", "paper"), CONTROLS)
def test_the_edge_of_a_control_can_be_seen(line: str, paper: str, theme: int) -> None:
    assert contrast(COLOURS[line][theme], COLOURS[paper][theme]) >= 3
