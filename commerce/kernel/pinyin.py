"""How Chinese characters are pronounced, in plain Latin letters (Hanyu Pinyin, ISO 7098, no tones).

Whoever has no Chinese keyboard at hand types the sounds, "longjing" for 龙井, or their first letters.
"""

import os
from collections.abc import Iterator
from functools import cache
from typing import Any

from commerce.kernel.han import simplified

_LONGEST = 32
"""Letters of one spelling: people type the beginning."""
_MOST_CHARACTERS = 24
_MOST_DOUBTFUL = 4


def spellings(run: str) -> frozenset[str]:
    """Return how a run of Chinese characters may be typed, begun at any of its characters.

    A character that is read in two ways gives both, one at a time and among the first four from where
    one begins; ü is written v, as on keyboards. First letters are given for two characters and more.
    """
    readings = [_readings(each) for each in simplified(run)[:_MOST_CHARACTERS]]
    return frozenset(
        spelling
        for first in range(len(readings))
        for spelling in _from(readings[first:])
        if spelling.isascii() and spelling.isalpha()
    )


def _from(readings: list[tuple[str, ...]]) -> Iterator[str]:
    usual = [each[0] for each in readings]
    yield from _typed(usual)
    for at, each in enumerate(readings[:_MOST_DOUBTFUL]):
        for other in each[1:]:
            yield from _typed([*usual[:at], other, *usual[at + 1 :]])


def _typed(read: list[str]) -> Iterator[str]:
    yield "".join(read)[:_LONGEST]
    if len(read) > 1:
        yield "".join(each[:1] for each in read)[:_LONGEST]


@cache
def _readings(character: str) -> tuple[str, ...]:
    """Return the two usual readings of a character; what has none stands for itself."""
    pinyin = _library()
    read = pinyin.pinyin(character, style=pinyin.Style.NORMAL, heteronym=True)
    return tuple(dict.fromkeys(read[0]))[:2] if read else (character,)


@cache
def _library() -> Any:
    # Its table of phrases takes 45 MB; with both readings of a character at hand it is not missed.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    import pypinyin  # noqa: PLC0415 - 13 MB that only those need who write documents

    return pypinyin
