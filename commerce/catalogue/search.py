"""Search documents and queries as PostgreSQL's own literals.

The words come from `commerce.kernel.text`; PostgreSQL's parsers are not asked, because they differ
by locale and keep a Chinese run as one word.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from uuid import UUID

from commerce.catalogue.records import ProductSheet
from commerce.kernel.text import Term, latin_words, query_terms, search_tokens

_LAST_POSITION = 16_383
_MOST_PLACES = 32  # per word: more would weigh a document that repeats itself
_MOST_TOKENS = 8_000
_MOST_BYTES = 500_000  # a tsvector holds one megabyte, places included
_MOST_TERMS = 12


@dataclass(frozen=True, slots=True)
class SearchWords:
    """What is kept of a product to find it: its document, and its words for slips of typing."""

    document: str
    vocabulary: frozenset[str]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """The three arguments of `search_products`."""

    exact: str
    typed: list[str]
    pairs: list[str]


def search_words(
    sheet: ProductSheet, *, merchant_id: UUID, category_names: Iterable[str] = ()
) -> SearchWords:
    """Return what search keeps of a product: names weigh A, labels and codes B, stories C."""
    named = " \n ".join(f"{w.name} {w.subtitle}" for w in sheet.words.values())
    labels = " \n ".join(
        [
            *(variant.sku for variant in sheet.variants),
            *(variant.gtin or "" for variant in sheet.variants),
            sheet.vendor,
            sheet.product_type,
            *sheet.tags,
            *category_names,
            *(name for o in sheet.options for v in o.values for name in v.names.values()),
        ]
    )
    told = " \n ".join(f"{w.story_html} {w.materials} {w.origin}" for w in sheet.words.values())
    document = _Document()
    document.add(named, "A")
    document.add(labels, "B")
    document.add(_without_tags(told), "C")
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
    )


class _Document:
    """A tsvector in the making."""

    def __init__(self) -> None:
        self._places: dict[str, list[str]] = {}
        self._position = 0
        self._bytes = 0

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

    def literal(self) -> str:
        return " ".join(f"'{token}':{','.join(at)}" for token, at in self._places.items())


def _condition(term: Term) -> str:
    # Tokens hold letters and digits only, so nothing in them needs escaping.
    return f"'{term.token}':*" if term.prefix else f"'{term.token}'"


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
