"""What follows a commit happens once: not before it, not twice, and in spite of a killed worker."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from commerce.kernel.database import Database, Scope
from commerce.kernel.durable import Durable, FailedRun, failed_runs
from tests.support.durable_worker import cut, fragile, main, parcel
from tests.support.park import create_merchant
from tests.support.workers import wait_until, worker


@pytest.fixture
def durable(database_url: str) -> Iterator[Durable]:
    client = Durable(database_url)
    yield client
    client.close()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def notes(folder: Path) -> list[str]:
    path = folder / "notes"
    words = path.read_text(encoding="utf-8").split() if path.exists() else []
    return [word for word in words if word != "tick"]


def test_a_process_starts_once_when_its_transaction_commits(
    database_url: str, database: Database, durable: Durable, tmp_path: Path
) -> None:
    for _ in range(2):
        with database.transaction(Scope.park()) as session:
            durable.enqueue(session, parcel, key="order-1", folder=str(tmp_path))
    with worker(main, database_url, tmp_path):
        wait_until(lambda: notes(tmp_path) == ["packed", "sent"])
        time.sleep(0.5)
    assert notes(tmp_path) == ["packed", "sent"]


def test_a_process_never_starts_when_its_transaction_rolls_back(
    database_url: str, database: Database, durable: Durable, tmp_path: Path
) -> None:
    with contextlib.suppress(ZeroDivisionError), database.transaction(Scope.park()) as session:
        durable.enqueue(session, parcel, key="order-2", folder=str(tmp_path))
        raise ZeroDivisionError
    with database.transaction(Scope.park()) as session:
        durable.enqueue(session, parcel, key="order-3", folder=str(tmp_path))
    with worker(main, database_url, tmp_path):
        wait_until(lambda: len(notes(tmp_path)) >= 2)
        time.sleep(0.5)
    assert notes(tmp_path) == ["packed", "sent"]


def test_a_killed_worker_is_followed_by_one_that_resumes_after_the_last_step(
    database_url: str, database: Database, durable: Durable, tmp_path: Path
) -> None:
    (tmp_path / "die").touch()
    with database.transaction(Scope.park()) as session:
        durable.enqueue(session, parcel, key="order-4", folder=str(tmp_path))
    with worker(main, database_url, tmp_path) as doomed:
        wait_until(lambda: not doomed.is_alive())
    assert notes(tmp_path) == ["packed"]
    with worker(main, database_url, tmp_path):
        wait_until(lambda: notes(tmp_path) == ["packed", "sent"])


def test_a_surviving_worker_finishes_what_a_dead_one_began(
    database_url: str, database: Database, durable: Durable, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "die").touch()
    with worker(main, database_url, tmp_path) as first, worker(main, database_url, other) as second:
        with database.transaction(Scope.park()) as session:
            durable.enqueue(session, parcel, key="order-6", folder=str(tmp_path))
        wait_until(lambda: not (first.is_alive() and second.is_alive()))
        wait_until(lambda: notes(tmp_path) == ["packed", "sent"])


def test_a_merchants_own_transaction_may_start_a_process(
    database_url: str, database: Database, durable: Durable, tmp_path: Path
) -> None:
    merchant = create_merchant(database)
    with database.transaction(Scope.merchant(merchant)) as session:
        durable.enqueue(session, parcel, key="order-5", folder=str(tmp_path))
    with worker(main, database_url, tmp_path):
        wait_until(lambda: notes(tmp_path) == ["packed", "sent"])


def test_a_step_outlives_an_outage_of_the_database(
    database_url: str, database: Database, durable: Durable, tmp_path: Path
) -> None:
    (tmp_path / "cut").touch()
    with database.transaction(Scope.park()) as session:
        durable.enqueue(session, cut, key="order-7", folder=str(tmp_path))
    with worker(main, database_url, tmp_path):
        wait_until(lambda: notes(tmp_path) == ["spoken"])
    assert not (tmp_path / "cut").exists()


def test_the_clock_starts_what_is_scheduled(database_url: str, tmp_path: Path) -> None:
    with worker(main, database_url, tmp_path):
        wait_until((tmp_path / "notes").exists)
        wait_until((tmp_path / "forgotten").exists)
    assert "tick" in (tmp_path / "notes").read_text(encoding="utf-8")


def failures(database: Database, merchant: UUID) -> tuple[FailedRun, ...]:
    with database.reading(Scope.merchant(merchant)) as connection:
        return failed_runs(connection, merchant_id=merchant)


def test_what_failed_is_started_once_more_however_often_somebody_asks(
    database_url: str, database: Database, durable: Durable, tmp_path: Path
) -> None:
    ours = create_merchant(database)
    theirs = create_merchant(database, slug="harbour-imports")
    (tmp_path / "break").touch()
    with worker(main, database_url, tmp_path):
        with database.transaction(Scope.merchant(ours)) as session:
            durable.enqueue(
                session, fragile, key="order-7", merchant_id=str(ours), folder=str(tmp_path)
            )
        wait_until(lambda: len(failures(database, ours)) == 1)
        (failed,) = failures(database, ours)
        assert (failed.process, failed.arguments["merchant_id"]) == ("test.fragile", str(ours))
        assert failed.error == f"nothing works at {ours}"
        assert failures(database, theirs) == ()
        (tmp_path / "break").unlink()
        for _again in range(2):
            with database.transaction(Scope.merchant(ours)) as session:
                durable.run_again(session, failed)
        assert failures(database, ours) == ()
        wait_until(lambda: "ended" in notes(tmp_path))
    assert notes(tmp_path) == ["tried", "tried", "ended"]


def test_a_second_failure_is_shown_again_under_the_name_of_the_later_run(
    database_url: str, database: Database, durable: Durable, tmp_path: Path
) -> None:
    ours = create_merchant(database)
    (tmp_path / "break").touch()
    with worker(main, database_url, tmp_path):
        with database.transaction(Scope.merchant(ours)) as session:
            durable.enqueue(
                session, fragile, key="order-7", merchant_id=str(ours), folder=str(tmp_path)
            )
        for name in ("order-7", "order-7:again:1", "order-7:again:2"):
            wait_until(lambda: len(failures(database, ours)) == 1)
            (failed,) = failures(database, ours)
            assert failed.id == f"test.fragile:{name}"
            with database.transaction(Scope.merchant(ours)) as session:
                durable.run_again(session, failed)
