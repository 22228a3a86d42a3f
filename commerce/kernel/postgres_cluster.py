"""Make the data directory of the embedded PostgreSQL, and refuse one of another version."""

import shutil
import subprocess
import sys
from pathlib import Path

from commerce.kernel.postgres_errors import PostgresUnavailableError
from commerce.kernel.postgres_home import Home

SUPERUSER = "postgres"


def ensure_cluster(home: Home, programs: Path) -> None:
    """Make the cluster of `home` unless it is there; an unfinished one is made anew.

    Raises:
        PostgresUnavailableError: initdb failed, or another PostgreSQL made the cluster.
    """
    if (home.cluster / "PG_VERSION").exists():
        _check_version(home, programs)
        return
    unfinished = home.cluster.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    _initdb(home, programs, unfinished)
    unfinished.rename(home.cluster)


def _initdb(home: Home, programs: Path, folder: Path) -> None:
    """Run initdb: UTF-8 ordered by code point on every system, checksums, local access only."""
    # The builtin provider sorts and folds. LC_CTYPE must still not be C: there pg_trgm takes
    # Chinese characters for punctuation and finds no trigram in them.
    letters = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    account = home.account
    done = subprocess.run(
        [
            str(programs / "initdb"),
            f"--pgdata={folder}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            f"--lc-ctype={letters}",
            "--auth-local=trust",  # the socket's folder is the lock
            "--auth-host=scram-sha-256",
            "--data-checksums",
            "--no-instructions",
        ],
        cwd=home.folder,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PostgresUnavailableError(
            f"The database could not be made in {home.folder}:\n{done.stdout}"
        )


def _check_version(home: Home, programs: Path) -> None:
    ours = subprocess.check_output([programs / "postgres", "--version"], text=True).strip()
    made_by = (home.cluster / "PG_VERSION").read_text().strip()
    if f" {made_by}." not in ours:
        raise PostgresUnavailableError(
            f"{home.cluster} was made by PostgreSQL {made_by}, and this is {ours}. Dump it with "
            "the old version (pg_dump) and restore it into a new QUAYSIDE_VAR."
        )
