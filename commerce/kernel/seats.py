"""Names for workers: a seat is held by a lock that dies with whoever sits on it.

A worker that starts takes the lowest free seat, and with it what its last occupant left unfinished.
A worker that runs looks from time to time whether another seat fell free with work on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text

_MOST_WORKERS = 64
_TAKE = text("SELECT pg_try_advisory_lock(hashtextextended('quayside worker', :seat))")
_LEAVE = text("SELECT pg_advisory_unlock(hashtextextended('quayside worker', :seat))")


class NoSeatError(RuntimeError):
    """Every seat is taken."""


class Seats:
    """The seats of one installation, seen from one worker."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._own = self._sit()

    @property
    def executor(self) -> str:
        """This worker's name."""
        return _name(self._own)

    @contextmanager
    def vacant(self, executor: str) -> Iterator[bool]:
        """Say whether nobody sits on another worker's seat; nobody can while the block runs."""
        seat = int(executor.rpartition("-")[2])
        free = seat != self._own and self._try(seat)
        try:
            yield free
        finally:
            if free:
                self._connection.execute(_LEAVE, {"seat": seat})

    def _sit(self) -> int:
        for seat in range(1, _MOST_WORKERS + 1):
            if self._try(seat):
                return seat
        raise NoSeatError(f"There are {_MOST_WORKERS} workers already.")

    def _try(self, seat: int) -> bool:
        return bool(self._connection.execute(_TAKE, {"seat": seat}).scalar_one())


@contextmanager
def taken_seat(database_url: str) -> Iterator[Seats]:
    """Take a seat for as long as the block runs.

    Raises:
        NoSeatError: every seat is taken.
    """
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT", pool_size=1)
    try:
        with engine.connect() as connection:
            yield Seats(connection)
    finally:
        engine.dispose()


def _name(seat: int) -> str:
    return f"worker-{seat}"
