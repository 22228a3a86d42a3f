"""The till's scripts say nothing that is not translated."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

from pos.phrases import PHRASES

ROOT = Path(__file__).parents[2]
STRING = r'"((?:[^"\\]|\\.)*)"'
CALL = re.compile(rf"\btn?\(((?:[^()\"]|{STRING})*)")
VALUES = re.compile(r",\s*\{[^{}]*\}")


def said_by_the_scripts() -> set[str]:
    said: set[str] = set()
    for script in (ROOT / "static/js/till").rglob("*.js"):
        for call in CALL.finditer(VALUES.sub("", script.read_text(encoding="utf-8"))):
            said |= set(re.findall(STRING, call[1]))
    return said - {""}


def test_every_phrase_of_the_scripts_comes_with_the_page() -> None:
    assert said_by_the_scripts() == set(PHRASES)


def test_every_phrase_is_said_in_chinese() -> None:
    file = ROOT / "pos/translations/zh/LC_MESSAGES/messages.po"
    with file.open("rb") as opened:
        chinese = {str(each.id) for each in read_po(opened) if each.id and each.string}
    assert set(PHRASES) <= chinese
