"""Row-level security, table by table: what belongs to one merchant does not exist for another."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Table, create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.migrations.tables import metadata
from tests.support.park import create_merchant

TENANT_TABLES = [table for table in metadata.sorted_tables if "merchant_id" in table.columns]
PARK_TABLES = [table for table in metadata.sorted_tables if table.info.get("park_only")]


class Park:
    """Two merchants, and one row of the first in every tenant table."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.owner = create_merchant(self.database, slug="owner")
        self.stranger = create_merchant(self.database, slug="stranger")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            # Only the policies are on trial, so rows need not make sense to anything else.
            for table in TENANT_TABLES:
                drop_constraints(connection, table, kind="f")
            for table in TENANT_TABLES:
                # Money that is planted shall not be booked beside the one row that is looked for.
                connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
                drop_constraints(connection, table, kind="c")
                plant(connection, table, self.owner)
        engine.dispose()


@pytest.fixture(scope="module")
def park(module_database_url: str) -> Iterator[Park]:
    made = Park(module_database_url)
    yield made
    made.database.close()


def drop_constraints(connection: Connection, table: Table, *, kind: str) -> None:
    names = connection.execute(
        text(
            "SELECT conname FROM pg_constraint WHERE conrelid = CAST(:name AS regclass)"
            " AND contype = :kind"
        ),
        {"name": table.name, "kind": kind},
    ).scalars()
    for name in names.all():
        connection.execute(text(f'ALTER TABLE {table.name} DROP CONSTRAINT "{name}"'))


def plant(connection: Connection, table: Table, merchant: UUID) -> None:
    values = {
        column.name: merchant if column.name == "merchant_id" else value_for(column)
        for column in table.columns
        if column.computed is None
    }
    connection.execute(insert(table).values(values))


def value_for(column: Any) -> Any:
    kind = column.type.__class__.__name__.upper()
    samples: dict[str, Any] = {
        "UUID": new_id(),
        "TEXT": "x",
        "BIGINTEGER": 1,
        "INTEGER": 1,
        "SMALLINTEGER": 1,
        "BOOLEAN": True,
        "NUMERIC": 1,
        "DOUBLE": text("1.5"),
        "JSONB": {},
        "ARRAY": [],
        "LARGEBINARY": b"x",
        "BYTEA": b"x",
        "DATETIME": datetime(2026, 1, 1, tzinfo=UTC),
        "DATE": date(2026, 1, 1),
        "TIME": time(10),
    }
    return samples.get(kind, text(f"CAST('x' AS {kind.lower()})"))


@pytest.mark.parametrize("table", TENANT_TABLES, ids=lambda table: table.name)
def test_another_merchants_rows_cannot_be_read_changed_deleted_or_written(
    park: Park, table: Table
) -> None:
    mine, theirs = Scope.merchant(park.owner), Scope.merchant(park.stranger)
    with park.database.reading(mine) as connection:
        assert connection.execute(select(table.c.merchant_id)).scalars().all() == [park.owner]
    with park.database.reading(theirs) as connection:
        assert connection.execute(select(table.c.merchant_id)).all() == []
    for verb in (
        f"UPDATE {table.name} SET merchant_id = merchant_id",
        f"DELETE FROM {table.name}",
    ):
        assert touched(park, theirs, verb) == 0
    with pytest.raises(DBAPIError), park.database.transaction(theirs) as session:
        session.execute(
            insert(table).values(
                {
                    column.name: park.owner if column.name == "merchant_id" else value_for(column)
                    for column in table.columns
                    if column.computed is None
                }
            )
        )


def touched(park: Park, scope: Scope, statement: str) -> int:
    """Return how many rows a statement reached; a missing grant reaches none."""
    try:
        with park.database.transaction(scope) as session:
            return int(session.execute(text(statement)).rowcount)  # type: ignore[attr-defined]
    except DBAPIError as error:
        assert "permission denied" in str(error)  # noqa: PT017 - the other outcome is a count
        return 0


@pytest.mark.parametrize("table", PARK_TABLES, ids=lambda table: table.name)
def test_a_merchants_transaction_sees_nothing_of_the_parks_own_tables(
    park: Park, table: Table
) -> None:
    statement = text(f"SELECT count(*) FROM {table.name}")
    try:
        with park.database.reading(Scope.merchant(park.owner)) as connection:
            assert connection.execute(statement).scalar_one() == 0
    except DBAPIError as error:
        assert "permission denied" in str(error)  # noqa: PT017 - the other outcome is a count


def test_every_table_belongs_to_a_merchant_the_park_or_everybody(park: Park) -> None:
    with park.database.reading(Scope.park()) as connection:
        unprotected = connection.execute(
            text(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace AND NOT relrowsecurity"
            )
        ).scalars()
        shared = set(unprotected) - {"alembic_version"}
    assert shared <= {"country_rate", "exchange_rate", "media_quota", "tax_class", "tax_rate"}


def test_the_applications_roles_own_nothing_and_bypass_nothing(park: Park) -> None:
    with park.database.reading(Scope.park()) as connection:
        powers = connection.execute(
            text(
                "SELECT rolname, rolsuper, rolbypassrls,"
                " (SELECT count(*) FROM pg_class WHERE relowner = r.oid)"
                " FROM pg_roles r WHERE rolname IN ('quayside_app', 'quayside_park')"
                " ORDER BY rolname"
            )
        ).all()
    assert [tuple(row) for row in powers] == [
        ("quayside_app", False, False, 0),
        ("quayside_park", False, False, 0),
    ]
