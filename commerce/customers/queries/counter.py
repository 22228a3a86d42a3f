"""Find the person who stands at the counter, by what they say of themselves."""

import re
import unicodedata

from sqlalchemy import Connection

from commerce.customers.queries.people import search_customers
from commerce.customers.rows import CustomerRow

LEAST = 3
"""Columns that must be typed: three letters or digits, or two Chinese characters, which take two each."""

_NUMBER = re.compile(r"[\d\s+()./-]+")


def is_telling(words: str) -> bool:
    """Return whether enough was typed to look for one person and not through all of them."""
    kept = [each for each in words if each.isalnum()]
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in kept) >= LEAST


def people_at_counter(
    connection: Connection, *, words: str, most: int = 8
) -> tuple[CustomerRow, ...]:
    """Return people whose name, e-mail address or telephone contains what was typed, newest first.

    A telephone number may be said as it is dialled at home, with spaces. Too little typed finds nobody.
    """
    asked = unicodedata.normalize("NFKC", words).strip()
    if not is_telling(asked):
        return ()
    if _NUMBER.fullmatch(asked):
        asked = re.sub(r"\D", "", asked).lstrip("0")
    return search_customers(connection, words=asked, most=most) if is_telling(asked) else ()
