"""Bring the database up to date and fill an empty one with the demo park.

This runs as a program of its own (`python -m commerce.cli.preparation`), so the memory that it
needs is gone when the shop opens. Each line it prints says how far it is; a line that begins with
`WELCOME` is for the end of the operator's screen.
"""

import importlib
import importlib.util
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import click

from commerce.cli.programs import environment_of
from commerce.kernel.settings import Settings, read_settings
from commerce.kernel.tether import tethered

WELCOME = "welcome: "


def prepare(settings: Settings, *, database_url: str, tell: Callable[[str], None]) -> list[str]:
    """Prepare the database in a process of its own; return the lines that greet the operator.

    Raises:
        ClickException: it failed; the message is what the process said last.
    """
    said: list[str] = []
    with subprocess.Popen(
        tethered([sys.executable, "-m", "commerce.cli.preparation"], farewell=signal.SIGTERM),
        env=environment_of(settings, database_url),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    ) as process:
        assert process.stdout is not None  # noqa: S101 - narrows the type for mypy
        try:
            for line in process.stdout:
                said.append(line.rstrip())
                tell(said[-1])
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        tail = "\n".join(said[-30:])
        raise click.ClickException(f"The database could not be prepared:\n{tail}")
    return [line.removeprefix(WELCOME) for line in said if line.startswith(WELCOME)]


def main() -> None:
    """Prepare the database that the environment names."""
    settings = read_settings()
    click.echo("tables")
    _call("commerce.kernel.migrate", "upgrade", settings.database_url)
    click.echo("demo park")
    _call("commerce.demo.seed", "fill_if_empty", settings)
    for line in _call("commerce.demo.seed", "welcome", settings) or ():
        click.echo(f"{WELCOME}{line}")


def _call(module: str, function: str, *arguments: object) -> Any:
    if importlib.util.find_spec(module) is None:
        return None
    return getattr(importlib.import_module(module), function)(*arguments)


if __name__ == "__main__":
    main()
