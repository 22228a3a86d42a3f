"""A worker's name is its own, also after the database was away."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from commerce.kernel.seats import SeatLostError, Seats, taken_seat

_HANG_UP = text("""
SELECT pg_terminate_backend(pid) FROM pg_locks
WHERE locktype = 'advisory' AND pid <> pg_backend_pid()
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")


def hang_up_on_everybody(url: str) -> None:
    """Do to the seats' connections what a restart does; other tests' databases stand beside ours."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(_HANG_UP)
    engine.dispose()


@pytest.fixture
def seats(database_url: str) -> Iterator[Seats]:
    with taken_seat(database_url) as taken:
        yield taken


def test_two_workers_have_two_names(database_url: str, seats: Seats) -> None:
    with taken_seat(database_url) as other:
        assert (seats.executor, other.executor) == ("worker-1", "worker-2")


def test_a_worker_sits_down_again_when_the_database_comes_back(
    database_url: str, seats: Seats
) -> None:
    hang_up_on_everybody(database_url)
    seats.keep()
    with taken_seat(database_url) as other:
        assert other.executor == "worker-2"
    seats.keep()


def test_a_worker_whose_seat_was_taken_meanwhile_gives_up(database_url: str, seats: Seats) -> None:
    hang_up_on_everybody(database_url)
    with taken_seat(database_url) as quicker:
        assert quicker.executor == "worker-1"
        with pytest.raises(SeatLostError):
            seats.keep()
