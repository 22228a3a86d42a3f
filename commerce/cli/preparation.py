"""Have the database prepared by a program of its own, whose memory is gone when the shop opens.

Each line that `commerce.cli.prepare_database` prints says how far it is; a line that begins with
`WELCOME` is for the end of the operator's screen.
"""

import signal
import subprocess
import sys
from collections.abc import Callable

import click

from commerce.cli.programs import environment_of
from commerce.kernel.settings import Settings
from commerce.kernel.tether import tethered

WELCOME = "welcome: "


def prepare(settings: Settings, *, database_url: str, tell: Callable[[str], None]) -> list[str]:
    """Prepare the database in a process of its own; return the lines that greet the operator.

    Raises:
        ClickException: it failed; the message is what the process said last.
    """
    said: list[str] = []
    with subprocess.Popen(
        tethered([sys.executable, "-m", "commerce.cli.prepare_database"], farewell=signal.SIGTERM),
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
