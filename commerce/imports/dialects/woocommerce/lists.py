"""Several values in one cell: a comma inside a value is written with a backslash before it."""

import re

_COMMA = re.compile(r"(?<!\\),")


def parts(text: str) -> list[str]:
    """Return the values of a cell, trimmed; empty ones are left out."""
    found = (part.replace("\\,", ",").strip() for part in _COMMA.split(text))
    return [part for part in found if part]


def escaped(text: str) -> str:
    """Return one value as it stands among others."""
    return text.replace(",", "\\,")
