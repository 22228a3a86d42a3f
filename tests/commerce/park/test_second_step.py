from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
import pytest
from sqlalchemy import text

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.vault import Vault
from commerce.park.errors import SecondFactorPresentError, WrongCodeError
from commerce.park.queries.sessions import find_staff
from commerce.park.service.second_step import (
    StepOutcome,
    begin_totp,
    confirm_totp,
    finish_second_step,
    remove_totp,
    renew_recovery_codes,
    spend_code,
)
from commerce.park.service.sessions import Stage
from commerce.park.service.sign_in import begin_sign_in, check_password_of, finish_sign_in
from tests.support.park import HERE, PASSWORD, create_staff, signed_in

VAULT = Vault(b"k" * 32)
NOON = datetime.fromisoformat("2026-11-23T12:00:10+00:00")


def add_app(database: Database, staff_id: UUID) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    """Set up an authenticator app an hour before noon, with its recovery codes."""
    earlier = NOON - timedelta(hours=1)
    with database.transaction(Scope.park()) as session:
        seed = begin_totp(session, staff_id=staff_id, vault=VAULT, issuer="Park", now=earlier)
        app = pyotp.TOTP(seed.secret)
        codes = confirm_totp(
            session, staff_id=staff_id, code=app.at(earlier), vault=VAULT, now=earlier
        )
    return app, codes


def spend(database: Database, staff_id: UUID, code: str, now: datetime = NOON) -> bool:
    with database.transaction(Scope.park()) as session:
        return spend_code(session, staff_id=staff_id, code=code, vault=VAULT, now=now)


def step(database: Database, session_id: UUID, staff_id: UUID, code: str) -> StepOutcome:
    with database.transaction(Scope.park()) as session:
        return finish_second_step(
            session,
            session_id=session_id,
            staff_id=staff_id,
            code=code,
            vault=VAULT,
            origin=HERE,
            now=utc_now(),
        )


def test_a_code_works_once_even_when_two_bring_it_at_the_same_time(database: Database) -> None:
    staff_id = create_staff(database)
    app, _codes = add_app(database, staff_id)
    with ThreadPoolExecutor(6) as pool:
        spent = list(pool.map(lambda _turn: spend(database, staff_id, app.at(NOON)), range(6)))
    assert sorted(spent) == [False] * 5 + [True]
    assert not spend(database, staff_id, app.at(NOON - timedelta(seconds=30))), "nor an older one"


@pytest.mark.parametrize("seconds", [-60, -30, 0, 30, 60])
def test_the_servers_clock_decides_and_forgives_one_step(database: Database, seconds: int) -> None:
    staff_id = create_staff(database)
    app, _codes = add_app(database, staff_id)
    fits = spend(database, staff_id, app.at(NOON + timedelta(seconds=seconds)))
    assert fits == (abs(seconds) <= 30)


def test_an_app_counts_only_after_its_first_code(database: Database) -> None:
    staff_id = create_staff(database)
    with database.transaction(Scope.park()) as session:
        seed = begin_totp(session, staff_id=staff_id, vault=VAULT, issuer="Park", now=NOON)
    code = pyotp.TOTP(seed.secret).at(NOON)
    assert not spend(database, staff_id, code)
    with database.transaction(Scope.park()) as session, pytest.raises(WrongCodeError):
        confirm_totp(session, staff_id=staff_id, code="000000", vault=VAULT, now=NOON)
    with database.transaction(Scope.park()) as session:
        confirm_totp(session, staff_id=staff_id, code=code, vault=VAULT, now=NOON)
    with database.transaction(Scope.park()) as session, pytest.raises(SecondFactorPresentError):
        begin_totp(session, staff_id=staff_id, vault=VAULT, issuer="Park", now=NOON)


def test_digits_in_full_width_count(database: Database) -> None:
    staff_id = create_staff(database)
    app, _ = add_app(database, staff_id)
    wide = app.at(NOON).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    assert spend(database, staff_id, wide)


def test_ten_recovery_codes_work_once_each_and_new_ones_replace_them(database: Database) -> None:
    staff_id = create_staff(database)
    _app, codes = add_app(database, staff_id)
    assert len(set(codes)) == 10
    assert spend(database, staff_id, codes[0].lower().replace("-", " "))
    assert not spend(database, staff_id, codes[0])
    with database.transaction(Scope.park()) as session:
        renewed = renew_recovery_codes(session, staff_id=staff_id, vault=VAULT)
    assert not spend(database, staff_id, codes[1])
    assert spend(database, staff_id, renewed[1])


def test_seed_and_codes_are_unreadable_in_the_database(database: Database) -> None:
    staff_id = create_staff(database)
    app, codes = add_app(database, staff_id)
    with database.reading(Scope.park()) as connection:
        seed = bytes(connection.scalar(text("SELECT sealed_seed FROM staff_totp")))
        stored = connection.execute(text("SELECT code_hash FROM recovery_code")).scalars().all()
    assert app.secret.encode() not in seed
    assert not {code.replace("-", "").encode() for code in codes} & set(map(bytes, stored))


def test_with_an_app_the_password_opens_half_a_session_and_the_code_the_rest(
    database: Database,
) -> None:
    staff_id = create_staff(database)
    _app, codes = add_app(database, staff_id)
    with database.transaction(Scope.park()) as session:
        attempt = begin_sign_in(session, email="lin@porcelain.example", origin=HERE, now=utc_now())
    proof = check_password_of(attempt, PASSWORD)
    with database.transaction(Scope.park()) as session:
        half = finish_sign_in(session, attempt=attempt, proof=proof, origin=HERE, now=utc_now())
    assert half is not None
    assert half.stage is Stage.SECOND_STEP
    outcome = step(database, half.id, staff_id, codes[3])
    assert outcome.opened is not None
    with database.reading(Scope.park()) as connection:
        assert find_staff(connection, token=half.token, now=utc_now()) is None
        found = find_staff(connection, token=outcome.opened.token, now=utc_now())
    assert found is not None
    assert (found.stage, found.has_totp) == (Stage.FULL, True)


def test_guessing_codes_is_slowed_down_across_half_open_sessions(database: Database) -> None:
    staff_id = create_staff(database)
    _app, codes = add_app(database, staff_id)
    for _ in range(5):
        half = signed_in(database, staff_id, stage=Stage.SECOND_STEP)
        assert step(database, half.id, staff_id, "000000").opened is None
    refused = step(database, half.id, staff_id, codes[0])
    assert refused.opened is None
    assert refused.wait_until is not None


def test_taking_the_app_away_takes_the_codes_too(database: Database) -> None:
    staff_id = create_staff(database)
    app, codes = add_app(database, staff_id)
    with database.transaction(Scope.park()) as session:
        remove_totp(session, staff_id=staff_id)
    assert not spend(database, staff_id, app.at(NOON))
    assert not spend(database, staff_id, codes[0])
