"""Keeps the server of one test run alive, and leaves with the run.

Run as `python -m tests.support.postgres_keeper FOLDER CONTROLLER`.
"""

import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from commerce.kernel.postgres import EmbeddedPostgres
from tests.support import schema
from tests.support.postgres import driver_address

# Nothing of a test run has to survive a power cut.
_HURRIED = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "log_min_duration_statement": "-1",
}
_RAM_DISK = Path("/dev/shm")  # noqa: S108 - every file there has a folder of the run's own
_ENOUGH_BYTES = 4 * 1024**3


def keep(folder: Path, controller: int) -> None:
    """Serve the run whose files are in `folder` until process `controller` is gone."""
    try:
        with _server() as (admin_url, owner_url), _template(admin_url, owner_url) as template:
            answer = {"admin_url": admin_url, "owner_url": owner_url, "template": template}
            unfinished = folder / "ready.json.unfinished"
            unfinished.write_text(json.dumps(answer))
            unfinished.rename(folder / "ready.json")
            while _lives(controller):
                time.sleep(0.3)
            shutil.rmtree(folder)
    except Exception:
        (folder / "ready.json").unlink(missing_ok=True)
        raise


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def _server() -> Iterator[tuple[str, str]]:
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        url = make_url(given).set(drivername="postgresql+psycopg")
        text = url.render_as_string(hide_password=False)
        yield text, text
        return
    usable = _RAM_DISK.is_dir() and os.access(_RAM_DISK, os.W_OK)
    roomy = usable and shutil.disk_usage(_RAM_DISK).free > _ENOUGH_BYTES
    with tempfile.TemporaryDirectory(
        dir=_RAM_DISK if roomy else None, prefix="quayside-tests-", ignore_cleanup_errors=True
    ) as name:
        home = Path(name)
        home.chmod(0o755)  # the database's account passes through
        with EmbeddedPostgres(home / "var", settings=_HURRIED, folder=home / "postgres") as server:
            yield server.url_of("postgres", user="postgres"), server.url


@contextlib.contextmanager
def _template(admin_url: str, owner_url: str) -> Iterator[str]:
    """Make the database that all others are copied from; at the end drop it and what is left."""
    owner = make_url(owner_url)
    name = f"quayside_test_{os.getpid()}"
    with psycopg.connect(driver_address(admin_url), autocommit=True) as admin:
        made = sql.SQL("CREATE DATABASE {} OWNER {}")
        admin.execute(made.format(sql.Identifier(name), sql.Identifier(owner.username or "")))
        try:
            schema.build(owner.set(database=name).render_as_string(hide_password=False))
            yield name
        finally:
            pattern = name.replace("_", r"\_") + "%"
            for (left,) in admin.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern]
            ).fetchall():
                drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
                admin.execute(drop.format(sql.Identifier(left)))


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
