"""Templates of letters: one per language, because a letter is written, not translated."""

from functools import cache
from pathlib import Path
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from commerce.orders.rows import OrderRow

_TEMPLATES = Path(__file__).parent / "templates"


class LetterFacts(Protocol):
    """What every letter about an order has."""

    @property
    def order(self) -> OrderRow:
        """The order that it tells of."""

    @property
    def language(self) -> str:
        """Its language: "zh" or "en"."""

    @property
    def shop(self) -> str:
        """The shop's name in this language."""

    @property
    def reply_to(self) -> str:
        """Where replies go; without it the letter asks for none."""

    @property
    def subject(self) -> str:
        """What stands in the list of letters."""


def render(template: str, facts: LetterFacts) -> str:
    """Return a letter's text; only what ends in .html is escaped."""
    return _environment().get_template(template).render(facts=facts).strip() + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
