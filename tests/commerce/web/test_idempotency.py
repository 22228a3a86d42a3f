"""One key, one deed, one answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.web.idempotency import (
    KEEP,
    AnswerForgottenError,
    CallUnderWayError,
    Claim,
    Kept,
    KeyReusedError,
    MissingKeyError,
    end_answers,
    forget_answers,
    keep,
    make_claim,
    take_up,
)
from tests.support.park import create_merchant


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def merchant(database: Database) -> UUID:
    return create_merchant(database)


def claim(merchant: UUID, *, key: str | None = "k1", body: bytes = b"{}") -> Claim:
    return make_claim(
        merchant_id=merchant,
        caller=UUID(int=7),
        key=key,
        method="POST",
        path="/api/v1/orders",
        body=body,
    )


@pytest.mark.parametrize("key", [None, "", "x" * 256])
def test_an_unsafe_call_needs_a_key(merchant: UUID, key: str | None) -> None:
    with pytest.raises(MissingKeyError):
        claim(merchant, key=key)


def test_the_answer_is_given_again(database: Database, merchant: UUID) -> None:
    wish = claim(merchant)
    with database.transaction(Scope.merchant(merchant)) as session:
        assert take_up(session, wish) is None
        keep(session, wish, status=201, body='{"id": 1}')
    with database.transaction(Scope.merchant(merchant)) as session:
        assert take_up(session, wish) == Kept(201, '{"id": 1}')


def test_two_callers_may_choose_the_same_key(database: Database, merchant: UUID) -> None:
    wish = claim(merchant)
    with database.transaction(Scope.merchant(merchant)) as session:
        keep(session, wish, status=201, body="{}")
    with database.transaction(Scope.merchant(merchant)) as session:
        assert take_up(session, replace(wish, caller=new_id())) is None


def test_a_key_with_another_request_is_refused(database: Database, merchant: UUID) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        keep(session, claim(merchant), status=201, body="{}")
    with (
        pytest.raises(KeyReusedError),
        database.transaction(Scope.merchant(merchant)) as session,
    ):
        take_up(session, claim(merchant, body=b'{"other": 1}'))


def test_a_second_call_meets_the_first_at_work(database: Database, merchant: UUID) -> None:
    wish, scope = claim(merchant), Scope.merchant(merchant)
    with database.transaction(scope) as first:
        take_up(first, wish)
        with pytest.raises(CallUnderWayError), database.transaction(scope) as second:
            take_up(second, wish)


def test_a_call_that_died_leaves_the_key_free(database: Database, merchant: UUID) -> None:
    wish, scope = claim(merchant), Scope.merchant(merchant)
    with pytest.raises(ZeroDivisionError), database.transaction(scope) as session:  # noqa: PT012 - the call dies after its claim
        take_up(session, wish)
        raise ZeroDivisionError
    with database.transaction(scope) as session:
        assert take_up(session, wish) is None


def test_an_answer_about_a_forgotten_person_is_empty_and_its_call_is_not_done_again(
    database: Database, merchant: UUID
) -> None:
    about_lin, about_wu = claim(merchant, key="lin"), claim(merchant, key="wu")
    with database.transaction(Scope.merchant(merchant)) as session:
        keep(session, about_lin, status=201, body='{"email": "Lin@example.com"}')
        keep(session, about_wu, status=201, body='{"email": "wu@example.com"}')
        forget_answers(session, merchant_id=merchant, words=["lin@example.com"])

    with (
        pytest.raises(AnswerForgottenError),
        database.transaction(Scope.merchant(merchant)) as session,
    ):
        take_up(session, about_lin)
    with database.transaction(Scope.merchant(merchant)) as session:
        assert take_up(session, about_wu) == Kept(201, '{"email": "wu@example.com"}')


def test_answers_end_after_a_month(database: Database, merchant: UUID) -> None:
    wish, now = claim(merchant), utc_now()
    with database.transaction(Scope.merchant(merchant)) as session:
        keep(session, wish, status=201, body="{}")
    with database.transaction(Scope.park()) as session:
        end_answers(session, now=now + KEEP - timedelta(minutes=1))
        assert take_up(session, wish) == Kept(201, "{}")
        end_answers(session, now=now + KEEP + timedelta(minutes=1))
        assert take_up(session, wish) is None
