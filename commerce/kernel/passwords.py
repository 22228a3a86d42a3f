"""Passwords and PINs at rest: Argon2id (RFC 9106), and never more than two hashes at a time.

One hash takes 19 MiB and tens of milliseconds on purpose. Without a bound, a burst of sign-ins
would take the memory and the processors from everybody who is only browsing.
"""

from dataclasses import dataclass
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from commerce.kernel.errors import CommerceError
from commerce.kernel.ids import new_token

_AT_ONCE = BoundedSemaphore(2)
_PATIENCE_SECONDS = 5.0
_LONGEST = 1024

# OWASP Password Storage Cheat Sheet (read 2026): Argon2id, 19 MiB, 2 passes, 1 lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


class SignInBusyError(CommerceError):
    """Too many passwords are being checked at this moment."""

    code = "sign-in-busy"
    status = 503
    template = "Too many people are signing in at this moment. Wait a few seconds and try again."


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password fits, and whether its stored hash should be made anew."""

    fits: bool
    rehash: bool = False


def hash_password(clear: str) -> str:
    """Return the hash of `clear` with a fresh salt, as a PHC string.

    Raises:
        ValueError: `clear` is longer than 1,024 characters.
        SignInBusyError: no place became free within five seconds.
    """
    if len(clear) > _LONGEST:
        raise ValueError("a password has at most 1024 characters")
    with _Place():
        return _HASHER.hash(clear)


def verify_password(stored: str | None, clear: str) -> Verdict:
    """Say whether `clear` is the password whose hash is `stored`.

    Without a stored hash (nobody has that name) the work is done all the same, against a hash of
    noise, so that the time of the answer does not tell who has an account.

    Raises:
        SignInBusyError: no place became free within five seconds.
    """
    with _Place():
        fits = _fits(stored or _noise(), clear[:_LONGEST])
    fits = fits and stored is not None and len(clear) <= _LONGEST
    return Verdict(fits, rehash=fits and stored is not None and _HASHER.check_needs_rehash(stored))


def _fits(stored: str, clear: str) -> bool:
    try:
        return _HASHER.verify(stored, clear)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _noise() -> str:
    return _HASHER.hash(new_token())


class _Place:
    """One of the two places in which a hash is computed."""

    def __enter__(self) -> None:
        if not _AT_ONCE.acquire(timeout=_PATIENCE_SECONDS):
            raise SignInBusyError

    def __exit__(self, *_error: object) -> None:
        _AT_ONCE.release()
