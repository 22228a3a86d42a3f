"""Search documents and queries as PostgreSQL's own literals.

The words come from `commerce.kernel.text`; PostgreSQL's parsers are not asked, because they differ
by locale and keep a Chinese run as one word.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from uuid import UUID

from commerce.catalogue.ddl import HEARD
from commerce.catalogue.records import ProductSheet
from commerce.kernel.pinyin import spellings
from commerce.kernel.text import Term, cjk_runs, latin_words, query_terms, search_tokens

_LAST_POSITION = 16_383
_MOST_PLACES = 32  # per word: more would weigh a document that repeats itself
_MOST_TOKENS = 8_000
_MOST_BYTES = 500_000  # a tsvector holds one megabyte, places included
_MOST_TERMS = 12
_MOST_HEARD = 24  # runs of Chinese characters in the names, then of shelves
_SLIP_WITHIN = 5  # characters of a Chinese run, of which one may be wrong


@dataclass(frozen=True, slots=True)
class SearchWords:
    """What is kept of a product to find it: its document, and its words for slips of typing."""

    document: str
    vocabulary: frozenset[str]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """The four arguments of `search_products`."""

    exact: str
    typed: list[str]
    pairs: list[str]
    runs: list[str]
    """What each run of Chinese characters may have meant, if one of them is wrong."""


def search_words(
    sheet: ProductSheet, *, merchant_id: UUID, shelf_names: Iterable[str] = ()
) -> SearchWords:
    """Return what search keeps of a product: names weigh A, labels and codes B, stories C.

    `shelf_names` are those of its categories and of the filters it is found by.
    """
    named = " \n ".join(f"{w.name} {w.subtitle}" for w in sheet.words.values())
    shelves = " \n ".join(shelf_names)
    labels = " \n ".join(
        [
            *(variant.sku for variant in sheet.variants),
            *(variant.gtin or "" for variant in sheet.variants),
            sheet.vendor,
            sheet.product_type,
            *sheet.tags,
            shelves,
            *(name for o in sheet.options for v in o.values for name in v.names.values()),
        ]
    )
    told = " \n ".join(f"{w.story_html} {w.materials} {w.origin}" for w in sheet.words.values())
    document = _Document()
    document.add(named, "A")
    document.add(labels, "B")
    document.add(_without_tags(told), "C")
    document.hear(f"{named} \n {shelves}")
    return SearchWords(
        document=f"'@{merchant_id}' {document.literal()}",
        vocabulary=frozenset(
            latin_words(f"{named} {sheet.vendor} {sheet.product_type} {' '.join(sheet.tags)}")
        ),
    )


def search_query(text: str) -> SearchQuery | None:
    """Return the query for what a person typed, or None when there is no word in it."""
    terms = query_terms(text)[:_MOST_TERMS]
    if not terms:
        return None
    return SearchQuery(
        exact="&".join(_condition(term) for term in terms),
        typed=[term.token for term in terms if not term.cjk],
        pairs=[_condition(term) for term in terms if term.cjk],
        runs=[_but_one(run) for run in cjk_runs(text)[:_MOST_TERMS]],
    )


class _Document:
    """A tsvector in the making."""

    def __init__(self) -> None:
        self._places: dict[str, list[str]] = {}
        self._position = 0
        self._bytes = 0
        self._heard: frozenset[str] = frozenset()

    def add(self, text: str, weight: str) -> None:
        for token in search_tokens(text)[:_MOST_TOKENS]:
            self._position = min(self._position + 1, _LAST_POSITION)
            if token not in self._places:
                self._bytes += len(token.encode())
                if self._bytes > _MOST_BYTES:
                    return
            places = self._places.setdefault(token, [])
            if len(places) < _MOST_PLACES:
                places.append(f"{self._position}{weight}")

    def hear(self, text: str) -> None:
        """Keep how the Chinese in `text` is pronounced, apart from what is written."""
        for run in cjk_runs(text)[:_MOST_HEARD]:
            self._heard |= spellings(run)

    def literal(self) -> str:
        written = (f"'{token}':{','.join(at)}" for token, at in self._places.items())
        return " ".join([*written, *(f"'{HEARD}{sound}'" for sound in sorted(self._heard))])


def _condition(term: Term) -> str:
    # Tokens hold letters and digits only, so nothing in them needs escaping.
    return f"'{term.token}':*" if term.prefix else f"'{term.token}'"


def _but_one(run: str) -> str:
    """Return the condition that all characters of `run` but one are there; of two, one in a name.

    A character is found as the beginning of a pair, or alone at the end of its run. Every part of
    five characters may have its own slip.
    """
    parts = [run[at : at + _SLIP_WITHIN] for at in range(0, len(run), _SLIP_WITHIN)]
    return "&".join(_part_but_one(part) for part in parts)


def _part_but_one(part: str) -> str:
    if len(part) == 1:
        return f"'{part}':*"
    if len(part) == 2:  # noqa: PLR2004 - one character alone says little, so it must stand in a name
        return f"('{part[0]}':*A|'{part[1]}':*A)"
    ways = (part[:at] + part[at + 1 :] for at in range(len(part)))
    return "(" + "|".join("(" + "&".join(f"'{c}':*" for c in way) + ")" for way in ways) + ")"


def _without_tags(html: str) -> str:
    inside = False
    kept: list[str] = []
    for character in html:
        if character == "<":
            inside = True
            kept.append(" ")
        elif character == ">":
            inside = False
        elif not inside:
            kept.append(character)
    return unescape("".join(kept))
