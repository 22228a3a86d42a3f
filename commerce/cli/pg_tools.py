"""Find a pg_dump and a pg_restore that fit a server, and call them on its database.

A dump goes into an older server, too: the embedded PostgreSQL is newer than many that merchants rent.
pg_restore reads what its own version and older ones wrote; it opens every restore with a setting that
servers before 17 do not know, and nothing else of ours is new to them.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from commerce.kernel.postgres_errors import PostgresUnavailableError
from commerce.kernel.postgres_programs import programs_folder

_DEBIAN = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_HOUR = 3600
_KNOWS_TRANSACTION_TIMEOUT = 17
_TRANSACTION_TIMEOUT = b"SET transaction_timeout = 0;"
_HEAD_BYTES = 4096


def dump(url: str, file: Path) -> None:
    """Write the database at `url` into `file`, as of one moment, in pg_dump's own format.

    Raises:
        PostgresUnavailableError: no pg_dump fits the server, or it failed; the message says why.
    """
    program = tool("pg_dump", major=server_major(url))
    _run([program, "--format=custom", "--no-owner", f"--file={file}"], url)


def refill(url: str, file: Path) -> None:
    """Fill the empty database at `url` from what `dump` wrote: all of it, or nothing.

    The server may be older than the one that was dumped.

    Raises:
        PostgresUnavailableError: no pg_restore reads the dump, or it failed; the message says why.
    """
    major = server_major(url)
    program = newest_tool("pg_restore", major=major)
    if major >= _KNOWS_TRANSACTION_TIMEOUT:
        _run([program, "--no-owner", "--single-transaction", "--exit-on-error"], url, file=file)
        return
    script = file.with_suffix(".sql")
    _run([program, "--no-owner", f"--file={script}", file])
    _forget_transaction_timeout(script)
    quiet = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    _run(
        [newest_tool("psql", major=major), *quiet, "--single-transaction", f"--file={script}"], url
    )


def _forget_transaction_timeout(script: Path) -> None:
    """Write a comment of the same length over the setting at the beginning of the script."""
    with script.open("r+b") as file:
        place = file.read(_HEAD_BYTES).find(_TRANSACTION_TIMEOUT)
        if place >= 0:
            file.seek(place)
            file.write(b"--".ljust(len(_TRANSACTION_TIMEOUT)))


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
    return _fitting(name, major)[0]


def newest_tool(name: str, *, major: int) -> Path:
    """Return the newest program: it reads whatever an older one wrote.

    Raises:
        PostgresUnavailableError: there is none of the server's version or a newer one.
    """
    return _fitting(name, major)[-1]


def _fitting(name: str, major: int) -> list[Path]:
    """Return the programs of the server's version and newer ones, the oldest first."""
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
    return [found[version] for version in fitting]


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


def _run(words: Sequence[str | Path], url: str | None = None, *, file: Path | None = None) -> None:
    """Call a program; the password goes by its environment, where no list of processes shows it."""
    environment, command = dict(os.environ), [*map(str, words)]
    if url is not None:
        address = make_url(url)
        if address.password:
            environment["PGPASSWORD"] = str(address.password)
        bare = address.set(drivername="postgresql", password=None).render_as_string()
        command.append(f"--dbname={bare}")
    if file is not None:
        command.append(str(file))
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=_HOUR
    )
    if "unsupported version" in done.stderr:
        raise PostgresUnavailableError(
            f"The backup is of a newer PostgreSQL than {Path(command[0]).name} "
            f"{_major_of(Path(command[0]))}, the newest one here, can read. Install the client programs "
            "of that version, on Debian: postgresql-client of apt.postgresql.org, and call this again."
        )
    if done.returncode:
        raise PostgresUnavailableError(
            f"{Path(command[0]).name} failed:\n{done.stderr.strip()[-2000:]}"
        )


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
