from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from commerce.kernel.database import Database, Scope
from commerce.kernel.errors import NotFoundError
from commerce.park.content import bump_content_version
from commerce.park.errors import (
    MalformedSlugError,
    MissingNameError,
    SlugTakenError,
    UnknownMerchantError,
)
from commerce.park.queries.merchants import MerchantDirectory, get_merchant, list_merchants
from commerce.park.service.merchants import MerchantName, rename_merchant
from tests.support.park import create_merchant


def version_of(database: Database, merchant_id: UUID) -> int:
    with database.reading(Scope.park()) as connection:
        return get_merchant(connection, merchant_id=merchant_id).content_version


def test_two_merchants_cannot_found_the_same_address_at_once(database: Database) -> None:
    def found(_turn: int) -> UUID | None:
        try:
            return create_merchant(database, slug="tea-house")
        except SlugTakenError:
            return None

    with ThreadPoolExecutor(4) as pool:
        founded = [merchant for merchant in pool.map(found, range(4)) if merchant]
    assert len(founded) == 1


@pytest.mark.parametrize("slug", ["Tea", "tea--house", "-tea", "tea house", "茶", "t" * 61])
def test_an_address_holds_only_words_and_hyphens(database: Database, slug: str) -> None:
    with pytest.raises(MalformedSlugError):
        create_merchant(database, slug=slug)


def test_a_merchant_without_a_name_is_refused() -> None:
    with pytest.raises(MissingNameError):
        MerchantName(english="  ", chinese="茶")


def test_the_directory_remembers_a_merchant_until_its_version_changes(database: Database) -> None:
    merchant_id = create_merchant(database, slug="tea-house")
    directory = MerchantDirectory(database)
    assert directory.locate("tea-house").id == merchant_id
    with database.transaction(Scope.merchant(merchant_id)) as session:
        rename_merchant(
            session,
            merchant_id=merchant_id,
            name=MerchantName(english="Harbour Tea", chinese="港茶"),
        )
    with database.reading(Scope.merchant(merchant_id)) as connection:
        card = directory.current(connection, "tea-house")
    assert (card.name, card.name_in("zh")) == ("Harbour Tea", "港茶")
    assert directory.locate("tea-house") is card


def test_a_merchant_founded_later_is_found_although_it_was_missed_before(
    database: Database,
) -> None:
    directory = MerchantDirectory(database)
    with pytest.raises(UnknownMerchantError):
        directory.locate("silk-row")
    assert create_merchant(database, slug="silk-row") == directory.locate("silk-row").id


def test_every_change_raises_the_content_version_by_one(database: Database) -> None:
    merchant_id = create_merchant(database)

    def bump(_turn: int) -> int:
        with database.transaction(Scope.merchant(merchant_id)) as session:
            return bump_content_version(session, merchant_id=merchant_id)

    with ThreadPoolExecutor(4) as pool:
        versions = sorted(pool.map(bump, range(12)))
    assert versions == list(range(2, 14))
    assert version_of(database, merchant_id) == 13


def test_a_merchant_reads_the_directory_but_changes_only_itself(database: Database) -> None:
    own = create_merchant(database, slug="own")
    other = create_merchant(database, slug="other")
    with database.reading(Scope.merchant(own)) as connection:
        assert [card.slug for card in list_merchants(connection)] == ["other", "own"]
    with pytest.raises(NotFoundError), database.transaction(Scope.merchant(own)) as session:
        bump_content_version(session, merchant_id=other)
    assert version_of(database, other) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE merchant SET slug = 'mine'",
        "UPDATE merchant SET currency = 'USD'",
        "DELETE FROM merchant",
        "INSERT INTO merchant (id) VALUES (gen_random_uuid())",
    ],
)
def test_a_merchant_cannot_move_its_address_books_or_existence(
    database: Database, statement: str
) -> None:
    merchant_id = create_merchant(database)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        database.transaction(Scope.merchant(merchant_id)) as session,
    ):
        session.execute(text(statement))
