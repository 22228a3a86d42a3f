"""Tell an outage of the database from a fault of ours, and outlive it."""

import time
from collections.abc import Callable
from typing import TypeVar

import psycopg
from sqlalchemy.exc import DBAPIError

Value = TypeVar("Value")

# Connection exceptions, shutdown by an operator or after a crash, still starting, no slot free.
# A connection that broke, or was never made, has no state at all.
_STATES = frozenset({"57P01", "57P02", "57P03", "53300"})
_CONNECTION_CLASS = "08"

PATIENCE_SECONDS = 600.0
"""How long an outage may last: longer than a crash recovery or a restart of the machine."""
_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 10.0


def is_outage(error: BaseException) -> bool:
    """Return whether the error says that the database cannot be spoken to, now."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.OperationalError):
        return False
    state = cause.sqlstate
    return state is None or state.startswith(_CONNECTION_CLASS) or state in _STATES


def outlive(action: Callable[[], Value]) -> Value:
    """Run `action`, and again after pauses while the database is away.

    It may have been done before the connection broke: `action` must bear repetition.

    Raises:
        psycopg.OperationalError, sqlalchemy.exc.DBAPIError: the outage lasts longer than
            `PATIENCE_SECONDS`.
    """
    deadline, pause = time.monotonic() + PATIENCE_SECONDS, _FIRST_PAUSE_SECONDS
    while True:
        try:
            return action()
        except (psycopg.OperationalError, DBAPIError) as error:
            if not is_outage(error) or time.monotonic() + pause > deadline:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
