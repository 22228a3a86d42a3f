"""What a shop states: every version stays, and any moment finds its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.park.errors import MissingPolicyTextError, PolicyUnchangedError, UnknownPolicyError
from commerce.park.policies import PassageKind, PolicyKind, passages
from commerce.park.queries.shop_policies import (
    PolicyBook,
    policy_book,
    policy_text,
    stated_policies,
)
from commerce.park.service.shop_policies import PolicyWords, publish_policy, withdraw_policy
from tests.support.park import create_merchant

MAY = datetime(2026, 5, 1, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Book:
    """A shop that states things."""

    database: Database
    merchant_id: UUID

    def state(
        self,
        text: str,
        *,
        kind: PolicyKind = PolicyKind.TERMS,
        text_zh: str = "",
        now: datetime = MAY,
    ) -> int:
        with self.database.transaction(self.scope) as session:
            return publish_policy(
                session,
                merchant_id=self.merchant_id,
                kind=kind,
                words=PolicyWords(text, text_zh),
                actor_id=None,
                now=now,
            )

    def withdraw(self, *, now: datetime) -> None:
        with self.database.transaction(self.scope) as session:
            withdraw_policy(
                session,
                merchant_id=self.merchant_id,
                kind=PolicyKind.TERMS,
                actor_id=new_id(),
                now=now,
            )

    @property
    def scope(self) -> Scope:
        return Scope.merchant(self.merchant_id)

    @property
    def versions(self) -> PolicyBook:
        with self.database.reading(self.scope) as connection:
            return policy_book(connection)


@pytest.fixture
def book(database_url: str) -> Iterator[Book]:
    database = Database(database_url)
    yield Book(database, create_merchant(database, slug=f"shop-{new_id().hex[-8:]}"))
    database.close()
    database.close()


def test_an_order_finds_the_terms_of_its_day(book: Book) -> None:
    numbers = [book.state("Old.", now=MAY), book.state("New.", now=MAY + timedelta(days=30))]
    held = [
        book.versions.at(PolicyKind.TERMS, MAY + timedelta(days=days)) for days in (-1, 0, 29, 30)
    ]
    assert numbers == [1, 2]
    assert [each and each.number for each in held] == [None, 1, 1, 2]


def test_what_is_taken_out_of_the_shop_still_held_before(book: Book) -> None:
    book.state("Terms.")
    book.withdraw(now=MAY + timedelta(days=1))
    assert book.versions.now() == ()
    held = book.versions.at(PolicyKind.TERMS, MAY)
    assert held
    with book.database.reading(book.scope) as connection:
        assert stated_policies(connection) == ()
        assert policy_text(connection, kind=PolicyKind.TERMS, number=1).text == "Terms."
        with pytest.raises(UnknownPolicyError):
            policy_text(connection, kind=PolicyKind.TERMS, number=2)
    with pytest.raises(UnknownPolicyError):
        book.withdraw(now=MAY + timedelta(days=2))
    assert book.state("Terms.", now=MAY + timedelta(days=3)) == 3


def test_no_version_is_ever_changed_or_lost(book: Book) -> None:
    book.state("Terms.")
    for change in ("UPDATE shop_policy SET text = 'Other.'", "DELETE FROM shop_policy"):
        with (
            pytest.raises(DBAPIError, match=r"permission denied|never changed"),
            book.database.transaction(book.scope) as session,
        ):
            session.connection().exec_driver_sql(change)
    with book.database.reading(book.scope) as connection:
        assert policy_text(connection, kind=PolicyKind.TERMS, number=1).text == "Terms."


def test_saying_the_same_again_is_no_version_and_saying_nothing_is_refused(book: Book) -> None:
    book.state("Terms.\r\n", text_zh="条款")
    with pytest.raises(PolicyUnchangedError):
        book.state("Terms.", text_zh="条款")
    with pytest.raises(MissingPolicyTextError):
        book.state(" \n", kind=PolicyKind.PRIVACY)
    assert len(book.versions.versions) == 1


def test_pages_list_policies_in_one_order_and_speak_the_language_that_there_is(book: Book) -> None:
    book.state("Write to us.", kind=PolicyKind.CONTACT)
    book.state("", text_zh="条款")
    assert [each.kind for each in book.versions.now()] == [PolicyKind.TERMS, PolicyKind.CONTACT]
    with book.database.reading(book.scope) as connection:
        said = [each.text_in("en") for each in stated_policies(connection)]
    assert said == ["条款", "Write to us."]


def test_nobody_reads_what_another_merchant_states(book: Book) -> None:
    book.state("Terms.")
    other = create_merchant(book.database, slug=f"other-{new_id().hex[-8:]}")
    with book.database.reading(Scope.merchant(other)) as connection:
        assert policy_book(connection) == PolicyBook()


def test_plain_text_has_headings_lists_and_paragraphs() -> None:
    typed = (
        "# Who sells\nWe do.\nAlways.\n\n- Tea\n* Silk\n\n＃标题\n·瓷\n#hash tag\nA - B\n5 * 3\n#"  # noqa: RUF001 - Chinese keyboards
    )
    assert [(each.kind, each.lines) for each in passages(typed)] == [
        (PassageKind.HEADING, ("Who sells",)),
        (PassageKind.PARAGRAPH, ("We do.", "Always.")),
        (PassageKind.LIST, ("Tea", "Silk")),
        (PassageKind.HEADING, ("标题",)),
        (PassageKind.LIST, ("瓷",)),
        (PassageKind.HEADING, ("hash tag",)),
        (PassageKind.PARAGRAPH, ("A - B", "5 * 3", "#")),
    ]
