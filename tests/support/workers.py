"""Workers in processes of their own, for tests that kill them and watch who goes on.

They are forked from a process that has imported what they need: importing it takes two seconds of
a processor, and each of twenty workers would.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_IMPORTED = ["tests.support.durable_worker", "tests.support.import_worker"]


@contextmanager
def worker(main: Callable[[str, str], None], url: str, folder: Path) -> Iterator[ForkServerProcess]:
    """Let `main` work at the database of `url` until the end; it has said that it is ready."""
    ready = folder / "ready"
    ready.unlink(missing_ok=True)
    _FORKS.set_forkserver_preload(_IMPORTED)
    running = _FORKS.Process(target=main, args=(url, str(folder)))
    running.start()
    try:
        wait_until(lambda: ready.exists() or not running.is_alive())
        yield running
    finally:
        running.terminate()
        running.join()


def wait_until(true: Callable[[], bool], *, seconds: float = 60) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
