"""The schema's history: forwards, backwards, forwards, and never behind what the code declares."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from commerce.kernel import migrate
from commerce.kernel.tenancy import access_rules
from commerce.migrations.tables import metadata
from tests.support.postgres import TestServer


@pytest.fixture
def empty_url(postgres_server: TestServer) -> Iterator[str]:
    with postgres_server.database(template="template0") as url:
        yield url


def test_up_down_and_up_again(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    migrate.downgrade(empty_url, to="base")
    assert migrate.current_revision(empty_url) is None
    assert tables_of(empty_url) == {"alembic_version"}
    migrate.upgrade(empty_url)
    assert migrate.current_revision(empty_url) == migrate.newest_revision()


def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    migrate.upgrade(empty_url)
    assert migrate.current_revision(empty_url) == migrate.newest_revision()


def test_the_tables_are_what_the_code_declares(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_every_declared_policy_stands_in_the_database(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    declared = {
        (rule.split()[4], rule.split()[2])
        for table in metadata.sorted_tables
        for rule in access_rules(table)
        if rule.startswith("CREATE POLICY")
    }
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'")
        )
        assert {(row.tablename, row.policyname) for row in rows} == declared
    engine.dispose()


def ours(_object: object, name: str | None, kind: str, _reflected: object, _other: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


def tables_of(url: str) -> set[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        names = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        found = set(names)
    engine.dispose()
    return found
