"""Pages show the stock of stores, so a new or changed place makes every cached page old."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from commerce.inventory.queries import locations
from commerce.inventory.service import add_location, change_location
from commerce.kernel.database import Database, Scope
from commerce.park.queries.merchants import get_merchant
from tests.support.park import create_merchant


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def merchant(database: Database) -> UUID:
    return create_merchant(database)


def version(database: Database, merchant: UUID) -> int:
    with database.reading(Scope.merchant(merchant)) as connection:
        return get_merchant(connection, merchant_id=merchant).content_version


def test_a_new_place_and_a_changed_one_are_told_to_cached_pages(
    database: Database, merchant: UUID
) -> None:
    versions = [version(database, merchant)]
    with database.transaction(Scope.merchant(merchant)) as session:
        add_location(
            session, merchant_id=merchant, code="store", kind="store", name="Store", name_zh="门店"
        )
    versions.append(version(database, merchant))
    with database.transaction(Scope.merchant(merchant)) as session:
        (store,) = locations(session.connection())
        changed = replace(store, name="Garden store")
        change_location(session, merchant_id=merchant, location=changed)
    versions.append(version(database, merchant))
    assert versions == sorted(set(versions))
