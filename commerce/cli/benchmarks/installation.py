"""An installation of our own to measure: its own folder, its own ports, gone afterwards."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from commerce.cli.checkout_folder import ROOT
from commerce.cli.ports import free_ports
from commerce.kernel.postgres import EmbeddedPostgres
from commerce.kernel.settings import Settings, read_settings
from commerce.kernel.tether import tethered

_FIRST_PORT = 18100
_START_SECONDS = 180
_STOP_SECONDS = 20
_READY = "Quayside is ready"


@dataclass(frozen=True, slots=True)
class Own:
    """The installation to be measured: its settings, and how to call commands in it."""

    settings: Settings
    environment: dict[str, str]

    def call(self, *words: str) -> None:
        """Run a command of ours in the installation.

        Raises:
            ClickException: it failed; the message is what it said.
        """
        done = subprocess.run(
            [sys.executable, "-m", "commerce.cli.main", *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise click.ClickException(f"quayside {' '.join(words)}: {done.stdout}{done.stderr}")

    @contextlib.contextmanager
    def running(self) -> Iterator[float]:
        """Run the installation in the block; gives the seconds until it was ready."""
        began = time.monotonic()
        with subprocess.Popen(
            tethered([sys.executable, "-m", "commerce.cli.main", "run"], farewell=signal.SIGTERM),
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                _wait_until_ready(process, began + _START_SECONDS)
                yield time.monotonic() - began
            finally:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.communicate(timeout=_STOP_SECONDS)
                if process.poll() is None:
                    process.kill()


@contextlib.contextmanager
def own_installation() -> Iterator[Own]:
    """Give an installation that does not exist yet; whatever it came to is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="quayside-bench-") as folder:
        own = _placed_in(Path(folder))
        try:
            yield own
        finally:
            # As root, the database lies elsewhere, with an account of its own.
            home = EmbeddedPostgres(own.settings.var).home.folder
            shutil.rmtree(home, ignore_errors=True)
            home.with_suffix(".lock").unlink(missing_ok=True)


def _placed_in(folder: Path) -> Own:
    (port,) = free_ports(1, after=_FIRST_PORT)
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "PUBLIC_URL", "HOST", "QUAYSIDE_SECRET", "MAIL_URL"}
    }
    environment = inherited | {
        "QUAYSIDE_VAR": str(folder),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "API_CALLS_A_MINUTE": "0",
    }
    return Own(read_settings(environment), environment)


def _wait_until_ready(process: subprocess.Popen[str], deadline: float) -> None:
    said: list[str] = []
    read: Callable[[], str] = process.stdout.readline if process.stdout else str
    while time.monotonic() < deadline and (line := read()):
        said.append(line)
        if _READY in line:
            return
    raise click.ClickException(f"The installation did not start:\n{''.join(said[-20:])}")
