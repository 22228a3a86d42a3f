"""Templates of letters: one per language, because a letter is written, not translated."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from commerce.web.mails.facts import ConfirmationFacts, RefundFacts

_TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, facts: ConfirmationFacts | RefundFacts) -> str:
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
