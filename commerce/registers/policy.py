"""What a till lets a clerk do alone, and how long it waits for one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TillPolicy:
    """The rules of a till.

    Attributes:
        discount_limit: the largest discount on a line without a manager, in basis points.
        lock_after_seconds: idle time after which a PIN is asked again (ASVS 5.0 7.3.1).
    """

    discount_limit: int = 1000
    lock_after_seconds: int = 120


USUAL_POLICY = TillPolicy()
"""What counts until a merchant sets rules of its own."""

_BASIS = 10_000


def exceeds_limit(policy: TillPolicy, *, discount_minor: int, full_minor: int) -> bool:
    """Return whether a discount needs a manager. A minor unit of rounding is forgiven."""
    return (discount_minor - 1) * _BASIS > policy.discount_limit * full_minor
