"""Slow down guessing, counted in the database so that all processes see the same misses.

An attempt is claimed before the guess is looked at and given back when it was right: of fifty
guesses that arrive together, only as many are looked at as one after the other. After the allowed
misses each further one costs a wait that doubles, up to fifteen minutes; then one more try is free
again, so that a stranger can slow an account down but never lock it (ASVS 5.0 6.1.1, 6.3.1).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Delete, Update, bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.types import DateTime

from commerce.park.models import Throttle

WINDOW = timedelta(minutes=15)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
_MOST_DOUBLINGS = 6

_NOW = bindparam("now", type_=DateTime(timezone=True))
_ALLOWED = bindparam("allowed", type_=Throttle.misses.type)
_COUNTED = case((Throttle.window_ends_at <= _NOW, 1), else_=Throttle.misses + 1)
_DOUBLINGS = func.least(_COUNTED - _ALLOWED, _MOST_DOUBLINGS)
_WAIT = func.least(FIRST_WAIT * func.power(2, _DOUBLINGS), LONGEST_WAIT)
_CLAIM = (
    insert(Throttle)
    .values(key=bindparam("key"), misses=1, window_ends_at=_NOW + WINDOW, blocked_until=None)
    .on_conflict_do_update(
        index_elements=["key"],
        set_={
            "misses": _COUNTED,
            "blocked_until": case((_COUNTED >= _ALLOWED, _NOW + _WAIT), else_=None),
            "window_ends_at": _NOW + WINDOW + LONGEST_WAIT,
        },
        where=or_(Throttle.blocked_until.is_(None), Throttle.blocked_until <= _NOW),
    )
    .returning(Throttle.misses)
)
_FORGET = (
    delete(Throttle)
    .where(Throttle.key == bindparam("settled"))
    .execution_options(synchronize_session=False)
)
_GIVE_BACK = (
    update(Throttle)
    .where(Throttle.key == bindparam("settled"))
    .values(misses=func.greatest(Throttle.misses - 1, 0), blocked_until=None)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many misses somebody or some place may have in fifteen minutes before it must wait."""

    key: bytes
    allowed: int

    @classmethod
    def of(cls, kind: str, name: str, *, allowed: int) -> "Limit":
        """Return the limit of `name`; it is hashed, as people type passwords into name fields."""
        return cls(hashlib.sha256(f"{kind}:{name}".encode()).digest(), allowed)


def claim_attempt(session: Session, *, limits: Iterable[Limit], now: datetime) -> datetime | None:
    """Count an attempt against every limit and return None, or until when it has to wait.

    The caller commits in either case, or the attempt was never counted. An attempt that is
    told to wait does not lengthen the wait. Locks are taken in the order of the keys.
    """
    ordered = sorted(limits, key=lambda limit: limit.key)
    waits = [
        _wait_of(session, limit.key)
        for limit in ordered
        if session.execute(
            _CLAIM, {"key": limit.key, "now": now, "allowed": limit.allowed}
        ).one_or_none()
        is None
    ]
    return max(waits, default=None)


def settle_attempt(
    session: Session, *, forget: Iterable[Limit], give_back: Iterable[Limit] = ()
) -> None:
    """Account for an attempt that was right.

    Args:
        session: the park's transaction.
        forget: limits that start from nothing, because the person proved who they are.
        give_back: limits that only lose this one attempt; earlier misses stay counted, or an
            attacker could wipe the misses of an address by signing in to an account of their own.
    """
    statements: dict[bytes, Delete | Update] = {limit.key: _FORGET for limit in forget}
    statements |= {limit.key: _GIVE_BACK for limit in give_back}
    for key in sorted(statements):
        session.execute(statements[key], {"settled": key})


def _wait_of(session: Session, key: bytes) -> datetime:
    query = select(Throttle.blocked_until).where(Throttle.key == key)
    blocked_until = session.execute(query).scalar_one()
    assert blocked_until is not None  # noqa: S101 - the row is locked by the claim that it refused
    return blocked_until
