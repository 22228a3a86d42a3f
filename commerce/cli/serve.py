"""Run the web server and the worker as two forks of one process, which share what they import."""

import gc
import importlib
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from gunicorn.app.base import BaseApplication

from commerce.cli.checkout_folder import ROOT
from commerce.cli.forks import Fork
from commerce.cli.heap import give_large_blocks_back
from commerce.cli.supervisor import Supervisor
from commerce.kernel.settings import Settings, read_settings

if TYPE_CHECKING:
    from commerce.web.application import Application

_WEB_WORKERS = 2
_WEB_THREADS = 4
_FAILURES = 3
_PATIENCE_SECONDS = 4.0
"""Less than whoever runs us has, so that none of our own is left behind."""
_IN_THE_BACKGROUND = 5
"""Whoever waits for a page or at a till comes before mails and pictures, also while all start."""


@click.command()
@click.option(
    "--worker/--no-worker",
    "with_worker",
    default=True,
    help="Whether the durable processes run here too; without them, run: quayside worker",
)
@click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=ROOT,
    show_default=False,
    help="The folder whose wsgi.py is served; this checkout.",
)
def command(*, with_worker: bool, root: Path) -> None:
    """Serve the shop on HOST and PORT, and do what follows its commits.

    The database (DATABASE_URL) is waited for until it stands at this release.
    """
    settings = read_settings()
    give_large_blocks_back()
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _end)
    logs = settings.var / "log"
    with Supervisor(click.echo, patience=_PATIENCE_SECONDS) as supervisor:
        web = Fork("web", partial(_serve, _application(root), settings), logs / "web.log")
        _begin(supervisor, web)
        if with_worker:
            # Imported once the web server is under way: whoever opens the shop waits for that alone.
            work = importlib.import_module("commerce.cli.worker").work
            _begin(supervisor, Fork("worker", work, logs / "worker.log", _IN_THE_BACKGROUND))
        supervisor.watch(partial(_give_up, supervisor))


def _begin(supervisor: Supervisor, fork: Fork) -> None:
    """Start a fork that shares whatever stands now: the collector need not touch it any more."""
    gc.collect()
    gc.freeze()
    supervisor.start(fork)


def _end(*_: object) -> None:
    sys.exit(0)


def _give_up(supervisor: Supervisor) -> None:
    """End when the web server cannot stay up: whoever started us tells why, and tries anew."""
    if supervisor.failures("web") >= _FAILURES:
        sys.exit(1)


def _application(root: Path) -> "Application":
    """Return the application of the installation, built before the fork and not connected."""
    os.chdir(root)
    sys.path.insert(0, str(root))
    app: Application = importlib.import_module("wsgi").app
    return app


def _serve(app: "Application", settings: Settings) -> None:
    _WebServer(app, options(settings)).run()


def options(settings: Settings) -> dict[str, object]:
    """Return what the web server is told, by the names of its settings."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    found: dict[str, object] = {
        "bind": f"{host}:{settings.port}",
        # Each worker listens for itself, else one of them may take every connection.
        "reuse_port": True,
        # The application is built already; nothing may be connected before the fork, and a test
        # holds the application to that.
        "preload_app": True,
        "worker_class": "gthread",
        "workers": _WEB_WORKERS,
        "threads": _WEB_THREADS,
        "graceful_timeout": 3,
        "control_socket_disable": True,
    }
    if Path("/dev/shm").is_dir() and os.access("/dev/shm", os.W_OK):  # noqa: S108 - a disk in memory
        # The worker's heartbeat file is touched every second.
        found["worker_tmp_dir"] = "/dev/shm"  # noqa: S108
    return found


class _WebServer(BaseApplication):  # type: ignore[misc]  # the library tells no types
    """The web server, told by us what to serve and how."""

    def __init__(self, app: "Application", told: dict[str, object]) -> None:
        self._app = app
        self._told = told
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._told.items():
            self.cfg.set(name, value)

    def load(self) -> "Application":
        return self._app
