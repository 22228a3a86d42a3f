"""One PostgreSQL for a whole test run, and a database of its own for whoever asks.

The first test that needs a database starts a keeper (`tests.support.postgres_keeper`); it serves
every pytest-xdist worker of the run, outlives none of them, and takes everything away at the end.
`TEST_DATABASE_URL` names a server to use instead; its user must be allowed to create databases.
"""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from commerce.kernel.database import Database

_START_SECONDS = 60

Facts = TypeVar("Facts")


class TestServer:
    """The server of this run: makes databases from the template and drops them."""

    __test__ = False

    def __init__(self, *, folder: Path, admin_url: str, owner_url: str, template: str) -> None:
        self.folder = folder
        self.template = template
        self._admin_url = admin_url
        self._owner_url = make_url(owner_url)
        self._admin = psycopg.connect(driver_address(admin_url), autocommit=True)
        self._furnished: dict[Callable[[Database], Any], tuple[str, Any]] = {}

    @contextlib.contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """Make a copy of a template (the one with the schema), give its address, drop it after."""
        name = self._copy(template or self.template, self._fresh())
        try:
            yield self._address(name)
        finally:
            self._do("DROP DATABASE {} WITH (FORCE)", name)

    @contextlib.contextmanager
    def furnished(self, furnish: Callable[[Database], Facts]) -> Iterator[tuple[str, Facts]]:
        """Give a copy of the database that `furnish` filled, and what it told about it.

        It fills one database of this process, at the first call. Its facts are everybody's: ids
        and rows, never anything that a test changes; the database of a shop among them is closed.
        The keeper takes away what was filled, with everything else.
        """
        if furnish not in self._furnished:
            name = self._copy(self.template, self._fresh())
            with contextlib.closing(Database(self._address(name))) as database:
                self._furnished[furnish] = name, furnish(database)
        name, facts = self._furnished[furnish]
        with self.database(name) as url:
            yield url, facts

    def filled_once(self, word: str, fill: Callable[[str], None]) -> str:
        """Return a template that `fill` has filled, for whichever process of the run came first.

        What it keeps beside the database is in `folder`, which goes with the run.
        """
        name = f"{self.template}_{word}"
        with (self.folder / f"{word}.lock").open("a+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.seek(0)
            if not lock.read():
                fill(self._address(self._copy(self.template, name)))
                self._hang_up(name)
                lock.write("filled")
        return name

    def close(self) -> None:
        """Let go of the server; others of this run may still work on it."""
        self._admin.close()

    def _fresh(self) -> str:
        return f"{self.template}_{uuid4().hex[:12]}"

    def _copy(self, template: str, name: str) -> str:
        # On a RAM disk copying files took 19 ms where WAL_LOG took 33 (11 MB, 80 tables).
        self._do("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy OWNER {}", name, template)
        return name

    def _address(self, name: str) -> str:
        return self._owner_url.set(database=name).render_as_string(hide_password=False)

    def _hang_up(self, name: str) -> None:
        """Cut what a fill that was killed on its way has left open; a template has no guests."""
        self._admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )

    def _do(self, statement: str, *names: str) -> None:
        owner = self._owner_url.username or "postgres"
        quoted = map(sql.Identifier, [*names, owner])
        self._admin.execute(sql.SQL(statement).format(*quoted))


def driver_address(url: str) -> str:
    """Return SQLAlchemy's `url` as libpq reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def server_of_run(run: str, controller: int) -> TestServer:
    """Return the server of test run `run`, started now if this is the first call of the run.

    `controller` is the process that lives as long as the run does.
    """
    folder = Path(tempfile.gettempdir()) / f"quayside-tests-{os.geteuid()}" / run
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ready = folder / "ready.json"
    with (folder / "lock").open("a+", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if not lock.read():
            lock.write("a keeper was started")
            _start_keeper(folder, controller)
    if not ready.exists():
        said = (folder / "keeper.log").read_text()
        pytest.fail(f"The test database did not start:\n{said}", pytrace=False)
    return TestServer(folder=folder, **json.loads(ready.read_text()))


def _start_keeper(folder: Path, controller: int) -> None:
    with (folder / "keeper.log").open("wb") as output:
        keeper = subprocess.Popen(  # it goes by itself when the controller is gone
            [sys.executable, "-m", "tests.support.postgres_keeper", str(folder), str(controller)],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + _START_SECONDS
    while not (folder / "ready.json").exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            return
        time.sleep(0.02)
    # The run does not wait for the keeper's end; without this, Popen would warn about that.
    keeper.returncode = 0
