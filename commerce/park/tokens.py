"""Random tokens at rest: only their hash is stored, so that a stolen backup opens nothing."""

import hashlib


def token_hash(token: str) -> bytes:
    """Return the SHA-256 of a token that carries 256 random bits and so needs no salt."""
    return hashlib.sha256(token.encode()).digest()
