"""The programs of a running installation: simulators, and the web server with its worker."""

import sys
from importlib.metadata import entry_points
from pathlib import Path

from commerce.cli.commands import Command
from commerce.cli.ports import free_ports
from commerce.kernel.settings import Settings

WEB = "web"
_IN_THE_BACKGROUND = 5
"""Whoever waits for a page or at a till comes before mails and pictures, also while all start."""


def local_url(settings: Settings) -> str:
    """Return the address of the web server on this machine."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared, not bound
    host = everywhere.get(settings.host, settings.host)
    return f"http://{host}:{settings.port}"


def programs(settings: Settings, *, database_url: str, root: Path) -> list[Command]:
    """Return the programs of the installation in the order they start.

    Every simulator (entry point group `quayside.simulators`, whose value names a module that runs
    with `python -m` and serves on the loopback port in `PORT`) is known to all programs by
    `QUAYSIDE_SIMULATOR_<NAME>`, its address, and knows the shop by `QUAYSIDE_URL`.
    """
    simulators = sorted(entry_points(group="quayside.simulators"), key=lambda found: found.name)
    ports = dict(zip(simulators, free_ports(len(simulators), after=settings.port), strict=True))
    environment = environment_of(settings, database_url) | {
        _variable(found.name): f"http://127.0.0.1:{port}" for found, port in ports.items()
    }
    logs = settings.var / "log"
    return [
        *(
            Command(
                name=found.name,
                command=(sys.executable, "-m", found.module),
                environment=environment | {"HOST": "127.0.0.1", "PORT": str(port)},
                log=logs / f"simulator-{found.name}.log",
                niceness=_IN_THE_BACKGROUND,
            )
            for found, port in ports.items()
        ),
        Command(
            name=WEB,
            command=(sys.executable, "-m", "commerce.cli.main", "serve", "--root", str(root)),
            environment=environment | {"ESCPOS_CAPABILITIES_PICKLE_DIR": str(_printers(settings))},
            log=logs / "web.log",
            speaks=True,
        ),
    ]


def _variable(simulator: str) -> str:
    return f"QUAYSIDE_SIMULATOR_{simulator.upper().replace('-', '_')}"


def environment_of(settings: Settings, database_url: str) -> dict[str, str]:
    """Return the variables that lead a program of ours to this installation."""
    return dict(settings.environment) | {
        "DATABASE_URL": database_url,
        "QUAYSIDE_VAR": str(settings.var),
        "QUAYSIDE_URL": local_url(settings),
        "PYTHONUNBUFFERED": "1",
    }


def _printers(settings: Settings) -> Path:
    """Return where the printers' library keeps what it knows, so that no start reads it anew."""
    folder = settings.var / "cache" / "printers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
