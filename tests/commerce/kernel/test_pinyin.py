"""How Chinese names are typed by whoever has Latin letters alone."""

import pytest

from commerce.kernel.pinyin import spellings


@pytest.mark.parametrize(
    ("run", "typed"),
    [
        ("西湖龙井", {"xihulongjing", "longjing", "xhlj", "lj"}),
        ("臺灣烏龍", {"taiwanwulong", "wulong", "twwl"}),
        ("重庆火锅", {"chongqinghuoguo", "zhongqinghuoguo", "cqhg", "huoguo"}),
        ("绿茶", {"lvcha", "cha", "lc"}),
        ("茶", {"cha"}),
    ],
)
def test_a_run_is_typed_whole_or_from_any_character_on(run: str, typed: set[str]) -> None:
    assert typed <= spellings(run)


def test_spellings_are_plain_letters_and_few() -> None:
    for run in ("重" * 200, "ソファ", "한국", "龙ソ", ""):
        found = spellings(run)
        assert all(each.isascii() and each.isalpha() and len(each) <= 32 for each in found)
        assert len(found) <= 24 * 10
    assert spellings("ソファ") == frozenset()
