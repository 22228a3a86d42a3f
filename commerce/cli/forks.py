"""A fork of this process as a program that a supervisor keeps going.

Forks share what was imported before: the memory of a web server and a worker that are two forks of
one process is little more than that of one of them. So fork from a process that has imported
everything, runs one thread and holds no connection.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path

from commerce.kernel.tether import call_process, tie

_FORK = get_context("fork")


@dataclass(frozen=True, slots=True)
class Fork:
    """What a fork of this process does, and the file that takes its output."""

    name: str
    run: Callable[[], None]
    log: Path
    niceness: int = 0
    """How far it gives way to others when processors are short; 0 to 19, see nice(1)."""

    def begin(self) -> "Forked":
        """Start it; it ends with the thread that starts it, even when that is killed."""
        return Forked(_FORK.Process(target=self._live, args=(os.getpid(),), name=self.name))

    def _live(self, parent: int) -> None:
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_DFL)  # our own manner of leaving is not the fork's
        os.setsid()
        tie(parent, signal.SIGTERM)
        call_process(name_of(self.name))
        log = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(log, stream.fileno())
        os.close(log)
        self.run()


def name_of(fork: str) -> bytes:
    """Return what the kernel calls the process of a fork, in at most 15 letters (`ps -o comm`)."""
    return f"quayside-{fork}".encode("ascii")


class Forked:
    """A started fork."""

    def __init__(self, process: ForkProcess) -> None:
        process.start()
        self._process = process

    @property
    def pid(self) -> int:
        """Its number, and its group's."""
        pid = self._process.pid
        assert pid is not None  # noqa: S101 - narrows the type: it was started above
        return pid

    def poll(self) -> int | None:
        """Return how it ended, negative for a signal; None while it runs."""
        return self._process.exitcode

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def outlives(self, seconds: float) -> bool:
        """Wait for its end; return whether it runs on."""
        self._process.join(seconds)
        return self._process.exitcode is None
