"""Text as search sees it: folded Latin words, and overlapping pairs of CJK characters.

Chinese has no spaces, and PostgreSQL's own parsers keep a Chinese run as one word. Overlapping
pairs ("青花瓷" becomes 青花, 花瓷) find any two neighbours exactly, without a dictionary. A single
character is found as the beginning of a pair; the last character of a run begins none and is
therefore kept as a token of its own. Traditional characters count as the simplified ones.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from commerce.kernel.han import simplified

FOLDING = 5
"""How tokens are made; raise it when documents must be read anew to be found (`search_document`)."""

# Han (with extensions A to H and compatibility), kana and Hangul syllables.
_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
_RUN = re.compile(rf"(?P<cjk>[{_CJK}]+)|(?P<word>[^\W_{_CJK}]+)")
_MARKS = re.compile("[\u0300-\u036f'\u2019]")
_LONGEST_TOKEN = 64  # an index entry, not a sentence; longer runs are data, not words
_SHORTEST_PREFIX = 2


@dataclass(frozen=True, slots=True)
class Term:
    """One condition of a query: a token, or with `prefix` everything that begins with it."""

    token: str
    prefix: bool
    cjk: bool


def fold(text: str) -> str:
    """Return `text` in the form that is compared: compatible, lower case, without accents.

    Folding twice changes nothing. Full-width letters become plain ones (NFKD); apostrophes vanish,
    so that "women's" and "womens" are one word.
    """
    lowered = unicodedata.normalize("NFKD", text).casefold()
    # Case folding can bring back composed letters, so decompose once more before marks go.
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", lowered))
    return unicodedata.normalize("NFC", bare)


def search_tokens(text: str) -> list[str]:
    """Return the tokens of a document in reading order, with repetitions.

    Tokens hold letters and digits only; none is longer than 64 characters.
    """
    tokens: list[str] = []
    for run in _RUN.finditer(fold(text)):
        if run["word"]:
            tokens.append(run["word"][:_LONGEST_TOKEN])
        else:
            run_of_characters = simplified(run["cjk"])
            tokens.extend(_pairs(run_of_characters))
            tokens.append(run_of_characters[-1])
    return tokens


def query_terms(text: str) -> tuple[Term, ...]:
    """Return what a document must contain to answer the query `text`; all terms, in order, once.

    Words are taken as beginnings, so that a half-typed word already finds. Every piece of a
    document's own text, cut at word borders or anywhere inside a CJK run, finds that document.
    """
    terms: dict[Term, None] = {}
    for run in _RUN.finditer(fold(text)):
        if run["word"]:
            word = run["word"][:_LONGEST_TOKEN]
            terms[Term(word, prefix=len(word) >= _SHORTEST_PREFIX, cjk=False)] = None
            continue
        characters = simplified(run["cjk"])
        if len(characters) == 1:
            terms[Term(characters, prefix=True, cjk=True)] = None
        else:
            terms.update(dict.fromkeys(Term(p, prefix=False, cjk=True) for p in _pairs(characters)))
    return tuple(terms)


def latin_words(text: str) -> list[str]:
    """Return the words of `text` that are not CJK, folded, as they stand in a document."""
    return [run["word"][:_LONGEST_TOKEN] for run in _RUN.finditer(fold(text)) if run["word"]]


def cjk_runs(text: str) -> list[str]:
    """Return the runs of CJK characters in `text`, two or more each, folded and simplified."""
    runs = (run["cjk"] for run in _RUN.finditer(fold(text)))
    return [simplified(run) for run in runs if run and len(run) > 1]


def storable(text: str) -> str:
    """Return `text` without what PostgreSQL cannot store: NUL, and halves of surrogate pairs."""
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")


def _pairs(run: str) -> list[str]:
    return [left + right for left, right in pairwise(run)]
