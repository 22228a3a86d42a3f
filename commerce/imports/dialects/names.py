"""Addresses from names."""

import re

from commerce.kernel.text import fold

_NOT_IN_HANDLES = re.compile(r"[\W_]+")
_MOST = 200


def handle_from(name: str) -> str:
    """Return a handle for a product called `name`: folded, words joined by dashes; "" for no word."""
    return _NOT_IN_HANDLES.sub("-", fold(name)).strip("-")[:_MOST]
