"""Identifiers: UUIDv7 for rows, random codes for people.

UUIDv7 (RFC 9562, section 5.7) carries its creation time, so an index on it grows at one end and a
till can name its sales offline. It is never shown where the time of creation would tell a secret;
links that anyone may open carry a random token instead.
"""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7

# Crockford's base 32: no I, L, O or U, so a code read over the telephone stays the same code.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """Return a new UUIDv7; ids made later in one process compare greater."""
    return uuid7()


def new_token() -> str:
    """Return 256 random bits, URL-safe, for links and cookies that grant access."""
    return secrets.token_urlsafe(32)


def new_code(length: int) -> str:
    """Return a random code of `length` characters that people can read aloud."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
