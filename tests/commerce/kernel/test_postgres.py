"""The embedded PostgreSQL starts, keeps what was acknowledged, and keeps to itself."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from commerce.kernel.postgres import EmbeddedPostgres
from commerce.kernel.postgres_errors import PostgresInUseError, PostgresUnavailableError
from commerce.kernel.postgres_home import Home
from tests.support.postgres import driver_address

START_AND_WAIT = """
import sys, time
from pathlib import Path
from commerce.kernel.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
print(server.process.pid, flush=True)
time.sleep(60)
"""


@contextlib.contextmanager
def folder_in(parent: Path) -> Iterator[Path]:
    """A folder for an installation, whose database goes away with it."""
    var = parent / "var"
    yield var
    home = EmbeddedPostgres(var).home.folder
    for leftover in home.parent.glob(f"{home.name}*"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    with folder_in(tmp_path) as var:
        yield var


@pytest.fixture(scope="module")
def used_var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with folder_in(tmp_path_factory.mktemp("postgres")) as var:
        yield var


@pytest.fixture
def server(used_var: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(used_var) as server:
        yield server


def connect(server: EmbeddedPostgres) -> psycopg.Connection:
    return psycopg.connect(driver_address(server.url), autocommit=True)


def ask(server: EmbeddedPostgres, question: str) -> object:
    with connect(server) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None


@contextlib.contextmanager
def another_process(var: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another Python that serves `var`; gives it and the process id of its server."""
    command = [sys.executable, "-c", START_AND_WAIT, str(var)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        server_id = int(process.stdout.readline())
        try:
            yield process, server_id
        finally:
            process.kill()
            process.wait()
            wait_for_the_end_of(server_id)


def wait_for_the_end_of(process: int) -> None:
    """Wait for a process that is not ours to end; one that only waits to be reaped has ended."""
    for _ in range(100):
        with contextlib.suppress(FileNotFoundError):
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                time.sleep(0.1)
                continue
        return
    pytest.fail(f"process {process} still runs")


def test_the_server_is_made_for_a_shop_in_chinese_and_english(server: EmbeddedPostgres) -> None:
    with connect(server) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
    assert ask(server, "SELECT cardinality(show_trgm('中文手机')) > 3")
    assert ask(server, "SELECT lower('CAFÉ')") == "café"
    assert ask(server, "SHOW server_encoding") == "UTF8"


def test_the_server_is_durable_and_deaf_to_the_network(server: EmbeddedPostgres) -> None:
    wanted = {
        "data_checksums": "on",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "jit": "off",
        "listen_addresses": "",
    }
    assert {name: ask(server, f"SHOW {name}") for name in wanted} == wanted


def test_the_shop_connects_as_an_owner_who_is_no_superuser(server: EmbeddedPostgres) -> None:
    assert ask(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_the_owner_can_act_as_the_roles_it_makes(server: EmbeddedPostgres) -> None:
    with connect(server) as connection:
        connection.execute("CREATE ROLE counter NOLOGIN")
        connection.execute("SET ROLE counter")


def test_a_killed_server_starts_again_with_everything_it_acknowledged(
    server: EmbeddedPostgres,
) -> None:
    with connect(server) as connection:
        connection.execute("CREATE TABLE sale AS SELECT 1 AS unit")
        assert server.process is not None
        server.process.kill()
        server.process.wait()
    server.stop()
    server.start()
    assert ask(server, "SELECT unit FROM sale") == 1


def test_a_second_process_is_told_who_works_on_the_folder_and_what_to_do(used_var: Path) -> None:
    with (
        another_process(used_var) as (process, _),
        pytest.raises(PostgresInUseError, match=rf"process {process.pid}.*QUAYSIDE_VAR="),
    ):
        EmbeddedPostgres(used_var).start()


def test_the_server_ends_with_a_killed_parent_and_the_folder_is_free_again(used_var: Path) -> None:
    with another_process(used_var) as (process, server_id):
        process.send_signal(signal.SIGKILL)
        process.wait()
        with EmbeddedPostgres(used_var) as server:
            assert ask(server, "SELECT 1") == 1
            wait_for_the_end_of(server_id)


def test_a_stopped_server_is_gone_and_says_so(server: EmbeddedPostgres) -> None:
    assert server.answers()
    server.stop()
    assert not server.answers()


def test_whoever_removes_the_folder_gets_an_empty_shop(var: Path) -> None:
    with EmbeddedPostgres(var) as server, connect(server) as connection:
        connection.execute("CREATE TABLE old_shop (id int)")
    shutil.rmtree(var)
    with EmbeddedPostgres(var) as server:
        assert ask(server, "SELECT to_regclass('old_shop')") is None


def test_nobody_elses_folder_changes_its_permissions(var: Path) -> None:
    var.mkdir(mode=0o700)
    folders = [var, *var.parents]
    before = [(folder.stat().st_mode, folder.stat().st_uid) for folder in folders]
    with EmbeddedPostgres(var):
        pass
    assert [(folder.stat().st_mode, folder.stat().st_uid) for folder in folders] == before


def test_other_users_cannot_enter_the_folders_of_the_server(server: EmbeddedPostgres) -> None:
    for folder in (server.home.folder, server.home.cluster, server.home.socket_folder):
        assert folder.stat().st_mode & 0o077 == 0


def test_a_deep_folder_gets_a_socket_whose_path_the_system_can_hold(tmp_path: Path) -> None:
    home = Home(var=tmp_path, folder=tmp_path / ("deep" * 30), account=None)
    assert len(os.fsencode(home.socket_folder / ".s.PGSQL.5432")) <= 103


def test_a_foreign_socket_folder_is_refused(tmp_path: Path) -> None:
    home = Home(var=tmp_path, folder=tmp_path / "postgres", account=None)
    home.socket_folder.mkdir(parents=True, mode=0o777)
    home.socket_folder.chmod(0o777)
    home.folder.chmod(0o700)
    with pytest.raises(PostgresUnavailableError, match="nobody else may enter"):
        home.prepare()


def test_a_cluster_of_another_version_is_refused_with_the_way_out(var: Path) -> None:
    with EmbeddedPostgres(var) as server:
        version = server.home.cluster / "PG_VERSION"
    version.write_text("14\n")
    with pytest.raises(PostgresUnavailableError, match=r"made by PostgreSQL 14.*pg_dump"):
        EmbeddedPostgres(var).start()


def test_a_server_that_cannot_start_says_why(used_var: Path) -> None:
    began = time.monotonic()
    with pytest.raises(PostgresUnavailableError, match="no_such_setting"):
        EmbeddedPostgres(used_var, settings={"no_such_setting": "1"}).start()
    assert time.monotonic() - began < 20
