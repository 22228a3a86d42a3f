"""Flask-Babel's words, typed: what is said is text."""

from typing import Any

import flask_babel


def gettext(message: str, **params: Any) -> str:
    """Return `message` in the page's language."""
    return str(flask_babel.gettext(message, **params))


def ngettext(one: str, many: str, num: int, **params: Any) -> str:
    """Return the sentence for `num` things in the page's language."""
    return str(flask_babel.ngettext(one, many, num, **params))
