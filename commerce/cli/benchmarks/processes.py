"""The processes of an installation as the kernel counts them: processor time and memory."""

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from commerce.cli.forks import name_of

GROUPS = ("web", "worker", "database", "simulators", "supervisor")
_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
# Positions after the name in /proc/PID/stat (proc_pid_stat(5)): parent, own and reaped times.
_PARENT, _OWN, _REAPED = 1, slice(11, 13), slice(13, 15)


class NotRunningError(Exception):
    """There is no installation to measure."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Processor seconds (user and system) of each group of processes since they began."""

    seconds: dict[str, float]

    def since(self, before: "Usage") -> dict[str, float]:
        """Return what was used between two looks."""
        return {group: self.seconds[group] - before.seconds[group] for group in GROUPS}


class Household:
    """Every process below the one that runs the installation."""

    def __init__(self, root: int) -> None:
        self._root = root

    @classmethod
    def of(cls, var: Path) -> "Household":
        """Return the running installation in the folder `var`.

        Raises:
            NotRunningError: no web server of it is found among the processes that we may read.
        """
        for process in _pids():
            if not _is_server(process):
                continue
            # The first of the server's processes: its parent is who runs it all.
            parent = _parent(process)
            if f"QUAYSIDE_VAR={var}".encode() in _environment(process) and not _is_server(parent):
                return cls(parent)
        raise NotRunningError(str(var))

    def usage(self) -> Usage:
        """Return what every group has used, ended children included."""
        used = dict.fromkeys(GROUPS, 0.0)
        for group, processes in self._groups().items():
            for process in processes:
                used[group] += _seconds(process, with_reaped=group == "database")
        return Usage(used)

    def memory(self) -> dict[str, int]:
        """Return the proportional set size of each group in bytes; shared pages are shared out."""
        return {
            group: sum(_pss(process) for process in processes)
            for group, processes in self._groups().items()
        }

    def _groups(self) -> dict[str, list[int]]:
        children = defaultdict(list)
        for process in _pids():
            children[_parent(process)].append(process)
        found: dict[str, list[int]] = {group: [] for group in GROUPS}
        waiting = [self._root]
        while waiting:
            process = waiting.pop()
            waiting += children[process]
            found[_group(process)].append(process)
        return found


def _is_server(process: int) -> bool:
    return any(word in _words(process) for word in (b"gunicorn", b"commerce.cli.main\0serve"))


def _group(process: int) -> str:
    name = _read(process, "comm").strip()
    if name == name_of("worker"):
        return "worker"
    if _is_server(process):
        return "web"
    command = _words(process)
    words = (
        ("worker", b"commerce.cli.main\0worker"),
        ("database", b"postgres"),
        ("simulators", b"integrations.sandbox"),
    )
    return next((group for group, word in words if word in command), "supervisor")


def _pids() -> list[int]:
    return [int(path.name) for path in _PROC.iterdir() if path.name.isdigit()]


def _read(process: int, name: str) -> bytes:
    """Return a file of a process; nothing when it has just ended or is not ours to read."""
    try:
        return (_PROC / str(process) / name).read_bytes()
    except OSError:
        return b""


def _words(process: int) -> bytes:
    return _read(process, "cmdline")


def _environment(process: int) -> list[bytes]:
    return _read(process, "environ").split(b"\0")


def _stat(process: int) -> list[bytes]:
    # The name stands in brackets and may hold anything, so the fields are read behind the last one.
    return _read(process, "stat").rpartition(b") ")[2].split()


def _parent(process: int) -> int:
    fields = _stat(process)
    return int(fields[_PARENT]) if fields else 0


def _seconds(process: int, *, with_reaped: bool) -> float:
    fields = _stat(process)
    ticks = sum(int(field) for field in fields[_OWN])
    if with_reaped:
        ticks += sum(int(field) for field in fields[_REAPED])
    return ticks / _TICKS


def _pss(process: int) -> int:
    for line in _read(process, "smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return 0
