"""Which passwords are refused: length and predictability, never composition (NIST SP 800-63B-4).

The passwords that attackers try first are families, not a list: a common word with letters turned
into digits and a few digits behind it, one pattern repeated, a row of keys, a date, the person's
own name. Each family is a rule here, which refuses far more than the list it replaces.
"""

import re
from collections.abc import Iterable

from commerce.kernel.passwords import hash_password
from commerce.park.errors import (
    CommonPasswordError,
    LongPasswordError,
    ShortPasswordError,
    TellingPasswordError,
)

SHORTEST = 8
LONGEST = 1024

_LEET = str.maketrans("013457@$!|8", "oieastasilb")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_COLUMNS = (
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
)
# The stems that lead every published frequency table, in English and in pinyin.
_STEMS = frozenset(
    """
    password passwort passwd pass admin administrator root user guest test demo login welcome hello
    letmein changeme default secret master dragon monkey shadow sunshine princess superman batman
    iloveyou loveyou trustno football baseball basketball soccer hockey freedom whatever starwars
    pokemon charlie michael jordan jennifer ashley jessica daniel thomas andrew michelle summer
    winter spring autumn january december monday friday google computer internet samsung liverpool
    chelsea arsenal woaini woaiwojia aini mima shanghai beijing china zhongguo shop store till
    quayside cashier manager owner merchant access server qwerty azerty qwertz asdf zxcv abc abcd
    """.split()  # noqa: SIM905 - a hundred quotes would hide the words
)
_DATE = re.compile(r"\d{0,10}")
_TAIL = re.compile(r"[\W\d_]+$")
_HEAD = re.compile(r"^[\W\d_]+")


class FreshPassword:
    """A password that kept the rules, hashed. Make it before a transaction is opened: it is slow."""

    __slots__ = ("hash",)

    def __init__(self, clear: str, *, about: Iterable[str] = ()) -> None:
        """Check and hash `clear`, chosen by somebody whom the words of `about` describe.

        Raises:
            WeakPasswordError: a rule of this module is broken.
            SignInBusyError: too many passwords are being hashed at this moment.
        """
        check_password(clear, about=about)
        self.hash = hash_password(clear)


def check_password(clear: str, *, about: Iterable[str] = ()) -> None:
    """Refuse `clear` if it is short, long or among the first guesses.

    Raises:
        WeakPasswordError: one of its kinds, which says what to do.
    """
    if len(clear) < SHORTEST:
        raise ShortPasswordError
    if len(clear) > LONGEST:
        raise LongPasswordError
    if _is_common(clear):
        raise CommonPasswordError
    if _tells(clear, about):
        raise TellingPasswordError


def _is_common(clear: str) -> bool:
    lower = clear.lower()
    return (
        bool(_DATE.fullmatch(lower))
        or _repeats(lower)
        or _runs(lower)
        or not _stems(lower).isdisjoint(_STEMS)
    )


def _stems(lower: str) -> set[str]:
    """Return what may be the word in it: without digits around it, and with digits read as letters."""
    bare = _HEAD.sub("", _TAIL.sub("", lower))
    return {bare, bare.translate(_LEET), _TAIL.sub("", lower.translate(_LEET)), _halved(bare)}


def _halved(text: str) -> str:
    half = len(text) // 2
    return text[:half] if text[:half] == text[half:] else text


def _repeats(lower: str) -> bool:
    """One pattern of up to four characters, again and again: aaaaaaaa, 12121212, abcdabcd."""
    return any(
        lower == (lower[:size] * len(lower))[: len(lower)]
        for size in range(1, len(lower) // 2 + 1)
        if size <= 4  # noqa: PLR2004
    )


def _runs(lower: str) -> bool:
    """Neighbours on the keyboard or in the alphabet, forwards or backwards, perhaps twice."""
    rows = [*_ROWS, *_COLUMNS]
    rows += [row[::-1] for row in rows]
    rest = lower
    pieces = 0
    while rest and pieces <= 2:  # noqa: PLR2004
        longest = max((_shared(row, rest) for row in rows), default=0)
        if longest < 3:  # noqa: PLR2004
            return False
        rest, pieces = rest[longest:], pieces + 1
    return not rest


def _shared(row: str, text: str) -> int:
    """Return how many characters `text` begins with that stand in one piece in `row`."""
    length = 0
    while length < len(text) and text[: length + 1] in row:
        length += 1
    return length


def _tells(clear: str, about: Iterable[str]) -> bool:
    """Whether what remains without the person's own words is too short to be a secret."""
    rest = clear.lower()
    for word in sorted(_words(about), key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != clear.lower() and len(re.sub(r"[\W\d_]", "", rest)) < SHORTEST // 2


def _words(about: Iterable[str]) -> set[str]:
    parts = {part for text in about for part in re.split(r"[\W_]+", text.lower())}
    return {part for part in parts if len(part) >= 3}  # noqa: PLR2004
