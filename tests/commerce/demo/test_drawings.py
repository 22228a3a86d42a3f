"""The drawings are plain, small, deterministic SVG in one hand."""

import re
from functools import cache
from html.parser import HTMLParser

import pytest

from commerce.demo.content import Picture, load_park, pictures_of
from commerce.demo.drawings import (
    VIEWS,
    draw,
    draw_landscape,
    landscape_names,
    motif_names,
    setting_names,
    tone_names,
)

PLAIN_ELEMENTS = {"svg", "g", "path", "rect", "circle", "ellipse", "clippath"}
PLAIN_ATTRIBUTES = {
    "xmlns",
    "width",
    "height",
    "viewbox",
    "x",
    "y",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "d",
    "id",
    "fill",
    "stroke",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
    "transform",
    "opacity",
    "clip-path",
}


class Inventory(HTMLParser):
    """Collect what a drawing is made of, and whether every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self._note(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def _note(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _value in attrs}


@cache
def all_pictures() -> tuple[Picture, ...]:
    return tuple(
        picture
        for merchant in load_park().merchant
        for product in merchant.product
        for picture in pictures_of(product)
    )


def test_every_picture_is_plain_svg_without_script_or_link() -> None:
    for picture in all_pictures():
        inventory = Inventory()
        inventory.feed(picture.svg)
        assert inventory.elements <= PLAIN_ELEMENTS, picture.file_name
        assert inventory.attributes <= PLAIN_ATTRIBUTES, picture.file_name
        assert inventory.open == []
        assert re.findall(r"url\((?!#lens\))", picture.svg) == []


def test_every_picture_is_upright_four_by_five_and_under_twelve_kilobytes() -> None:
    for picture in all_pictures():
        assert 'width="1000" height="1250" viewBox="0 0 1000 1250"' in picture.svg
        assert len(picture.svg.encode()) < 12_000


def test_the_shop_shows_sixty_different_things() -> None:
    assert len({p.motif for m in load_park().merchant for p in m.product}) >= 60


def test_drawing_twice_gives_the_same_bytes() -> None:
    once, again = (
        [draw(view=view, motif="teapot", tone="sky", setting="study") for view in VIEWS]
        for _ in range(2)
    )

    assert once == again
    assert len(set(once)) == len(VIEWS)


@pytest.mark.parametrize("motif", sorted(motif_names()))
def test_every_motif_takes_the_glaze_or_at_least_the_ground_of_every_tone(motif: str) -> None:
    drawings = {
        draw(view="front", motif=motif, tone=tone, setting="study") for tone in tone_names()
    }

    assert len(drawings) >= 6


@pytest.mark.parametrize("setting", sorted(setting_names()))
def test_every_setting_gives_the_same_thing_another_room(setting: str) -> None:
    here = draw(view="scene", motif="cup", tone="river", setting=setting)
    elsewhere = {
        draw(view="scene", motif="cup", tone="river", setting=other)
        for other in setting_names() - {setting}
    }

    assert here not in elsewhere


def test_a_tone_changes_the_glaze_and_leaves_the_seal_alone() -> None:
    celadon, clay = (
        draw(view="front", motif="teapot", tone=tone, setting="study")
        for tone in ("celadon", "clay")
    )

    assert "#cfe0d6" in celadon
    assert "#cfe0d6" not in clay
    assert "#b6452f" in celadon
    assert "#b6452f" in clay


def test_what_nobody_drew_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        draw(view="front", motif="unicorn", tone="celadon", setting="study")
    with pytest.raises(LookupError):
        draw(view="front", motif="teapot", tone="neon", setting="study")


def test_every_landscape_belongs_to_a_story_and_is_plain_and_across() -> None:
    told = [story for merchant in load_park().merchant for story in merchant.story]

    assert {story.landscape for story in told} == landscape_names()
    for story in told:
        drawing = draw_landscape(landscape=story.landscape, things=story.things)
        inventory = Inventory()
        inventory.feed(drawing)
        assert inventory.elements <= PLAIN_ELEMENTS, story.landscape
        assert inventory.attributes <= PLAIN_ATTRIBUTES, story.landscape
        assert inventory.open == []
        assert 'width="1200" height="900" viewBox="0 0 1200 900"' in drawing
        assert len(drawing.encode()) < 12_000


def test_a_story_that_nobody_drew_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        draw_landscape(landscape="moon", things=[])
