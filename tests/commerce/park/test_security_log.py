from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.park.permissions import Role
from commerce.park.queries.security_log import list_security_events, security_log_faults
from commerce.park.queries.security_pages import LogFilter, security_page
from commerce.park.security_topics import Topic
from commerce.park.service.members import enrol_member
from commerce.park.service.security_log import note_security_event
from tests.support.park import create_merchant, create_staff


def note(database: Database, merchant_id: UUID | None, action: str = "order-refunded") -> int:
    scope = Scope.park() if merchant_id is None else Scope.merchant(merchant_id)
    with database.transaction(scope) as session:
        return note_security_event(
            session,
            merchant_id=merchant_id,
            action=action,
            actor_id=None,
            subject="青瓷",
            address="192.0.2.7",
            facts={"amount": 1200, "currency": "CNY"},
        )


def faults(database: Database) -> tuple[str, ...]:
    with database.reading(Scope.park()) as connection:
        return security_log_faults(connection)


def tamper(url: str, statement: str) -> None:
    """Do what only somebody with the owner's password can do."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER TABLE security_event DISABLE TRIGGER USER"))
        assert connection.execute(text(statement)).rowcount > 0
    engine.dispose()


def test_events_that_happen_at_once_are_numbered_without_gaps(database: Database) -> None:
    merchant_id = create_merchant(database)
    with ThreadPoolExecutor(6) as pool:
        numbers = sorted(pool.map(lambda _turn: note(database, merchant_id), range(18)))
    assert numbers == list(range(1, 19))
    note(database, None)
    assert faults(database) == ()


def refund_that_fails(database: Database, merchant_id: UUID) -> None:
    with database.transaction(Scope.merchant(merchant_id)) as session:
        note_security_event(session, merchant_id=merchant_id, action="lost", actor_id=None)
        raise ZeroDivisionError


def test_an_act_that_is_rolled_back_leaves_neither_event_nor_gap(database: Database) -> None:
    merchant_id = create_merchant(database)
    note(database, merchant_id)
    with pytest.raises(ZeroDivisionError):
        refund_that_fails(database, merchant_id)
    assert note(database, merchant_id) == 2
    assert faults(database) == ()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE security_event SET facts = '{\"amount\": 1}' WHERE number = 2", "2 was changed"),
        ("UPDATE security_event SET at = at + interval '1 hour' WHERE number = 3", "3 was changed"),
        ("DELETE FROM security_event WHERE number = 2", "2 is missing"),
        ("DELETE FROM security_event WHERE number = 5", "ends at event 4 of 5"),
        ("DELETE FROM security_event", "ends at event 0 of 5"),
        ("DELETE FROM security_chain", "its end is missing"),
        (
            "UPDATE security_event SET hash = sha256('x') WHERE number = 5",
            "its end was replaced",
        ),
        (
            (
                "INSERT INTO security_event SELECT chain, 6, at, action, actor_id, subject,"
                " address, facts, hash FROM security_event WHERE number = 5"
            ),
            "ends at event 6 of 5",
        ),
    ],
)
def test_whoever_touches_the_log_is_found_out(
    database: Database, database_url: str, statement: str, fault: str
) -> None:
    merchant_id = create_merchant(database)
    for _ in range(5):
        note(database, merchant_id)
    assert faults(database) == ()
    tamper(database_url, statement)
    assert any(fault in found for found in faults(database))


def test_the_database_itself_refuses_to_change_an_event(database: Database) -> None:
    note(database, None)
    with pytest.raises(DBAPIError), database.transaction(Scope.park()) as session:
        session.execute(text("UPDATE security_event SET action = 'nothing'"))
    with pytest.raises(DBAPIError), database.transaction(Scope.park()) as session:
        session.execute(text("DELETE FROM security_event"))


def test_a_merchant_reads_and_writes_its_own_log_only(database: Database) -> None:
    tea, silk = create_merchant(database, slug="tea"), create_merchant(database, slug="silk")
    note(database, silk, "silk-secret")
    note(database, None, "park-secret")
    note(database, tea, "tea-event")
    with database.reading(Scope.merchant(tea)) as connection:
        actions = connection.execute(text("SELECT action FROM security_event")).scalars().all()
        assert actions == ["tea-event"]
        assert list_security_events(connection, merchant_id=silk) == ()
    with pytest.raises(ProgrammingError), database.transaction(Scope.merchant(tea)) as session:
        note_security_event(session, merchant_id=silk, action="forged", actor_id=None)


def test_the_log_is_read_backwards_page_by_page(database: Database) -> None:
    merchant_id = create_merchant(database)
    for _ in range(5):
        note(database, merchant_id)
    with database.reading(Scope.merchant(merchant_id)) as connection:
        first = list_security_events(connection, merchant_id=merchant_id, limit=3)
        rest = list_security_events(
            connection, merchant_id=merchant_id, before=first[-1].number, limit=3
        )
    assert [event.number for event in (*first, *rest)] == [5, 4, 3, 2, 1]
    assert first[0].facts == {"amount": 1200, "currency": "CNY"}


def read(database: Database, merchant_id: UUID | None, **narrowed: Any) -> list[str]:
    with database.reading(Scope.park()) as connection:
        page = security_page(
            connection, merchant_id=merchant_id, narrowed=LogFilter(**narrowed), most=50
        )
    return [each.event.action for each in page]


def sign_in_noted(database: Database, staff_id: UUID, action: str = "signed-in") -> None:
    with database.transaction(Scope.park()) as session:
        note_security_event(session, merchant_id=None, action=action, actor_id=staff_id)


def test_an_owner_reads_the_sign_ins_of_colleagues_since_they_joined_and_of_nobody_else(
    database: Database,
) -> None:
    tea, silk = create_merchant(database, slug="tea"), create_merchant(database, slug="silk")
    wei = create_staff(database, email="wei@tea.example", role=None)
    sign_in_noted(database, wei, "sign-in-refused")  # before Wei worked here
    with database.transaction(Scope.park()) as session:
        enrol_member(
            session,
            merchant_id=tea,
            staff_id=wei,
            role=Role.CLERK,
            actor_id=None,
            now=utc_now(),
        )
    mei = create_staff(database, email="mei@silk.example", role=Role.OWNER, merchant_id=silk)
    gu = create_staff(database, email="gu@park.example", role=Role.PARK_OPERATOR)
    for person in (wei, mei, gu):
        sign_in_noted(database, person)
    note(database, tea, "till-rules-set")
    note(database, tea, "something-new")
    assert read(database, tea) == ["something-new", "till-rules-set", "signed-in", "role-given"]
    assert read(database, silk) == ["signed-in", "role-given"]
    assert read(database, None) == ["signed-in", "park-role-given"]
    assert read(database, tea, topic=Topic.SIGN_INS) == ["signed-in"]
    assert read(database, tea, topic=Topic.REST) == ["something-new", "till-rules-set"]
    assert read(database, tea, person=wei) == ["signed-in", "role-given"]
    assert read(database, tea, person=mei) == []


def test_pages_of_the_log_go_on_where_the_last_one_ended_though_two_chains_feed_them(
    database: Database,
) -> None:
    tea = create_merchant(database, slug="tea")
    wei = create_staff(database, role=Role.OWNER, merchant_id=tea)
    for turn in range(6):
        sign_in_noted(database, wei) if turn % 2 else note(database, tea, "till-rules-set")
    told, before = [], None
    with database.reading(Scope.park()) as connection:
        for _page in range(5):
            page = security_page(
                connection, merchant_id=tea, narrowed=LogFilter(before=before), most=2
            )
            told += [each.event.action for each in page]
            before = page[-1].place if page else before
    assert told == ["signed-in", "till-rules-set"] * 3 + ["role-given"]
