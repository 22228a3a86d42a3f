"""What `quayside run` shows while it works: one line per step, with its time."""

import contextlib
import time
from collections.abc import Callable, Iterator

from rich.console import Console


class Screen:
    """The operator's terminal, or a log when there is none."""

    def __init__(self, *, is_report: bool = False) -> None:
        """Write beside the report when the command makes one for programs."""
        self._console = Console(stderr=is_report, highlight=False, soft_wrap=True, markup=False)

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        """Show that a step runs, and how long it took; gives a function that tells how far it is."""
        began = time.monotonic()
        with self._console.status(f"{title} …") as status:
            yield lambda detail: status.update(f"{title}: {detail}")
        self.tell(f"  {title:<32}{time.monotonic() - began:5.1f} s")

    def tell(self, line: str) -> None:
        """Print one line."""
        self._console.print(line)
