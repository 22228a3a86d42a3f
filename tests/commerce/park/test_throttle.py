from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.park.service.throttle import Limit, claim_attempt, settle_attempt

LIN = Limit.of("account", "lin@porcelain.example", allowed=5)
OFFICE = Limit.of("address", "192.0.2.7", allowed=30)


def attempt(database: Database, now: datetime, *limits: Limit) -> datetime | None:
    with database.transaction(Scope.park()) as session:
        return claim_attempt(session, limits=limits or [LIN], now=now)


def test_of_thirty_guesses_that_arrive_together_five_are_looked_at(database: Database) -> None:
    now = utc_now()
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _turn: attempt(database, now, LIN, OFFICE), range(30)))
    assert sum(wait is None for wait in waits) == 5


def test_each_further_miss_doubles_the_wait_up_to_a_quarter_of_an_hour(
    database: Database,
) -> None:
    now = utc_now()
    for _ in range(5):
        assert attempt(database, now) is None
    waits = []
    for _ in range(8):
        until = attempt(database, now)
        assert until is not None
        waits.append((until - now).total_seconds())
        now = until
        assert attempt(database, now) is None, "after the wait one try is free"
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_asking_while_waiting_does_not_lengthen_the_wait(database: Database) -> None:
    now = utc_now()
    for _ in range(5):
        attempt(database, now)
    first = attempt(database, now)
    for seconds in range(1, 20):
        assert attempt(database, now + timedelta(seconds=seconds)) == first


def test_a_quiet_half_hour_forgets_everything(database: Database) -> None:
    now = utc_now()
    for _ in range(5):
        attempt(database, now)
    later = now + timedelta(minutes=31)
    assert [attempt(database, later) for _ in range(5)] == [None] * 5
    assert attempt(database, later) is not None


def test_a_right_password_clears_the_account_but_not_what_the_address_missed(
    database: Database,
) -> None:
    now = utc_now()
    nearly = Limit.of("address", "192.0.2.9", allowed=3)
    for _ in range(2):
        attempt(database, now, LIN, nearly)
    attempt(database, now, LIN, nearly)
    with database.transaction(Scope.park()) as session:
        settle_attempt(session, forget=[LIN], give_back=[nearly])
    assert [attempt(database, now) for _ in range(5)] == [None] * 5
    assert attempt(database, now, nearly) is None
    assert attempt(database, now, nearly) is not None


def test_right_and_wrong_passwords_at_once_do_not_deadlock(database: Database) -> None:
    people = [Limit.of("account", f"clerk{n}@porcelain.example", allowed=500) for n in range(6)]
    office = Limit.of("address", "192.0.2.8", allowed=500)
    now = utc_now()

    def sign_in(turn: int) -> None:
        person = people[turn % 6]
        attempt(database, now, person, office)
        with database.transaction(Scope.park()) as session:
            settle_attempt(session, forget=[person], give_back=[office])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(sign_in, range(60))) == [None] * 60


@pytest.mark.parametrize("typed", ["my secret password", "lin@porcelain.example"])
def test_what_people_type_into_the_name_field_is_not_stored(typed: str) -> None:
    assert typed.encode() not in Limit.of("account", typed, allowed=5).key
