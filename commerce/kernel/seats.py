"""Names for workers: a seat is held by a lock that dies with whoever sits on it.

A worker that starts takes the lowest free seat, and with it what its last occupant left unfinished.
A worker that runs looks from time to time whether another seat fell free with work on it, and whether
its own is still its own: the lock is lost with the connection when the database restarts.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

_MOST_WORKERS = 64
_TAKE = text("SELECT pg_try_advisory_lock(hashtextextended('quayside worker', :seat))")
_PRESENT = text("SELECT 1")
_LEAVE = text("SELECT pg_advisory_unlock(hashtextextended('quayside worker', :seat))")


class NoSeatError(RuntimeError):
    """Every seat is taken."""


class SeatLostError(RuntimeError):
    """Another worker took the seat while the database was away; two must not sit on one."""


class Seats:
    """The seats of one installation, seen from one worker."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection = engine.connect()
        self._own = self._sit()

    @property
    def executor(self) -> str:
        """This worker's name."""
        return _name(self._own)

    def keep(self) -> None:
        """Make sure that the seat is still this worker's; sit down again if the database was away.

        Raises:
            SeatLostError: somebody else sits on it. The worker has to end.
            sqlalchemy.exc.DBAPIError: the database is away still.
        """
        try:
            self._connection.execute(_PRESENT)
        except DBAPIError:
            self._connection.invalidate()
            self._connection.close()
            self._connection = self._engine.connect()
            if not self._try(self._own):
                raise SeatLostError(self.executor) from None

    def leave(self) -> None:
        """Let go of the seat."""
        self._connection.close()

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
        seats = Seats(engine)
        yield seats
        seats.leave()
    finally:
        engine.dispose()


def _name(seat: int) -> str:
    return f"worker-{seat}"
