"""Codes of gift cards: sixteen characters, the last of which checks the others.

The alphabet has no 0, 1, I, L, O and U, which people take for one another or read a word into. The
last character is by ISO 7064's hybrid scheme, here MOD 31,30: as 31 is a prime, it finds each wrong
character and nearly every swap of neighbours. Fifteen free characters are 73 bits.
"""

import hmac
import secrets
from uuid import UUID

from commerce.kernel.vault import Vault

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_SIZE = len(_ALPHABET)
_LENGTH = 16
_GROUP = 4
_NOISE = str.maketrans("", "", " -·–\t\u3000")


def new_code() -> str:
    """Return a code that nobody can guess, from the system's random source."""
    free = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH - 1))
    return free + _check(free)


def code_key(typed: str) -> str:
    """Return a code in the spelling that is kept, or an empty text where it can be none."""
    key = typed.translate(_NOISE).upper()
    whole = len(key) == _LENGTH and set(key) <= set(_ALPHABET)
    return key if whole and _check(key[:-1]) == key[-1] else ""


def grouped(code: str) -> str:
    """Return a code as people read it: in groups of four."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def digest_of(vault: Vault, merchant_id: UUID, code: str) -> bytes:
    """Return what is kept of a code of this merchant: nobody reckons it without the vault."""
    key = vault.derive("quayside gift card codes 1")
    return hmac.digest(key, f"{merchant_id} {code}".encode(), "sha256")


def seal_context(merchant_id: UUID, account_id: UUID) -> str:
    """Return the place that a sealed code belongs to."""
    return f"stored_value|{merchant_id}|{account_id}"


def _check(free: str) -> str:
    product = _SIZE
    for character in free:
        total = (product + _ALPHABET.index(character)) % _SIZE or _SIZE
        product = total * 2 % (_SIZE + 1)
    return _ALPHABET[(_SIZE + 1 - product) % _SIZE]
