"""Keeps a handful of programs going, and takes all of them along when it leaves."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

_LOOK_SECONDS = 0.1
_STOP_SECONDS = 6.0
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_STEADY_SECONDS = 60.0
_LARGEST_LOG_BYTES = 10_000_000


class Life(Protocol):
    """A process that was started; it leads a group of its own."""

    @property
    def pid(self) -> int:
        """Its number, and its group's."""

    def poll(self) -> int | None:
        """Return how it ended, as `subprocess.Popen` counts; None while it runs."""

    def terminate(self) -> None:
        """Ask it to end."""

    def outlives(self, seconds: float) -> bool:
        """Wait for its end; return whether it runs on."""


class Program(Protocol):
    """What can be kept going: a command (`commands.py`) or a fork of ourselves (`forks.py`)."""

    @property
    def name(self) -> str:
        """What the operator knows it as."""

    @property
    def log(self) -> Path:
        """The file that takes its output."""

    @property
    def niceness(self) -> int:
        """How far it gives way to others when processors are short; 0 to 19, see nice(1)."""

    def begin(self) -> Life:
        """Start it as a process tied to this one."""


class Supervisor:
    """Starts programs, restarts those that end by themselves, stops them last come, first gone.

    A program ends with its supervisor even when that is killed. Use it in the main thread: the
    kernel ties a program to the thread that started it.
    """

    def __init__(self, tell: Callable[[str], None], *, patience: float | None = None) -> None:
        """Take how many seconds programs have to end; below another supervisor, fewer than its own."""
        self._tell = tell
        self._patience = patience
        self._children: list[_Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, program: Program) -> None:
        """Start `program` and keep it going from now on."""
        child = _Child(program)
        self._children.append(child)
        child.start()

    def tend(self) -> None:
        """Look after every program once: tell why one ended, start again what has waited."""
        for child in self._children:
            reason = child.tend()
            if reason:
                self._tell(reason)

    def failures(self, name: str) -> int:
        """Return how often in a row the program ended soon after its start."""
        return next(child.failures for child in self._children if child.program.name == name)

    def watch(self, also: Callable[[], None]) -> None:
        """Tend for ever, and do `also` each time; an exception, such as Ctrl-C, ends it."""
        while True:
            self.tend()
            also()
            time.sleep(_LOOK_SECONDS)

    def stop(self) -> None:
        """Stop every program, the last started first; whoever takes too long is killed."""
        deadline = time.monotonic() + (self._patience or _STOP_SECONDS)
        while self._children:
            self._children.pop().stop(deadline)


class _Child:
    """One program and its current process."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.failures = 0
        self._process: Life | None = None
        self._started = 0.0
        self._again = 0.0

    def start(self) -> None:
        _roll(self.program.log)
        self._process = self.program.begin()
        if self.program.niceness:
            with contextlib.suppress(ProcessLookupError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, self.program.niceness)
        self._started = time.monotonic()

    def tend(self) -> str | None:
        """Start again what has waited; return why the process ended, if it just did."""
        if self._process is None:
            if time.monotonic() >= self._again:
                self.start()
            return None
        status = self._process.poll()
        if status is None:
            if self.failures and time.monotonic() - self._started > _STEADY_SECONDS:
                self.failures = 0
            return None
        self._kill_group(self._process)
        self._process = None
        self.failures += 1
        pause = min(_FIRST_PAUSE_SECONDS * 2 ** (self.failures - 1), _LONGEST_PAUSE_SECONDS)
        self._again = time.monotonic() + pause
        return (
            f"{self.program.name} ended ({_reason(status)}) and starts again in {pause:g} s. "
            f"{self.program.log}: {last_line(self.program.log)}"
        )

    def stop(self, deadline: float) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        self._process.outlives(max(0.1, deadline - time.monotonic()))
        self._kill_group(self._process)

    @staticmethod
    def _kill_group(process: Life) -> None:
        """Kill whatever is left of the process and of the processes it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.outlives(_STOP_SECONDS)


def last_line(log: Path) -> str:
    """Return the last line of `log` that says anything."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4000))
        lines = file.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "(nothing)")


def _reason(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"


def _roll(log: Path) -> None:
    """Make the log's folder, and put a log aside that has grown large."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LARGEST_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
