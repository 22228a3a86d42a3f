"""Synthetic products for measuring: as many as asked for, plausible, always the same, streamed."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter
from stdnum import ean

from commerce.demo.content.goods import CustomsCodes, Option, OptionValue, Product, Variant
from commerce.demo.content.words import Bilingual, Words

_LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Glaze:
    en: str
    zh: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kiln:
    en: str
    zh: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thing:
    handle: str
    en: str
    zh: str
    category: str
    motif: str
    setting: str
    kind: str
    hs6: str
    grams: int
    cny: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    en: tuple[tuple[str, str], ...]
    zh: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vocabulary:
    glaze: tuple[_Glaze, ...]
    kiln: tuple[_Kiln, ...]
    size: tuple[OptionValue, ...]
    thing: tuple[_Thing, ...]
    name: Bilingual
    story: Bilingual
    specification: _Rows
    materials: Bilingual
    care: Bilingual


def generate_products(count: int) -> Iterator[Product]:
    """Yield `count` products of two variants each, for the catalogue of Porcelain Road.

    Product i is the same for every `count`; handles, SKUs and GTINs are unique up to ten million.
    Nothing is held in memory.
    """
    words = _vocabulary()
    for number in range(1, count + 1):
        yield _product(number, words)


@cache
def _vocabulary() -> _Vocabulary:
    text = (files(__package__) / "scale.toml").read_text(encoding="utf-8")
    return TypeAdapter(_Vocabulary).validate_python(tomllib.loads(text))


def _product(number: int, words: _Vocabulary) -> Product:
    thing = words.thing[number % len(words.thing)]
    glaze = words.glaze[number // len(words.thing) % len(words.glaze)]
    kiln = words.kiln[number * 3 % len(words.kiln)]
    english, chinese = (
        _words(words, language=language, number=number, thing=thing, glaze=glaze, kiln=kiln)
        for language in _LANGUAGES
    )
    return Product(
        handle=f"{thing.handle}-{number:06d}",
        category=thing.category,
        motif=thing.motif,
        tone=glaze.tone,
        setting=thing.setting,
        origin_country="CN",
        tags=(f"kind:{thing.kind}", f"region:{kiln.region}", "material:porcelain"),
        en=english,
        zh=chinese,
        customs=CustomsCodes(en=f"Porcelain {thing.en}", zh=thing.zh, hs6=thing.hs6),
        option=(Option(handle="size", en="Size", zh="尺寸", values=words.size),),
        variant=tuple(_variant(number, which, thing, words) for which in range(len(words.size))),
    )


def _words(
    words: _Vocabulary, *, language: str, number: int, thing: _Thing, glaze: _Glaze, kiln: _Kiln
) -> Words:
    blanks = {
        "number": f"{number:06d}",
        "thing": getattr(thing, language),
        "glaze": getattr(glaze, language),
        "kiln": getattr(kiln, language),
    }
    rows: tuple[tuple[str, str], ...] = getattr(words.specification, language)
    return Words(
        name=getattr(words.name, language).format(**blanks),
        story=getattr(words.story, language).format(**blanks),
        specification=tuple((label, text.format(**blanks)) for label, text in rows),
        materials=getattr(words.materials, language),
        origin=blanks["kiln"],
        care=getattr(words.care, language),
    )


def _variant(number: int, which: int, thing: _Thing, words: _Vocabulary) -> Variant:
    """Price and weigh one size; prices wander with the number so that sorting has work to do."""
    cny = (thing.cny + number * 37 % 50 * 100) * (10 + 4 * which) // 10
    serial = f"23{number * 2 + which:010d}"
    return Variant(
        sku=f"SC-{number:06d}-{words.size[which].handle[0].upper()}",
        gtin=serial + ean.calc_check_digit(serial),
        grams=thing.grams * (10 + 5 * which) // 10,
        choice=(words.size[which].handle,),
        prices={"CNY": cny, "USD": cny * 16 // 100, "EUR": cny * 15 // 100},
        stock={
            "waigaoqiao": 20 + number * 7 % 80,
            "nanjing-road": number * 5 % 12,
            "the-bund": number * 11 % 9,
        },
    )
