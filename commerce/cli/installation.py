"""How a command reaches an installation, whether it is running or not: its database, its address."""

import contextlib
import importlib
import time
from collections.abc import Iterator
from dataclasses import replace

import psycopg

from commerce.kernel.postgres import EmbeddedPostgres
from commerce.kernel.postgres_errors import PostgresInUseError, PostgresUnavailableError
from commerce.kernel.release import current_revision, newest_revision
from commerce.kernel.settings import Settings, read_settings

_OLDEST_SERVER = 150000  # PostgreSQL 15, as psycopg counts versions
_START_SECONDS = 30
_ADDRESS = "address"


def keep_address(settings: Settings) -> None:
    """Write down at which address the world reaches the shop that is being opened."""
    (settings.var / _ADDRESS).write_text(f"{settings.public_url}\n", encoding="utf-8")


def settings_of_installation() -> Settings:
    """Read the settings for a command beside the shop, such as one that prints a link into it.

    Where the environment names neither `PUBLIC_URL` nor `PORT`, the address is the one at which the
    installation was opened last.
    """
    settings = read_settings()
    named = settings.environment.get("PUBLIC_URL") or settings.environment.get("PORT")
    kept = settings.var / _ADDRESS
    if named or not kept.is_file():
        return settings
    return replace(settings, public_url=kept.read_text(encoding="utf-8").strip())


@contextlib.contextmanager
def reach(settings: Settings) -> Iterator[str]:
    """Give the address of the installation's database, for SQLAlchemy, as long as the block runs.

    That is `DATABASE_URL`; or the embedded PostgreSQL of a running installation; or, when nothing
    runs, an embedded PostgreSQL started for the block alone.

    Raises:
        PostgresUnavailableError: there is no usable database; the message says what to do.
    """
    if settings.database_url:
        yield checked_address(settings.database_url)
        return
    server = EmbeddedPostgres(settings.var)
    if server.answers():
        yield server.url
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(server)
        except PostgresInUseError:
            _await_start(server)
        yield server.url


@contextlib.contextmanager
def reach_installed(settings: Settings) -> Iterator[str]:
    """Do as `reach`, for commands that have nothing to do where nothing is installed.

    Raises:
        PostgresUnavailableError: there is no installation, none of this release, or no usable
            database; nothing was made, and the message says what to do.
    """
    if not settings.database_url and not EmbeddedPostgres(settings.var).home.cluster.exists():
        raise PostgresUnavailableError(
            f"Nothing is installed in {settings.var}. Say where it is (QUAYSIDE_VAR or DATABASE_URL), "
            "or start one: make run"
        )
    with reach(settings) as url:
        found, newest = current_revision(url), newest_revision()
        if found is None:
            raise PostgresUnavailableError(
                "This database holds no Quayside yet. Start it once (make run), or: quayside migrate"
            )
        if found != newest:
            raise PostgresUnavailableError(
                f"This database is at revision {found}, this release is at {newest}. "
                "Bring it there: quayside migrate"
            )
        # Imported here: what starts the shop need not know every table first.
        importlib.import_module("commerce.migrations.tables")
        yield url


def checked_address(url: str) -> str:
    """Return `url` as SQLAlchemy wants it, after a first connection to it.

    Raises:
        PostgresUnavailableError: the server does not answer or is older than version 15.
    """
    for scheme in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(scheme):
            rest = url.removeprefix(scheme)
            break
    else:
        raise PostgresUnavailableError(
            "DATABASE_URL must look like postgresql://user:password@host:5432/database."
        )
    try:
        with psycopg.connect(f"postgresql://{rest}", connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as fault:
        raise PostgresUnavailableError(f"DATABASE_URL cannot be reached: {fault}") from None
    if version < _OLDEST_SERVER:
        raise PostgresUnavailableError(
            f"DATABASE_URL is a PostgreSQL {version // 10000}; Quayside needs 15 or newer."
        )
    return f"postgresql+psycopg://{rest}"


def _await_start(server: EmbeddedPostgres) -> None:
    """Wait for the server that another process is starting at this moment."""
    deadline = time.monotonic() + _START_SECONDS
    while not server.answers():
        if time.monotonic() > deadline:
            raise PostgresUnavailableError(
                f"The database in {server.home.var} is held by another command but does not "
                f"answer; see {server.home.log}."
            )
        time.sleep(0.1)
