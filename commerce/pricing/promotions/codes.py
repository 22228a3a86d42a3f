"""How codes are spelled: as people read them aloud, whatever keyboard they are typed on."""

import hashlib
import re
import unicodedata
from uuid import UUID

from commerce.kernel.ids import new_code

_SPACE = re.compile(r"\s+")
_CODE = re.compile(r"\S{2,40}")
_DRAWN = 10


def code_key(typed: str) -> str:
    """Return a typed code in the one spelling under which it is stored; empty for what is none.

    Full-width letters and small letters count as their plain capitals, and spaces do not count.
    """
    plain = _SPACE.sub("", unicodedata.normalize("NFKC", typed)).upper()
    return plain if _CODE.fullmatch(plain) and plain.isprintable() else ""


def drawn_code(prefix: str = "") -> str:
    """Return a code that nobody guesses: 50 random bits behind an optional prefix."""
    return f"{prefix}{new_code(_DRAWN)}"


def buyer_digest(merchant_id: UUID, email: str) -> bytes | None:
    """Return what stands for a customer in counters, None while nobody knows who buys.

    The e-mail address is how one shop knows a guest and an account for the same person.
    """
    plain = email.strip().lower()
    return (
        hashlib.sha256(f"{merchant_id}:{plain}".encode("utf-8", "replace")).digest()
        if plain
        else None
    )
