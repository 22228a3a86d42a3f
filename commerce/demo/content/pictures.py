"""The gallery of a product: drawn on demand, with words for those who cannot see it."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

from commerce.demo.content.goods import OptionValue, Product
from commerce.demo.content.words import Bilingual
from commerce.demo.drawings import View, draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One drawing of a product, 1000 x 1250.

    `option_value` names the value whose variants look like this; None fits every variant.
    """

    file_name: str
    svg: str
    alt: Bilingual
    option_value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Captions:
    detail: Bilingual
    coloured: Bilingual
    scene: Mapping[str, Bilingual]


def pictures_of(product: Product) -> Iterator[Picture]:
    """Draw the gallery: the front in every colour it is sold in, then in use, then close up.

    Every gallery holds three pictures or more; the first is the one for lists.
    """
    yield from _fronts(product)
    captions = _captions()
    yield _picture(product, "scene", captions.scene[product.setting])
    yield _picture(product, "detail", captions.detail)


def _fronts(product: Product) -> Iterator[Picture]:
    coloured = [value for option in product.option for value in option.values if value.tone]
    if not coloured:
        yield Picture(
            file_name=f"{product.handle}-front.svg",
            svg=_drawn(product, "front", product.tone),
            alt=Bilingual(en=product.en.name, zh=product.zh.name),
        )
    for value in coloured:
        yield Picture(
            file_name=f"{product.handle}-front-{value.handle}.svg",
            svg=_drawn(product, "front", value.tone or product.tone),
            alt=_caption(_captions().coloured, product, value),
            option_value=value.handle,
        )


def _picture(product: Product, view: View, caption: Bilingual) -> Picture:
    return Picture(
        file_name=f"{product.handle}-{view}.svg",
        svg=_drawn(product, view, product.tone),
        alt=_caption(caption, product),
    )


def _drawn(product: Product, view: View, tone: str) -> str:
    return draw(view=view, motif=product.motif, tone=tone, setting=product.setting)


def _caption(template: Bilingual, product: Product, value: OptionValue | None = None) -> Bilingual:
    colour_en, colour_zh = (value.en, value.zh) if value else ("", "")
    return Bilingual(
        en=template.en.format(name=product.en.name, colour=colour_en),
        zh=template.zh.format(name=product.zh.name, colour=colour_zh),
    )


@cache
def _captions() -> _Captions:
    text = (files(__package__) / "pictures.toml").read_text(encoding="utf-8")
    return TypeAdapter(_Captions).validate_python(tomllib.loads(text))
