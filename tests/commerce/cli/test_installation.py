"""Commands reach the database of an installation, whether it runs or not."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from commerce.cli.installation import checked_address, reach, reach_installed
from commerce.kernel.postgres import EmbeddedPostgres
from commerce.kernel.postgres_errors import PostgresUnavailableError
from commerce.kernel.settings import Settings, read_settings
from tests.support.postgres import driver_address


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    yield read_settings({"QUAYSIDE_VAR": str(tmp_path)})
    home = EmbeddedPostgres(tmp_path).home.folder
    for leftover in home.parent.glob(f"{home.name}*"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()


def database_at(url: str) -> object:
    with psycopg.connect(driver_address(url)) as connection:
        return connection.execute("SELECT current_database()").fetchone()


def test_a_stopped_installation_gets_its_database_for_as_long_as_the_command_runs(
    settings: Settings,
) -> None:
    with reach(settings) as url:
        assert database_at(url) == ("quayside",)
    assert not EmbeddedPostgres(settings.var).answers()


def test_a_running_installation_is_joined_and_left_running(settings: Settings) -> None:
    with EmbeddedPostgres(settings.var) as running:
        with reach(settings) as url:
            assert url == running.url
        assert running.answers()


def test_a_given_server_is_reached_by_its_plain_address(tmp_path: Path, database_url: str) -> None:
    plain = driver_address(database_url)
    given = read_settings({"QUAYSIDE_VAR": str(tmp_path), "DATABASE_URL": plain})
    with reach(given) as url:
        assert url == database_url


def test_a_server_that_does_not_answer_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(PostgresUnavailableError, match="cannot be reached"):
        checked_address(f"postgres://shop@127.0.0.1:{port}/shop")


def test_another_database_than_postgresql_is_told() -> None:
    with pytest.raises(PostgresUnavailableError, match="must look like postgresql://"):
        checked_address("mysql://shop@127.0.0.1/shop")


def test_where_nothing_is_installed_nothing_is_made(tmp_path: Path) -> None:
    empty = read_settings({"QUAYSIDE_VAR": str(tmp_path / "nowhere")})
    with (
        pytest.raises(PostgresUnavailableError, match="Nothing is installed"),
        reach_installed(empty),
    ):
        pass
    assert not (tmp_path / "nowhere").exists()


def test_a_database_of_somebody_else_is_told_apart(settings: Settings) -> None:
    with (
        EmbeddedPostgres(settings.var),
        pytest.raises(PostgresUnavailableError, match="holds no Quayside yet"),
        reach_installed(settings),
    ):
        pass


def test_a_database_of_another_release_is_told(settings: Settings, database_url: str) -> None:
    given = read_settings({"QUAYSIDE_VAR": str(settings.var), "DATABASE_URL": database_url})
    with reach_installed(given) as url:
        assert url == database_url
    with psycopg.connect(driver_address(database_url)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    with (
        pytest.raises(PostgresUnavailableError, match="quayside migrate"),
        reach_installed(given),
    ):
        pass
