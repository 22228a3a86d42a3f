"""Templates of letters: one per language, because a letter is written, not translated."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Note:
    """A letter of a few sentences, in the words of its plain text: the same is said in both."""

    text: str
    """Paragraphs with empty lines between them; one of them may be the link."""
    link: str
    deed: str
    """What the button of the link says."""
    subject: str
    shop: str
    """Whose letter it is; the signature at its end is not said again."""
    language: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """What stands under the heading."""
        told = (each.strip() for each in self.text.split("\n\n"))
        return tuple(each for each in told if each and each != self.shop)


@dataclass(frozen=True, slots=True)
class SlipRow:
    """What stands at the left of a receipt, its amount at the right, and what stands beneath it."""

    left: str
    right: str
    about: tuple[str, ...] = ()
    total: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """A receipt as a letter, in the words of its plain text."""

    subject: str
    shop: str
    language: str
    heading: tuple[str, ...]
    """Where it was sold, and what is to be said first: that it is a copy, or was voided."""
    rows: tuple[SlipRow, ...]
    about: tuple[tuple[str, str], ...]
    farewell: tuple[str, ...]


def render_slip(slip: Slip) -> str:
    """Return a receipt on the sheet that letters about orders have."""
    return _environment().get_template("slip.html").render(facts=slip).strip() + "\n"


def render_note(note: Note) -> str:
    """Return a note on the sheet that letters about orders have."""
    return _environment().get_template("note.html").render(facts=note).strip() + "\n"


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
