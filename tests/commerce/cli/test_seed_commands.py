"""`quayside migrate` and `quayside demo` say where they stand and refuse what would do harm."""

import json
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner, Result

from commerce.cli.main import quayside
from commerce.kernel.database import Database
from commerce.kernel.release import newest_revision
from tests.support.park import create_merchant
from tests.support.postgres import TestServer


def call(url: str, var: Path, *words: str) -> Result:
    return CliRunner().invoke(quayside, words, env={"DATABASE_URL": url, "QUAYSIDE_VAR": str(var)})


def test_tables_of_this_release_stay_as_they_are(database_url: str, tmp_path: Path) -> None:
    told = call(database_url, tmp_path, "migrate", "--json")
    assert told.exit_code == 0, told.output
    newest = newest_revision()
    assert json.loads(told.output) == {"from": newest, "to": newest, "newest": newest}
    assert "already" in call(database_url, tmp_path, "migrate").output


def test_the_demo_asks_for_the_tables_first(postgres_server: TestServer, tmp_path: Path) -> None:
    with postgres_server.database(template="template0") as empty_url:
        told = call(empty_url, tmp_path, "demo")
    assert told.exit_code == 1
    assert "quayside migrate" in told.output


def test_the_demo_does_not_mix_with_merchants_of_ones_own(
    database_url: str, tmp_path: Path
) -> None:
    with closing(Database(database_url)) as database:
        create_merchant(database, slug="own-shop")
    told = call(database_url, tmp_path, "demo", "--scale", "1")
    assert told.exit_code == 1
    assert "merchants of its own" in told.output
