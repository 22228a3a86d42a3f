"""Every test gets a database of its own, quickly."""

import psycopg

from tests.support.postgres import driver_address


def test_a_test_gets_the_whole_schema_and_no_rows(database_url: str) -> None:
    with psycopg.connect(driver_address(database_url)) as connection:
        assert connection.execute("SELECT count(*) FROM merchant").fetchone() == (0,)
        connection.execute("CREATE TABLE left_by_a_test (id int)")


def test_what_one_test_leaves_another_never_sees(database_url: str) -> None:
    with psycopg.connect(driver_address(database_url)) as connection:
        found = connection.execute("SELECT to_regclass('left_by_a_test')").fetchone()
    assert found == (None,)
