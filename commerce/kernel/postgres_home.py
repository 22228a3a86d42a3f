"""Where an installation's database lives, and who may work on it now.

Not root: `var/postgres`. Root: `/var/lib/quayside/<digest of the var folder>`, owned by the
database's account, with a link at `var/postgres`; no permission of another folder is ever changed.
"""

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from commerce.kernel.postgres_errors import PostgresInUseError, PostgresUnavailableError
from commerce.kernel.postgres_programs import ROOT_FOLDER, Account, ensure_root_folder
from commerce.kernel.postgres_settings import PORT

if os.name == "posix":
    import fcntl

# sun_path of sockaddr_un holds 104 bytes on macOS and 108 on Linux, with the closing zero.
_LONGEST_SOCKET_PATH = 103
_SOCKET_NAME = f".s.PGSQL.{PORT}"


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one installation's database."""

    var: Path
    folder: Path
    account: Account | None

    @classmethod
    def of(cls, var: Path, account: Account | None, *, folder: Path | None = None) -> "Home":
        """Return the home of the installation in `var`; nothing is made yet."""
        var = var.resolve()
        usual = ROOT_FOLDER / _digest(var) if account else var / "postgres"
        return cls(var=var, folder=folder or usual, account=account)

    @property
    def cluster(self) -> Path:
        """The data directory."""
        return self.folder / "cluster"

    @property
    def socket_folder(self) -> Path:
        """The folder of the server's socket, a short one when the usual path is too long."""
        usual = self.folder / "socket"
        if len(os.fsencode(usual / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH:
            return usual
        return Path(tempfile.gettempdir()) / f"quayside-{os.geteuid()}-{_digest(self.folder)}"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.var / "log" / "postgres.log"

    def prepare(self) -> None:
        """Make the folders, closed to everybody but the database's account."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.folder.parent == ROOT_FOLDER:
            self._link()
        for folder in (self.folder, self.socket_folder):
            _make_private(folder, self.account)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other process from working on this database; a dead holder counts as gone.

        Raises:
            PostgresInUseError: another process holds it.
        """
        self.var.mkdir(parents=True, exist_ok=True)
        if self.account:
            ensure_root_folder()
        with self.folder.with_suffix(".lock").open("a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise PostgresInUseError(folder=self.var, holder=lock.read().strip()) from None
            lock.truncate(0)
            lock.write(
                f"process {os.getpid()}: {' '.join([Path(sys.argv[0]).name, *sys.argv[1:]])}"
            )
            lock.flush()
            yield

    def _link(self) -> None:
        """Point `var/postgres` at the folder; a var folder without the link is a new installation.

        Somebody who removed `var` expects an empty shop, not the old one without its pictures. The
        old database is put aside, never deleted.
        """
        link = self.var / "postgres"
        if link.is_symlink():
            return
        if self.folder.exists():
            aside = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
            self.folder.rename(self.folder.with_name(f"{self.folder.name}-until-{aside}"))
        link.symlink_to(self.folder)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _make_private(folder: Path, account: Account | None) -> None:
    owner = account.uid if account else os.geteuid()
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700, parents=True)
        if account:
            os.chown(folder, account.uid, account.gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise PostgresUnavailableError(
            f"{folder} must be a folder of user {owner} that nobody else may enter. "
            "Move it away and start again."
        )
