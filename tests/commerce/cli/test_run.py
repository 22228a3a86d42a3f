"""`quayside run` opens the shop, keeps it open, and leaves nothing behind."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from commerce.kernel.postgres import EmbeddedPostgres
from tests.support.postgres import TestServer

CHECKOUT = Path(__file__).parents[3]
READY = "Quayside is ready: "


@pytest.fixture
def port() -> int:
    return free_port()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing has run yet."""
    with taken_away(tmp_path):
        yield tmp_path


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which the shop may have run before, so that its database stands already."""
    with taken_away(tmp_path_factory.mktemp("used")) as folder:
        yield folder


@contextlib.contextmanager
def taken_away(folder: Path) -> Iterator[Path]:
    """Take the database of an installation away at the end."""
    yield folder
    home = EmbeddedPostgres(folder / "var").home.folder
    for leftover in home.parent.glob(f"{home.name}*"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()


class RunningShop:
    """A started `quayside run` and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def said(self, words: str) -> str:
        """Wait until a line holds `words`; return it."""
        wait_for(lambda: any(words in line for line in self.lines), f"{words!r}", self)
        return next(line for line in self.lines if words in line)

    def ended(self) -> int:
        """Wait for the end; return the exit status."""
        status = self.process.wait(15)
        self._reader.join()
        return status


def wait_for(condition: Callable[[], bool], what: str, shop: RunningShop) -> None:
    deadline = time.monotonic() + 40
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited in vain for {what}; it said:\n{''.join(shop.lines)}")
        time.sleep(0.05)


def start(folder: Path, port: int, **environment: str) -> subprocess.Popen[str]:
    variables = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.tiny_shop", str(folder)],
        cwd=CHECKOUT,
        env=variables
        | {"PORT": str(port), "QUAYSIDE_VAR": str(folder / "var"), "PYTHONUNBUFFERED": "1"}
        | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextlib.contextmanager
def run(folder: Path, port: int, **environment: str) -> Iterator[RunningShop]:
    """A running shop; at the end it is killed, and every process of it must be gone."""
    with start(folder, port, **environment) as process:
        shop = RunningShop(process)
        try:
            yield shop
        finally:
            process.kill()
            shop.ended()
            wait_for(lambda: not processes_of(folder), "the end of every process", shop)


def answer(port: int) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read().decode()
    except OSError:
        return ""
    finally:
        connection.close()


def processes_of(folder: Path) -> list[int]:
    """The processes whose variables name this installation."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"QUAYSIDE_VAR={folder}/var".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
    return found


def master_of_web(folder: Path) -> int:
    """The process id of gunicorn's master: the one that is another's child, not a worker."""
    web = {
        process
        for process in processes_of(folder)
        if Path(f"/proc/{process}/comm").read_text().strip() == "quayside-web"
    }
    return next(process for process in web if parent_of(process) not in web)


def parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def test_the_shop_opens_greets_the_operator_and_closes_without_a_trace(
    folder: Path, port: int
) -> None:
    with run(folder, port) as shop:
        assert shop.said(READY) == f"{READY}http://127.0.0.1:{port}/\n"
        assert shop.said("Owner") == "  Owner  owner@shop.example\n"
        assert answer(port) == "quayside"
        shop.process.send_signal(signal.SIGTERM)
        assert shop.ended() == 0
        assert processes_of(folder) == []
    assert sum(READY in line for line in shop.lines) == 1


def test_ctrl_c_closes_the_shop_within_ten_seconds(used: Path, port: int) -> None:
    with run(used, port) as shop:
        shop.said(READY)
        began = time.monotonic()
        shop.process.send_signal(signal.SIGINT)
        assert shop.ended() == 0
    assert time.monotonic() - began < 10


def test_a_killed_supervisor_takes_everything_along_and_the_shop_opens_again(
    used: Path, port: int
) -> None:
    with run(used, port) as shop:
        shop.said(READY)
        shop.process.kill()
    with run(used, port) as shop:
        shop.said(READY)
        assert answer(port) == "quayside"


def test_a_fallen_web_server_is_told_and_started_again(used: Path, port: int) -> None:
    with run(used, port) as shop:
        shop.said(READY)
        os.kill(master_of_web(used), signal.SIGKILL)
        assert "killed by SIGKILL" in shop.said("web ended")
        wait_for(lambda: answer(port) == "quayside", "the web server", shop)


def test_a_fallen_server_of_both_is_started_again(used: Path, port: int) -> None:
    with run(used, port) as shop:
        shop.said(READY)
        os.kill(parent_of(master_of_web(used)), signal.SIGKILL)
        assert "killed by SIGKILL" in shop.said("web ended")
        wait_for(lambda: answer(port) == "quayside", "the web server", shop)


def test_a_fallen_database_is_started_again(used: Path, port: int) -> None:
    with run(used, port) as shop:
        shop.said(READY)
        lock = EmbeddedPostgres(used / "var").home.cluster / "postmaster.pid"
        os.kill(int(lock.read_text().split()[0]), signal.SIGKILL)
        shop.said("PostgreSQL had ended and was started again")
        wait_for(lambda: answer(port) == "quayside", "the web server", shop)


def test_a_taken_port_is_refused_with_the_way_out(used: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with run(used, port) as shop:
            assert shop.ended() == 1
    assert f"PORT={port + 1}" in shop.said(f"Port {port}")


def test_a_second_run_of_the_same_folder_is_refused(used: Path, port: int) -> None:
    with run(used, port) as shop:
        shop.said(READY)
        with start(used, free_port()) as second:
            said, _ = second.communicate(timeout=30)
        assert second.returncode == 1
        assert f"already works on {used}/var (process {shop.process.pid}" in said


def test_a_given_server_is_used_and_no_embedded_one_started(
    folder: Path, port: int, postgres_server: TestServer
) -> None:
    with postgres_server.database() as url, run(folder, port, DATABASE_URL=url) as shop:
        shop.said(READY)
        assert answer(port).startswith(postgres_server.template)
        assert not (folder / "var" / "postgres").exists()


def test_a_given_server_that_is_not_there_is_told(folder: Path, port: int) -> None:
    nowhere = f"postgresql://shop@127.0.0.1:{port}/shop"
    with run(folder, port, DATABASE_URL=nowhere) as shop:
        assert shop.ended() == 1
    shop.said("DATABASE_URL cannot be reached")
