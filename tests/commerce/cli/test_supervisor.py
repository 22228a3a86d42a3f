"""A supervisor keeps programs going, and leaves none behind."""

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import pytest

from commerce.cli.commands import Command
from commerce.cli.forks import Fork
from commerce.cli.supervisor import Supervisor, last_line

STAYS = "import time; print('here', flush=True); time.sleep(60)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + STAYS
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {STAYS!r}]);" + STAYS
FALLS = "import sys; sys.exit('no more paper')"


def program(folder: Path, script: str, name: str = "printer") -> Command:
    return Command(
        name=name,
        command=(sys.executable, "-c", script),
        environment=os.environ | {"WORKS_IN": str(folder)},
        log=folder / "log" / f"{name}.log",
    )


def working_in(folder: Path) -> int:
    """How many processes carry this folder's name."""
    count = 0
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            count += f"WORKS_IN={folder}\0".encode() in entry.read_bytes()
        except OSError:
            continue
    return count


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def is_here(program: Command) -> bool:
    return program.log.exists() and last_line(program.log) == "here"


def test_a_program_that_falls_is_told_with_its_last_words_and_started_again(
    tmp_path: Path,
) -> None:
    said: list[str] = []
    with Supervisor(said.append) as supervisor:
        supervisor.start(program(tmp_path, FALLS))

        def has_fallen_twice() -> bool:
            supervisor.tend()
            return supervisor.failures("printer") == 2

        until(has_fallen_twice)
    assert "printer ended (exit status 1) and starts again in 0.5 s." in said[0]
    assert said[0].endswith("no more paper")
    assert "in 1 s" in said[1]


@pytest.mark.parametrize("script", [STAYS, DEAF, PARENT])
def test_nothing_is_left_when_the_supervisor_goes(
    tmp_path: Path, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commerce.cli.supervisor._STOP_SECONDS", 1)
    with Supervisor(print) as supervisor:
        started = program(tmp_path, script)
        supervisor.start(started)
        until(lambda: is_here(started))
        assert working_in(tmp_path) > 0
    until(lambda: working_in(tmp_path) == 0)


def test_a_program_in_the_background_gives_way(tmp_path: Path) -> None:
    shy = "import os, time; print(os.getpriority(os.PRIO_PROCESS, 0), flush=True); time.sleep(60)"
    own = os.getpriority(os.PRIO_PROCESS, 0)
    mailer = replace(program(tmp_path, shy), niceness=own + 4)
    with Supervisor(print) as supervisor:
        supervisor.start(mailer)
        until(lambda: mailer.log.exists() and last_line(mailer.log) == str(own + 4))


def test_programs_stop_in_the_reverse_order_of_their_start(tmp_path: Path) -> None:
    log = tmp_path / "order"
    script = (
        "import signal, sys, time\n"
        f"def leave(*_): open({str(log)!r}, 'a').write(sys.argv[1]); sys.exit()\n"
        "signal.signal(signal.SIGTERM, leave)\n" + STAYS
    )
    with Supervisor(print) as supervisor:
        for name in ("simulator", "worker", "web"):
            started = program(tmp_path, script, name)
            command = (*started.command, f"{name} ")
            supervisor.start(
                Command(name=name, command=command, environment=os.environ, log=started.log)
            )
            until(lambda started=started: is_here(started))  # type: ignore[misc]  # bound now
    assert log.read_text() == "web worker simulator "


def test_a_log_that_has_grown_large_is_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commerce.cli.supervisor._LARGEST_LOG_BYTES", 10)
    started = program(tmp_path, STAYS)
    started.log.parent.mkdir()
    started.log.write_text("a long day's sales\n")
    with Supervisor(print) as supervisor:
        supervisor.start(started)
        until(lambda: is_here(started))
    assert started.log.with_suffix(".log.1").read_text() == "a long day's sales\n"


def test_a_fork_shares_what_is_known_here_and_leads_a_group_of_its_own(tmp_path: Path) -> None:
    known = object()
    log = tmp_path / "log" / "web.log"

    def serve() -> None:
        name = Path("/proc/self/comm").read_text().strip()
        click.echo(f"{id(known)} {os.getpid() == os.getpgid(0)} {name}")
        time.sleep(60)

    with Supervisor(print) as supervisor:
        supervisor.start(Fork(name="web", run=serve, log=log))
        until(lambda: log.exists() and last_line(log) == f"{id(known)} True quayside-web")


def test_a_fork_that_falls_is_told_and_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    fork = Fork(name="web", run=lambda: sys.exit("no more paper"), log=tmp_path / "web.log")
    with Supervisor(said.append) as supervisor:
        supervisor.start(fork)

        def has_fallen_twice() -> bool:
            supervisor.tend()
            return supervisor.failures("web") == 2

        until(has_fallen_twice)
    assert "web ended (exit status 1)" in said[0]
    assert said[0].endswith("no more paper")


def test_a_fork_that_hears_nothing_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commerce.cli.supervisor._STOP_SECONDS", 0.3)
    log = tmp_path / "deaf.log"

    def deaf() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        click.echo("here")
        time.sleep(60)

    with Supervisor(print) as supervisor:
        supervisor.start(Fork(name="deaf", run=deaf, log=log))
        until(lambda: log.exists() and last_line(log) == "here")
