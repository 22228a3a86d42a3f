from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median
from time import thread_time
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.customers.service import begin_shopper_sign_in
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.park.errors import EmailTakenError, LinkSpentError, MalformedEmailError
from commerce.park.origin import Origin
from commerce.park.password_rules import FreshPassword
from commerce.park.queries.sessions import SignedInStaff, find_staff, list_devices
from commerce.park.service.accounts import (
    ask_for_reset,
    change_password,
    disable_account,
    reset_password,
)
from commerce.park.service.mailed_links import Purpose, link_is_good
from commerce.park.service.sessions import (
    OpenedSession,
    Stage,
    replace_session,
    revoke_session,
    touch_session,
)
from commerce.park.service.sign_in import (
    begin_sign_in,
    check_password_of,
    finish_sign_in,
    prove_again,
)
from tests.support.park import HERE, PASSWORD, create_merchant, create_staff, signed_in

STRANGER = Origin(address="198.51.100.20", user_agent="Botnet")


def sign_in(
    database: Database,
    *,
    email: str = "lin@porcelain.example",
    password: str = PASSWORD,
    origin: Origin = HERE,
    now: datetime | None = None,
) -> OpenedSession | None:
    now = now or utc_now()
    with database.transaction(Scope.park()) as session:
        attempt = begin_sign_in(session, email=email, origin=origin, now=now)
    proof = check_password_of(attempt, password)
    with database.transaction(Scope.park()) as session:
        return finish_sign_in(session, attempt=attempt, proof=proof, origin=origin, now=now)


def who(database: Database, token: str, now: datetime | None = None) -> SignedInStaff | None:
    with database.reading(Scope.park()) as connection:
        return find_staff(connection, token=token, now=now or utc_now())


def test_the_right_password_opens_a_session_whatever_the_case_of_the_address(
    database: Database,
) -> None:
    staff_id = create_staff(database)
    opened = sign_in(database, email=" LIN@Porcelain.example ")
    assert opened is not None
    found = who(database, opened.token)
    assert found is not None
    assert (found.id, found.stage) == (staff_id, Stage.FULL)


def test_two_accounts_cannot_share_an_address_that_differs_in_case(database: Database) -> None:
    create_staff(database)
    with pytest.raises(EmailTakenError):
        create_staff(database, email="Lin@PORCELAIN.example")


@pytest.mark.parametrize(
    "email", ["lin", "@porcelain", "lin@", "a b@c", "a@b\nBcc: x@y", "l@" + "x" * 254]
)
def test_what_is_no_address_is_refused(database: Database, email: str) -> None:
    with pytest.raises(MalformedEmailError):
        create_staff(database, email=email)


def test_a_stranger_slows_the_account_down_but_not_the_owners_known_device(
    database: Database,
) -> None:
    staff_id = create_staff(database)
    for _ in range(6):
        assert sign_in(database, password="wrong guess here", origin=STRANGER) is None
    assert sign_in(database) is None, "an unknown device has to wait even with the password"
    known = Origin(address="203.0.113.5", known_as=staff_id)
    assert sign_in(database, origin=known) is not None


@pytest.mark.parametrize("spelling", ["LİN@porcelaİn.example", "lin\uff20porcelain\u3002example"])
def test_misses_count_for_the_account_however_its_address_is_spelled(
    database: Database, spelling: str
) -> None:
    create_staff(database)
    with database.transaction(Scope.park()) as session:
        for turn in range(5):
            origin = Origin(address=f"198.51.100.{turn}")
            begin_sign_in(session, email=spelling, origin=origin, now=utc_now())
    assert sign_in(database) is None
    assert sign_in(database, email=spelling) is None


def test_wrong_names_in_a_network_keep_no_known_device_and_nobody_signed_in_out(
    database: Database,
) -> None:
    staff_id = create_staff(database)
    merchant = create_merchant(database)
    with database.transaction(Scope.park()) as session:
        for turn in range(31):
            begin_shopper_sign_in(
                session,
                merchant_id=merchant,
                email=f"guest{turn}@x.example",
                origin=HERE,
                now=utc_now(),
            )
    assert sign_in(database) is not None, "the guests of a store keep no staff out"
    with database.transaction(Scope.park()) as session:
        for turn in range(31):
            begin_sign_in(session, email=f"guest{turn}@x.example", origin=HERE, now=utc_now())
    assert sign_in(database) is None, "a flood from one network has to wait"
    assert sign_in(database, origin=replace(HERE, known_as=staff_id)) is not None
    with database.transaction(Scope.park()) as session:
        assert prove_again(session, staff_id=staff_id, now=utc_now()).wait_until is None


def test_after_the_wait_the_right_password_is_taken_again(database: Database) -> None:
    create_staff(database)
    now = utc_now()
    for _ in range(5):
        sign_in(database, password="wrong guess here", now=now)
    assert sign_in(database, now=now) is None
    assert sign_in(database, now=now + timedelta(seconds=31)) is not None


def test_an_out_of_date_hash_is_made_anew_at_sign_in(database: Database) -> None:
    staff_id = create_staff(database)
    from argon2 import PasswordHasher  # noqa: PLC0415 - an older setting, only here

    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    store_hash(database, staff_id, old)
    assert sign_in(database) is not None
    assert "m=19456,t=2" in stored_hash(database, staff_id)
    assert sign_in(database) is not None


def test_a_disabled_account_is_out_at_once_and_cannot_come_back(database: Database) -> None:
    staff_id = create_staff(database)
    opened = sign_in(database)
    assert opened is not None
    with database.transaction(Scope.park()) as session:
        disable_account(session, staff_id=staff_id, actor_id=staff_id, now=utc_now())
    assert who(database, opened.token) is None
    assert sign_in(database) is None


def test_a_password_changed_while_the_old_one_was_being_checked_signs_nobody_in(
    database: Database,
) -> None:
    staff_id = create_staff(database)
    with database.transaction(Scope.park()) as session:
        attempt = begin_sign_in(
            session, email="lin@porcelain.example", origin=STRANGER, now=utc_now()
        )
    proof = check_password_of(attempt, PASSWORD)
    set_password(database, staff_id, "a new and longer secret")
    with database.transaction(Scope.park()) as session:
        opened = finish_sign_in(
            session, attempt=attempt, proof=proof, origin=STRANGER, now=utc_now()
        )
    assert opened is None


def test_an_unknown_name_takes_as_long_as_a_wrong_password(database: Database) -> None:
    create_staff(database)

    def seconds(email: str, turn: int) -> float:
        started = thread_time()  # the machine is shared; the work done is not
        origin = Origin(address=f"203.0.113.{turn}")
        sign_in(database, email=email, password="wrong guess", origin=origin)
        return thread_time() - started

    seconds("warm@up.example", 0)
    pairs = [
        (seconds("lin@porcelain.example", turn), seconds("nobody@porcelain.example", turn))
        for turn in range(9)
    ]
    known, unknown = (median(column) for column in zip(*pairs, strict=True))
    assert 0.7 < known / unknown < 1.4


def test_a_session_ends_after_half_an_hour_idle_and_twelve_hours_in_any_case(
    database: Database,
) -> None:
    staff_id = create_staff(database)
    now = utc_now()
    opened = signed_in(database, staff_id)
    assert who(database, opened.token, now + timedelta(minutes=29)) is not None
    assert who(database, opened.token, now + timedelta(minutes=31)) is None
    for hours in range(1, 26):
        with database.transaction(Scope.park()) as session:
            touch_session(session, session_id=opened.id, now=now + timedelta(minutes=29 * hours))
    assert who(database, opened.token, now + timedelta(hours=11, minutes=59)) is not None
    assert who(database, opened.token, now + timedelta(hours=12, minutes=1)) is None


def test_proving_more_changes_the_token_and_kills_the_old_one(database: Database) -> None:
    staff_id = create_staff(database)
    half = signed_in(database, staff_id, stage=Stage.SECOND_STEP)
    with database.transaction(Scope.park()) as session:
        full = replace_session(
            session, session_id=half.id, stage=Stage.FULL, origin=HERE, now=utc_now()
        )
    assert full is not None
    assert full.token != half.token
    assert who(database, half.token) is None
    with database.transaction(Scope.park()) as session:
        again = replace_session(
            session, session_id=half.id, stage=Stage.FULL, origin=HERE, now=utc_now()
        )
    assert again is None, "a session that ended cannot be traded in"


def test_a_person_sees_their_devices_and_ends_one_of_them_but_not_a_colleagues(
    database: Database,
) -> None:
    lin = create_staff(database)
    wei = create_staff(database, email="wei@porcelain.example", name="Wei")
    laptop, phone = signed_in(database, lin), signed_in(database, lin, origin=STRANGER)
    with database.transaction(Scope.park()) as session:
        assert not revoke_session(session, staff_id=wei, session_id=laptop.id, now=utc_now())
        assert revoke_session(session, staff_id=lin, session_id=phone.id, now=utc_now())
    with database.reading(Scope.park()) as connection:
        devices = list_devices(connection, staff_id=lin, now=utc_now())
    assert [device.session_id for device in devices] == [laptop.id]
    assert who(database, phone.token) is None


def test_a_new_password_ends_every_other_session_and_a_link_mailed_before(
    database: Database,
) -> None:
    staff_id = create_staff(database)
    mine, other = signed_in(database, staff_id), signed_in(database, staff_id)
    with database.transaction(Scope.park()) as session:
        mailed = ask_for_reset(session, email="lin@porcelain.example", origin=HERE, now=utc_now())
    with database.transaction(Scope.park()) as session:
        change_password(
            session,
            staff_id=staff_id,
            password=FreshPassword("a new and longer secret"),
            keep_session=mine.id,
            origin=HERE,
            now=utc_now(),
        )
    assert who(database, mine.token) is not None
    assert who(database, other.token) is None
    assert sign_in(database) is None
    assert sign_in(database, password="a new and longer secret") is not None
    with database.transaction(Scope.park()) as session:
        assert not link_is_good(session, purpose=Purpose.RESET, token=mailed or "", now=utc_now())


def test_a_reset_link_works_once_and_for_half_an_hour(database: Database) -> None:
    create_staff(database)
    now = utc_now()

    def ask() -> str:
        with database.transaction(Scope.park()) as session:
            token = ask_for_reset(session, email="LIN@porcelain.example", origin=HERE, now=now)
        assert token is not None
        return token

    def use(token: str, at: datetime) -> None:
        with database.transaction(Scope.park()) as session:
            password = FreshPassword("a new and longer secret")
            reset_password(session, token=token, password=password, origin=HERE, now=at)

    first, second = ask(), ask()
    with pytest.raises(LinkSpentError):
        use(first, now)  # the newer link replaced it
    with pytest.raises(LinkSpentError):
        use(second, now + timedelta(minutes=31))
    use(second, now + timedelta(minutes=29))
    with pytest.raises(LinkSpentError):
        use(second, now + timedelta(minutes=29))
    assert sign_in(database, password="a new and longer secret") is not None


def test_nobody_with_that_address_gets_no_link(database: Database) -> None:
    with database.transaction(Scope.park()) as session:
        assert ask_for_reset(session, email="no@body.example", origin=HERE, now=utc_now()) is None


def test_neither_password_nor_token_stands_in_the_database(database: Database) -> None:
    create_staff(database)
    opened = sign_in(database)
    assert opened is not None
    with database.reading(Scope.park()) as connection:
        stored = " ".join(
            str(row)
            for table in ("staff_account", "staff_session", "security_event")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        )
    assert PASSWORD not in stored
    assert opened.token not in stored
    assert opened.token not in repr(opened)


def set_password(database: Database, staff_id: UUID, clear: str) -> None:
    store_hash(database, staff_id, FreshPassword(clear).hash)


def store_hash(database: Database, staff_id: UUID, stored: str) -> None:
    with database.transaction(Scope.park()) as session:
        session.execute(
            text("UPDATE staff_account SET password_hash = :stored WHERE id = :id"),
            {"stored": stored, "id": staff_id},
        )


def stored_hash(database: Database, staff_id: UUID) -> str:
    with database.reading(Scope.park()) as connection:
        query = text("SELECT password_hash FROM staff_account WHERE id = :id")
        return str(connection.scalar(query, {"id": staff_id}))
