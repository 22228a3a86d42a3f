"""The server's clock. Every stored time is UTC and carries its zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def utc_now() -> datetime:
    """Return the present moment in UTC, with zone."""
    return _stopped_at.get() or datetime.now(UTC)


@contextmanager
def travelling(at: datetime) -> Iterator[None]:
    """Let `utc_now` answer `at` inside the block, in this thread only.

    For the demo park's past and for tests. What runs for customers never travels: a ledger whose
    times can be chosen proves nothing.

    Raises:
        ValueError: `at` carries no zone.
    """
    if at.tzinfo is None:
        raise ValueError("a moment needs a zone")
    before = _stopped_at.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _stopped_at.reset(before)
