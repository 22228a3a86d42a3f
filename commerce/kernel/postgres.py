"""The embedded PostgreSQL: a real server, a direct child of the process that starts it.

It serves one installation (one `var` folder) through a Unix socket that other users cannot reach,
ends with its parent, and survives `kill -9`: the next start recovers and waits for leftovers of
the old server instead of deleting lock files.
"""

import contextlib
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from commerce.kernel.postgres_cluster import SUPERUSER, ensure_cluster
from commerce.kernel.postgres_errors import PostgresUnavailableError
from commerce.kernel.postgres_home import Home
from commerce.kernel.postgres_programs import database_account, programs_folder
from commerce.kernel.postgres_settings import PORT, server_settings
from commerce.kernel.tether import tethered

DATABASE = OWNER = "quayside"

_LEFTOVER = re.compile(rb"postmaster\.pid|\.lock\" already exists|shared memory block")
_RECOVERY_SECONDS = 120
_LEFTOVER_SECONDS = 20


class EmbeddedPostgres:
    """The database server of the installation in `var`.

    Args:
        var: the installation's folder.
        settings: server settings that differ from the tuned ones.
        folder: keeps the database here instead of the usual place; the account that runs the
            server must be able to reach it.
    """

    def __init__(
        self,
        var: Path,
        *,
        settings: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        account = database_account()
        self.home = Home.of(var, account, folder=folder)
        self.programs = programs_folder(account)
        self.process: subprocess.Popen[bytes] | None = None
        self._settings = server_settings(self.home.socket_folder) | dict(settings or {})
        self._held = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address of the installation's database, as SQLAlchemy wants it."""
        return self.url_of(DATABASE)

    def url_of(self, database: str, *, user: str = OWNER) -> str:
        """Return the address of `database` for `user`."""
        host = quote(str(self.home.socket_folder))
        return f"postgresql+psycopg://{user}@/{database}?host={host}&port={PORT}"

    def answers(self) -> bool:
        """Return whether a server of this installation, whoever started it, takes connections."""
        try:
            self._connect(DATABASE, OWNER).close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self) -> None:
        """Start the server and wait until it answers; the first time, make the cluster.

        The server ends when the calling thread does: start it from one that stays.

        Raises:
            PostgresInUseError: another process works on the same folder.
            PostgresUnavailableError: the server does not come up; the message quotes its log.
        """
        with contextlib.ExitStack() as undo:
            undo.enter_context(self.home.held())
            self.home.prepare()
            ensure_cluster(self.home, self.programs)
            undo.callback(self._end)
            self._serve()
            self._ensure_database()
            self._held = undo.pop_all()

    def stop(self) -> None:
        """End the server: connections are cut, the data is on disk. Harmless when it is not up."""
        self._held.close()

    def revive(self) -> bool:
        """Start the server again if it ended by itself since `start`; return whether it had.

        Raises:
            PostgresUnavailableError: it does not come up; `revive` may be called again later.
        """
        if self.process is not None and self.process.poll() is None:
            return False
        self._serve()
        return True

    def _serve(self) -> None:
        """Start the server, again and again while leftovers of a killed one still leave."""
        patience = time.monotonic() + _LEFTOVER_SECONDS
        while True:
            said = self._start_once()
            if said is None:
                return
            if not _LEFTOVER.search(said) or time.monotonic() > patience:
                raise PostgresUnavailableError(
                    f"PostgreSQL does not start; {self.home.log} says:\n"
                    + said.decode(errors="replace")
                )
            time.sleep(0.2)

    def _start_once(self) -> bytes | None:
        """Start the server; return None when it answers, or what it said before it ended."""
        options = [word for item in self._settings.items() for word in ("-c", "=".join(item))]
        command = [str(self.programs / "postgres"), "-D", str(self.home.cluster), *options]
        with self.home.log.open("ab") as log:
            before = log.tell()
            self.process = subprocess.Popen(
                tethered(command, farewell=signal.SIGINT, account=self.home.account),
                cwd=self.home.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for the parent to pass on
            )
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._is_ready(self.process.pid):
                return None
            time.sleep(0.03)
        self._end()
        return self.home.log.read_bytes()[before:][-4000:]

    def _is_ready(self, pid: int) -> bool:
        """Return whether the server with process id `pid`, and no older one, takes connections."""
        with contextlib.suppress(OSError, IndexError, psycopg.OperationalError):
            holder = (self.home.cluster / "postmaster.pid").read_text().splitlines()[0]
            if holder == str(pid):
                self._connect("postgres", SUPERUSER).close()
                return True
        return False

    def _ensure_database(self) -> None:
        """Make the owner, who is no superuser, and the database, if they are not there yet."""
        with self._connect("postgres", SUPERUSER) as connection:
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [OWNER]).rowcount == 0:
                connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
                # The owner must be able to act as the roles it makes (PostgreSQL 16 and newer).
                connection.execute(f"ALTER ROLE {OWNER} SET createrole_self_grant = 'set, inherit'")
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if found.rowcount == 0:
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def _connect(self, database: str, user: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.home.socket_folder),
            port=PORT,
            dbname=database,
            user=user,
            autocommit=True,
            connect_timeout=5,
        )

    def _end(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        # Fast, then immediate shutdown (PostgreSQL manual, "Shutting Down the Server"), then none.
        for word, seconds in ((signal.SIGINT, 3), (signal.SIGQUIT, 1), (signal.SIGKILL, 1)):
            process.send_signal(word)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
                return
