"""The shape of the stories that merchants tell on their home pages."""

from dataclasses import dataclass

from commerce.demo.content.words import Bilingual
from commerce.demo.drawings import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """Tell one story, with a drawing of its place and the goods that it is about.

    `text` has an empty line between paragraphs. `things` stand in front of `landscape`, in the order
    in which they are drawn; `products` are handles of the merchant's own goods. `alt` says what the
    drawing shows.
    """

    title: Bilingual
    lead: Bilingual
    text: Bilingual
    alt: Bilingual
    landscape: str
    things: tuple[Standing, ...]
    products: tuple[str, ...]
