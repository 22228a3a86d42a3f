"""Every program of an installation knows where the others are."""

import socket
import threading
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from commerce.cli.commands import Command
from commerce.cli.programs import local_url, programs
from commerce.cli.serve import options
from commerce.kernel.settings import Settings, read_settings
from wsgi import create_app

SIMULATORS = [
    EntryPoint("post", "integrations.sandbox.post", "quayside.simulators"),
    EntryPoint("card-reader", "integrations.sandbox.reader", "quayside.simulators"),
]


@pytest.fixture(autouse=True)
def _simulators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce.cli.programs.entry_points", lambda **_: SIMULATORS)


def settings(tmp_path: Path, **environment: str) -> Settings:
    return read_settings({"QUAYSIDE_VAR": str(tmp_path), **environment})


def started(tmp_path: Path, **environment: str) -> dict[str, Command]:
    found = programs(
        settings(tmp_path, **environment), database_url="postgresql://here", root=tmp_path
    )
    return {program.name: program for program in found}


def test_simulators_start_before_the_web_server_and_its_worker(tmp_path: Path) -> None:
    assert list(started(tmp_path)) == ["card-reader", "post", "web"]


def test_whoever_waits_for_a_page_comes_before_what_nobody_sees(tmp_path: Path) -> None:
    yielding = {name for name, each in started(tmp_path).items() if each.niceness}
    assert yielding == {"card-reader", "post"}


def test_everybody_is_told_where_every_simulator_is(tmp_path: Path) -> None:
    running = started(tmp_path)
    port = running["card-reader"].environment["PORT"]
    for program in running.values():
        told = program.environment["QUAYSIDE_SIMULATOR_CARD_READER"]
        assert told == f"http://127.0.0.1:{port}"


def test_a_simulator_listens_to_this_machine_only(tmp_path: Path) -> None:
    running = started(tmp_path, HOST="::")
    assert running["post"].environment["HOST"] == "127.0.0.1"
    assert running["post"].environment["QUAYSIDE_URL"] == "http://[::1]:8000"


def test_the_web_server_listens_with_two_workers_that_share_the_port(tmp_path: Path) -> None:
    told = options(settings(tmp_path, PORT="8123", HOST="::1"))
    assert (told["bind"], told["reuse_port"]) == ("[::1]:8123", True)
    assert (told["worker_class"], told["workers"], told["threads"]) == ("gthread", 2, 4)


def test_everybody_is_told_the_database_and_the_folder(tmp_path: Path) -> None:
    for program in started(tmp_path).values():
        assert program.environment["DATABASE_URL"] == "postgresql://here"
        assert program.environment["QUAYSIDE_VAR"] == str(tmp_path)


def test_a_server_for_the_world_is_reached_here_by_loopback(tmp_path: Path) -> None:
    assert local_url(settings(tmp_path, HOST="::")) == "http://[::1]:8000"


def test_the_application_is_built_without_a_connection_that_its_workers_would_share(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as database:
        database.settimeout(0.2)
        url = f"postgresql+psycopg://shop@127.0.0.1:{database.getsockname()[1]}/shop"
        threads = threading.active_count()
        create_app(settings(tmp_path, DATABASE_URL=url))
        assert threading.active_count() == threads
        with pytest.raises(TimeoutError):
            database.accept()
