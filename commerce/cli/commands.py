"""A command as a program that a supervisor keeps going."""

import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from commerce.kernel.tether import tethered


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, the variables it sees, and the file that takes its output."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    niceness: int = 0
    """How far it gives way to others when processors are short; 0 to 19, see nice(1)."""
    speaks: bool = False
    """Whether its standard output is for the operator; its errors go to the log in any case."""

    def begin(self) -> "Spawned":
        """Start it; it ends with the thread that starts it, even when that is killed."""
        with self.log.open("ab") as log:
            return Spawned(
                tethered(list(self.command), farewell=signal.SIGTERM),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=None if self.speaks else log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for the supervisor to pass on
            )


class Spawned(subprocess.Popen[bytes]):
    """A started command."""

    def outlives(self, seconds: float) -> bool:
        """Wait for its end; return whether it runs on."""
        try:
            self.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False
