"""Find a pg_dump and a pg_restore that fit a server, and call them on its database."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from commerce.kernel.postgres_errors import PostgresUnavailableError
from commerce.kernel.postgres_programs import programs_folder

_DEBIAN = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_HOUR = 3600


def dump(url: str, file: Path) -> None:
    """Write the database at `url` into `file`, as of one moment, in pg_dump's own format.

    Raises:
        PostgresUnavailableError: no pg_dump fits the server, or it failed; the message says why.
    """
    program = tool("pg_dump", major=server_major(url))
    _run([program, "--format=custom", "--no-owner", f"--file={file}"], url, to="--dbname")


def refill(url: str, file: Path) -> None:
    """Fill the empty database at `url` from what `dump` wrote: all of it, or nothing.

    Raises:
        PostgresUnavailableError: no pg_restore fits the server, or it failed; the message says why.
    """
    program = tool("pg_restore", major=server_major(url))
    _run([program, "--no-owner", "--single-transaction", "--exit-on-error"], url, file=file)


def server_major(url: str) -> int:
    """Return the version of the server, such as 18."""
    with psycopg.connect(_plain(url)) as connection:
        return connection.info.server_version // 10_000


def tool(name: str, *, major: int) -> Path:
    """Return the program of the server's own version, else the oldest that is newer.

    pg_dump reads servers of its own version and older ones, and refuses newer ones.

    Raises:
        PostgresUnavailableError: there is none; the message says how to get one.
    """
    found: dict[int, Path] = {}
    for path in _candidates(name, major):
        version = _major_of(path)
        if version is not None:
            found.setdefault(version, path)
    fitting = [version for version in sorted(found) if version >= major]
    if not fitting:
        raise PostgresUnavailableError(
            f"The server is a PostgreSQL {major}, and no {name} of that version or a newer one is here "
            f"(found: {', '.join(map(str, sorted(found))) or 'none'}). Install it, on Debian: "
            f"postgresql-client-{major} of apt.postgresql.org, and call this again."
        )
    return found[fitting[0]]


def _candidates(name: str, major: int) -> Iterator[Path]:
    yield programs_folder(None) / name
    yield _DEBIAN / str(major) / "bin" / name
    yield from sorted(_DEBIAN.glob(f"*/bin/{name}"))
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)


def _major_of(path: Path) -> int | None:
    try:
        said = subprocess.check_output([path, "--version"], text=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    told = _VERSION.search(said)
    return int(told[1]) if told else None


def _run(
    words: list[str | Path], url: str, *, to: str = "--dbname", file: Path | None = None
) -> None:
    """Call a program; the password goes by its environment, where no list of processes shows it."""
    address = make_url(url)
    environment = dict(os.environ)
    if address.password:
        environment["PGPASSWORD"] = str(address.password)
    bare = address.set(drivername="postgresql", password=None).render_as_string()
    command = [*map(str, words), f"{to}={bare}", *([str(file)] if file else [])]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=_HOUR
    )
    if done.returncode:
        raise PostgresUnavailableError(
            f"{Path(command[0]).name} failed:\n{done.stderr.strip()[-2000:]}"
        )


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
