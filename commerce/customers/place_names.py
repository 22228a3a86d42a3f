"""Names of provinces, towns and districts: what people type for them, and what lists call them.

People leave out what kind of place it is: 杭州 for 杭州市, 新疆 for 新疆维吾尔自治区, Hangzhou for Hangzhou Shi.
"""

import re
import unicodedata
from collections.abc import Iterable

_CJK = re.compile(r"[\u3400-\u9fff\uac00-\ud7af\u3040-\u30ff]")
_LATIN = re.compile(r"[A-Za-z]")
_KIND_ZH = re.compile(
    r"(?<=..)(特别行政区|(壮族|回族|维吾尔)?自治区|自治州|自治县|地区|省|市|区|區|县|縣|盟|旗)$"
)
_KIND_LATIN = re.compile(
    r"(?<=.) (sheng|shi|qu|xian|diqu|zizhiqu|zizhizhou|zhou|meng|city|county|district|prefecture)$"
)
# The five autonomous regions under the English names of ISO 3166-2:CN; the libaddressinput data
# romanises the whole of the Chinese name ("Xinjiang Weiwuerzizhiqu").
_ENGLISH = {
    "内蒙古自治区": "Inner Mongolia",
    "广西壮族自治区": "Guangxi",
    "西藏自治区": "Tibet",
    "宁夏回族自治区": "Ningxia",
    "新疆维吾尔自治区": "Xinjiang",
}
_KIND_OF_PROVINCE = re.compile(r" (Sheng|Shi)$")


def key_of(text: str, choices: Iterable[tuple[str, str]]) -> str | None:
    """Return the key of the choice that `text` names, by key or by any of its names.

    A name without the word for the kind of place counts when it fits one choice alone.
    """
    offered = tuple(choices)
    wanted = _plain(text)
    for key, name in offered:
        if wanted in (_plain(key), _plain(name)):
            return key
    # Only the list's name is shortened: 崇明区 was typed on purpose where the list still has 崇明县.
    alike = {key for key, name in offered if wanted in (_short(_plain(key)), _short(_plain(name)))}
    return alike.pop() if len(alike) == 1 else None


def listed(choices: Iterable[tuple[str, str]], language: str) -> tuple[tuple[str, str], ...]:
    """Give every key once, under the name that suits `language` best; English lists by that name.

    Other lists keep their own order, which is the one that readers there know.
    """
    best: dict[str, str] = {}
    for key, name in choices:
        if key not in best or _suits(name, language) > _suits(best[key], language):
            best[key] = name
    if language == "zh":
        return tuple(best.items())
    named = (
        (key, _ENGLISH.get(key) or _KIND_OF_PROVINCE.sub("", name)) for key, name in best.items()
    )
    return tuple(sorted(named, key=lambda pair: _plain(pair[1])))


def called(key: str, choices: Iterable[tuple[str, str]], *, latin: bool) -> str:
    """Return what a list calls the place `key` in Latin or in Chinese letters; else the key itself.

    A key that readers of those letters know already, such as CA for California, stays.
    """
    letters = _LATIN if latin else _CJK
    if letters.search(key):
        return key
    names = dict(listed((each for each in choices if each[0] == key), "en" if latin else "zh"))
    name = names.get(key, key)
    return name if letters.search(name) else key


def _suits(name: str, language: str) -> int:
    if language == "zh" and _CJK.search(name):
        return 2
    return 1 if _LATIN.search(name) else 0


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.split())


def _short(plain: str) -> str:
    return _KIND_LATIN.sub("", _KIND_ZH.sub("", plain))
