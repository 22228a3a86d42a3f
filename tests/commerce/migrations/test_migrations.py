"""The schema's history: forwards, backwards, forwards, and never behind what the code declares.

A `database_url` of the tests has been upgraded from nothing, once for all of them; only what is
about the way there begins with an `empty_url`.
"""

from collections.abc import Iterator
from contextlib import closing
from threading import Thread

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from commerce.customers.queries import search_customers
from commerce.fulfilment.queries import sources_of
from commerce.imports.refusal import read_refusal
from commerce.kernel import migrate, release
from commerce.kernel.database import Database
from commerce.kernel.tenancy import access_rules
from commerce.migrations.tables import metadata
from commerce.orders.queries import order_by_id
from tests.support.orders import fill_cart, place
from tests.support.postgres import TestServer
from tests.support.shop import open_shop, stock_product


@pytest.fixture
def empty_url(postgres_server: TestServer) -> Iterator[str]:
    with postgres_server.database(template="template0") as url:
        yield url


def test_up_down_and_up_again(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    migrate.downgrade(empty_url, to="base")
    assert release.current_revision(empty_url) is None
    assert tables_of(empty_url) == {"alembic_version"}
    migrate.upgrade(empty_url)
    assert release.current_revision(empty_url) == release.newest_revision()


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    migrate.upgrade(database_url)
    assert release.current_revision(database_url) == release.newest_revision()


def test_the_newest_revision_is_the_head_of_the_migrations() -> None:
    head = ScriptDirectory.from_config(migrate.configuration("")).get_current_head()
    assert release.newest_revision() == head


def test_a_database_stands_at_this_release_once_everything_is_migrated(empty_url: str) -> None:
    assert not release.stands_at_this_release(empty_url)
    migrate.upgrade(empty_url)
    assert release.stands_at_this_release(empty_url)


def test_a_server_that_starts_first_waits_for_its_tables(empty_url: str) -> None:
    server = Thread(target=release.await_release, args=(empty_url, print), daemon=True)
    server.start()
    server.join(0.2)
    assert server.is_alive()
    migrate.upgrade(empty_url)
    server.join(10)
    assert not server.is_alive()


@pytest.mark.parametrize(
    "of_another_release",
    [
        "UPDATE alembic_version SET version_num = '0001'",
        "COMMENT ON SCHEMA dbos IS 'DBOS 0.1'",
    ],
    ids=["our tables", "the tables of durable processes"],
)
def test_tables_of_another_release_are_noticed(database_url: str, of_another_release: str) -> None:
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(of_another_release)
    assert not release.stands_at_this_release(database_url)


def test_the_tables_are_what_the_code_declares(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_every_declared_policy_stands_in_the_database(database_url: str) -> None:
    declared = {
        (rule.split()[4], rule.split()[2])
        for table in metadata.sorted_tables
        for rule in access_rules(table)
        if rule.startswith("CREATE POLICY")
    }
    engine = create_engine(database_url)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'")
        )
        assert {(row.tablename, row.policyname) for row in rows} == declared
    engine.dispose()


def test_reasons_of_lost_pictures_and_links_in_letters_of_earlier_releases_are_kept_as_todays(
    empty_url: str,
) -> None:
    migrate.upgrade(empty_url, to="0002")
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(
            text("ALTER TABLE outgoing_mail DROP CONSTRAINT fk_outgoing_mail_merchant_id")
        )
        for template, state in (
            ("order-confirmation", "queued"),
            ("staff-reset", "queued"),
            ("account-open", "failed"),
        ):
            connection.execute(
                text("""
                INSERT INTO outgoing_mail (merchant_id, id, template, about, recipient, locale,
                  subject, text, sender_name, reply_to, headers, state, attempts, last_error,
                  created_at)
                VALUES (gen_random_uuid(), gen_random_uuid(), :template, gen_random_uuid(), 'a@b.cn',
                  'en', '', 'a letter', '', '', '{}', :state, 0, '', now())"""),
                {"template": template, "state": state},
            )
        for constraint in ("merchant_id", "merchant_id_product_id"):
            connection.execute(
                text(f"ALTER TABLE picture_fetch DROP CONSTRAINT fk_picture_fetch_{constraint}")
            )
        for at, problem in enumerate(("", "The server answered 404.", "The server is too slow.")):
            connection.execute(
                text("""
                INSERT INTO picture_fetch (merchant_id, id, product_id, url, locale, alt, position,
                  state, problem, created_at)
                VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), :at, 'en', '', :at,
                  'failed', :problem, now())"""),
                {"at": at, "problem": problem},
            )
    migrate.upgrade(empty_url)
    with engine.connect() as connection:
        kept = connection.execute(
            text("SELECT problem FROM picture_fetch ORDER BY position")
        ).scalars()
        assert [each and str(read_refusal(each)) for each in kept] == [
            None,
            "The server answered 404.",
            "The server is too slow.",
        ]
        letters = connection.execute(
            text("SELECT text, state, order_id = about FROM outgoing_mail ORDER BY template")
        )
        assert [tuple(row) for row in letters] == [
            ("", "failed", None),
            ("a letter", "queued", True),
            ("", "given_up", None),
        ]
    engine.dispose()


def test_open_orders_of_earlier_releases_get_places_and_people_and_their_prices_a_history(
    database_url: str,
) -> None:
    with closing(Database(database_url, connections=2)) as database:
        shop = open_shop(database)
        bowl, sofa = stock_product(shop, in_store=3), stock_product(shop, counted=False)
        order = place(shop, fill_cart(shop, (bowl, 1), (sofa, 2))).order
        place(shop, fill_cart(shop, (sofa, 1), email="nobody@example.com"))
        with database.transaction(shop.scope) as session:
            session.execute(
                text("UPDATE sales_order SET placed_at = now() WHERE id = :id"), {"id": order.id}
            )
    migrate.downgrade(database_url, to="0015")
    migrate.upgrade(database_url)
    with (
        closing(Database(database_url, connections=1)) as database,
        database.reading(shop.scope) as connection,
    ):
        sources = sources_of(connection, order_id=order.id)
        bought = order_by_id(connection, order_id=order.id)
        people = search_customers(connection)
        prices = connection.execute(
            text("SELECT variant_id, currency, amount_minor FROM price_change")
        ).all()
    assert [(each.email, each.name) for each in people] == [("lin@example.com", "Lin Wei")]
    assert bought is not None
    assert bought.customer_id == people[0].id
    assert {tuple(each) for each in prices} == {(bowl, "CNY", 68800), (sofa, "CNY", 68800)}
    assert {
        (each.variant_id, each.location_id, each.quantity, each.counted) for each in sources
    } == {
        (bowl, shop.store, 1, True),
        (sofa, shop.store, 2, False),
    }


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
