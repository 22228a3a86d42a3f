"""What a till lets a clerk do alone, and how long it waits for one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from commerce.kernel.statements import Statement

MOST_DISCOUNT = 10_000
SHORTEST_LOCK, LONGEST_LOCK = 30, 1800

# Ids are UUIDv7: the newest row has the largest one.
_RULES = Statement("""
SELECT discount_limit, lock_after_seconds, set_by, set_at FROM till_rules
ORDER BY id DESC LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class TillPolicy:
    """The rules of a till.

    Attributes:
        discount_limit: the largest discount on a line without a manager, in basis points.
        lock_after_seconds: idle time after which a PIN is asked again (ASVS 5.0 7.3.1).
    """

    discount_limit: int = 1000
    lock_after_seconds: int = 120

    def __post_init__(self) -> None:
        """Refuse rules that make no sense.

        Raises:
            ValueError: a discount beyond the whole price, or a lock that nobody can work with.
        """
        if not 0 <= self.discount_limit <= MOST_DISCOUNT:
            raise ValueError(self.discount_limit)
        if not SHORTEST_LOCK <= self.lock_after_seconds <= LONGEST_LOCK:
            raise ValueError(self.lock_after_seconds)


@dataclass(frozen=True, slots=True)
class DatedPolicy:
    """Rules with the moment from which they counted, and who set them."""

    policy: TillPolicy
    set_by: UUID
    set_at: datetime


USUAL_POLICY = TillPolicy()
"""What counts until a merchant sets rules of its own."""


_BASIS = 10_000


def exceeds_limit(policy: TillPolicy, *, discount_minor: int, full_minor: int) -> bool:
    """Return whether a discount needs a manager. A minor unit of rounding is forgiven."""
    return (discount_minor - 1) * _BASIS > policy.discount_limit * full_minor


def share_off(discount_minor: int, full_minor: int) -> int:
    """Return what share of the full price a discount is, in basis points, rounded down."""
    return discount_minor * _BASIS // full_minor


def policy_of(connection: Connection) -> TillPolicy:
    """Return the rules that count at the merchant's tills now."""
    newest = policies_of(connection, most=1)
    return newest[0].policy if newest else USUAL_POLICY


def policies_of(connection: Connection, *, most: int = 20) -> tuple[DatedPolicy, ...]:
    """Return the rules that were set, the newest first."""
    return tuple(
        DatedPolicy(TillPolicy(row.discount_limit, row.lock_after_seconds), row.set_by, row.set_at)
        for row in _RULES.all(connection, {"most": most})
    )
