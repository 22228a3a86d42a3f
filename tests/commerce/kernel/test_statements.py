"""Statements that go straight to the driver behave like SQLAlchemy's, only sooner."""

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError, NoResultFound, ProgrammingError

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, LostTransactionError, Scope
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement
from commerce.orders.models import OrderEvent
from commerce.park.models import Merchant
from commerce.payments.models import WebhookEvent
from tests.support.park import create_merchant


@dataclass(frozen=True, slots=True)
class Span:
    low: int
    high: int


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as opened:
        yield opened


def webhook(merchant_id: UUID, event_id: str = "evt_1") -> dict[str, object]:
    return {
        "merchant_id": merchant_id,
        "plugin": "stripe",
        "event_id": event_id,
        "kind": "charge",
        "handle": "ch_1",
        "received_at": utc_now(),
    }


def test_rows_are_read_into_what_the_statement_names(database: Database) -> None:
    spans = Statement("SELECT n, n + :step FROM generate_series(1, 3) AS s (n)", Span)
    with database.reading(Scope.park()) as connection:
        assert spans.all(connection, {"step": 10}) == [Span(1, 11), Span(2, 12), Span(3, 13)]


def test_casts_and_per_cent_signs_are_no_names(database: Database) -> None:
    odd = Statement("SELECT ('5' || :digit)::int % 10 AS left_over, '100%' LIKE '%\\%' AS whole")
    with database.reading(Scope.park()) as connection:
        row = odd.one(connection, {"digit": "7"})
    assert (row.left_over, row.whole) == (7, True)


def test_a_statement_that_finds_nothing_says_so_or_gives_none(database: Database) -> None:
    nothing = Statement("SELECT 1 AS one WHERE false")
    with database.reading(Scope.park()) as connection:
        assert nothing.one_or_none(connection) is None
        assert nothing.value(connection) is None
        assert nothing.all(connection) == []
        with pytest.raises(NoResultFound):
            nothing.one(connection)


def test_a_statement_made_of_tables_keeps_its_names(database: Database) -> None:
    merchant_id = create_merchant(database, slug="tea-house")
    named = Statement.of(select(Merchant.slug).where(Merchant.id == bindparam("merchant")))
    with database.reading(Scope.park()) as connection:
        assert named.value(connection, {"merchant": merchant_id}) == "tea-house"


def test_constants_of_a_statement_made_of_tables_go_along(database: Database) -> None:
    merchant_id = create_merchant(database, slug="tea-house")
    by_slug = Statement.of(select(Merchant.id).where(Merchant.slug == "tea-house"))
    with database.reading(Scope.park()) as connection:
        assert by_slug.value(connection) == merchant_id


def test_a_statement_means_the_same_however_often_it_was_sent_and_whatever_failed_between(
    database: Database,
) -> None:
    """The server knows it by name after some calls; a rollback must not make it forget."""
    double = Statement("SELECT CAST(:number AS bigint) * 2")
    for number in range(20):
        with suppress(ZeroDivisionError), database.reading(Scope.park()) as connection:
            assert double.value(connection, {"number": number}) == 2 * number
            if number % 3 == 0:
                raise ZeroDivisionError


def test_a_connection_forgets_the_statements_that_it_needed_the_longest_ago(
    database: Database,
) -> None:
    few = [Statement(f"SELECT {number}") for number in range(200)]
    with database.reading(Scope.park()) as connection:
        for _round in range(8):
            assert [each.value(connection) for each in few[:10]] == list(range(10))
        assert [each.value(connection) for each in few] == list(range(200))
        assert [each.value(connection) for each in few[:10]] == list(range(10))
        named = Statement("SELECT count(*) FROM pg_prepared_statements").value(connection)
    assert named <= 160


def test_values_of_other_kinds_find_their_own_plan(database: Database) -> None:
    same = Statement("SELECT CAST(:value AS text)")
    with database.reading(Scope.park()) as connection:
        for _round in range(8):
            said = [same.value(connection, {"value": value}) for value in (7, "seven", None, 2**40)]
            assert said == ["7", "seven", None, str(2**40)]


def test_what_the_database_refuses_is_told_without_the_values(database: Database) -> None:
    merchant_id = create_merchant(database)
    keep = Insertion(WebhookEvent)
    twice = [webhook(merchant_id, "evt_secret")] * 2
    with (
        pytest.raises(IntegrityError) as refused,
        database.transaction(Scope.merchant(merchant_id)) as session,
    ):
        keep.many(session, [{**row, "id": new_id()} for row in twice])
    assert "evt_secret" not in refused.value.statement
    assert refused.value.params is None


def test_a_broken_statement_raises_what_sqlalchemy_would(database: Database) -> None:
    with (
        pytest.raises(ProgrammingError, match="no_such_table"),
        database.reading(Scope.park()) as connection,
    ):
        Statement("SELECT * FROM no_such_table").all(connection)


def test_an_insertion_fills_in_the_defaults_of_the_model(database: Database) -> None:
    merchant_id = create_merchant(database)
    with database.transaction(Scope.merchant(merchant_id)) as session:
        Insertion(WebhookEvent).many(
            session, [webhook(merchant_id, "evt_1"), webhook(merchant_id, "evt_2")]
        )
    with database.reading(Scope.merchant(merchant_id)) as connection:
        ids = Statement("SELECT DISTINCT id FROM webhook_event").all(connection)
    assert len(ids) == 2


def test_an_insertion_of_no_rows_does_nothing(database: Database) -> None:
    with database.transaction(Scope.merchant(create_merchant(database))) as session:
        Insertion(OrderEvent).many(session, [])


def test_a_swallowed_error_never_passes_for_a_commit(database: Database) -> None:
    """PostgreSQL answers COMMIT with ROLLBACK after a failed statement; that must not be silent."""
    with (
        pytest.raises(LostTransactionError),
        database.transaction(Scope.merchant(new_id())) as session,
        pytest.raises(ProgrammingError),
    ):
        Statement("SELECT * FROM no_such_table").all(session)
