"""Whether a database stands at this release, seen without loading what migrates it."""

import contextlib
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import psycopg

_REVISIONS = Path(__file__).parents[1] / "migrations" / "versions"
_LOOK_SECONDS = 0.05
_TELL_SECONDS = 10.0
_PROCESSES = "SELECT obj_description(to_regnamespace('dbos'), 'pg_namespace')"


def newest_revision() -> str:
    """Return the revision of this release: the number that its last migration begins with."""
    return max(path.name.partition("_")[0] for path in _REVISIONS.glob("[0-9]*_*.py"))


def mark_of_processes() -> str:
    """Return the comment on the schema of durable processes once it fits the installed library."""
    return f"DBOS {version('dbos')}"


def current_revision(url: str) -> str | None:
    """Return the revision that the database at `url` is at, or None for an empty one.

    Args:
        url: the address as SQLAlchemy wants it.
    """
    with _connected(url) as connection:
        return _revision(connection)


def stands_at_this_release(url: str) -> bool:
    """Return whether neither our tables nor those of durable processes have to be migrated."""
    with _connected(url) as connection:
        if _revision(connection) != newest_revision():
            return False
        found = connection.execute(_PROCESSES).fetchone()
        return found is not None and found[0] == mark_of_processes()


def await_release(url: str, tell: Callable[[str], None]) -> None:
    """Wait for the database at `url` to be up and at this release; tell what is waited for."""
    told = time.monotonic()
    while True:
        reason = f"is not at revision {newest_revision()}; bring it there: quayside migrate"
        try:
            if stands_at_this_release(url):
                return
        except psycopg.Error as fault:
            reason = f"does not answer: {str(fault).strip()}"
        if time.monotonic() - told > _TELL_SECONDS:
            tell(f"Waiting: the database {reason}")
            told = time.monotonic()
        time.sleep(_LOOK_SECONDS)


@contextlib.contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True, connect_timeout=10) as connection:
        yield connection


def _revision(connection: psycopg.Connection) -> str | None:
    known = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
    if known != (True,):
        return None
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return found[0] if found else None
