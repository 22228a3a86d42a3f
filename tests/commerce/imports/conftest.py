from collections.abc import Iterator
from uuid import UUID

import pytest

from commerce.imports.planning import ImportTerms
from commerce.inventory.service import add_location
from commerce.kernel.database import Database, Scope
from tests.support.park import create_merchant


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def merchant(database: Database) -> UUID:
    return create_merchant(database)


@pytest.fixture
def terms(database: Database, merchant: UUID) -> ImportTerms:
    return usual_terms(database, merchant)


def usual_terms(database: Database, merchant: UUID) -> ImportTerms:
    """Import in English, in CNY, into a warehouse."""
    with database.transaction(Scope.merchant(merchant)) as session:
        warehouse = add_location(
            session, merchant_id=merchant, code="WH", kind="warehouse", name="Main", name_zh="主仓"
        )
    return ImportTerms(merchant, "CNY", "en", warehouse)
