"""Tie a program to the life of the process that starts it.

`tethered([...])` turns a command into one that ends when its parent thread ends, even when that was
killed with SIGKILL, so nothing lingers on the machine. Linux keeps the promise (`prctl(2)`,
PR_SET_PDEATHSIG); elsewhere the program simply runs.

The file runs as a script with nothing but the standard library. It changes user itself, because
the kernel forgets the tie whenever a process changes its credentials, and because the account may
not be allowed to read the folder of the Python that runs this.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import Protocol

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PR_SET_NAME = 15


class SystemAccount(Protocol):
    """The numbers of a user of this machine."""

    @property
    def uid(self) -> int:
        """The user."""

    @property
    def gid(self) -> int:
        """The user's own group."""


def tethered(
    command: list[str], *, farewell: signal.Signals, account: SystemAccount | None = None
) -> list[str]:
    """Return `command` wrapped so that it gets `farewell` when its parent is gone.

    Start it from a thread that lives as long as the program shall: the kernel watches the thread.
    """
    user = f"{account.uid}:{account.gid}" if account else "-"
    script = str(Path(__file__).resolve())
    parent = str(os.getpid())
    return [sys.executable, "-I", "-S", script, parent, str(int(farewell)), user, *command]


def become(parent: int, farewell: int, user: str, command: list[str]) -> None:
    """Replace this process by `command` as `user` (`uid:gid`, or `-` for the same one)."""
    if user != "-":
        uid, gid = map(int, user.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    tie(parent, farewell)
    os.execv(command[0], command)  # noqa: S606 - becoming that program is the point


def tie(parent: int, farewell: int) -> None:
    """Let this process, a child of `parent`, get `farewell` when the thread that made it is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, farewell, 0, 0, 0)
        if os.getppid() != parent:  # it died before the tie was made
            sys.exit(1)


def call_process(name: bytes) -> None:
    """Name this process in the kernel's lists (`/proc/PID/comm`, ps(1)) with at most 15 letters."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name, 0, 0, 0)


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
