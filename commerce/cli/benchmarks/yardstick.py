"""What a request costs on this machine before any of ours runs: the stick to hold figures against.

The aims were set on a machine where Flask's shortest answer under gunicorn took 221 microseconds;
the same answer takes twice or three times as long on another, or on the same one at a busy hour.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from commerce.cli.benchmarks.client import Client, RefusedError
from commerce.cli.benchmarks.processes import Household
from commerce.cli.checkout_folder import ROOT
from commerce.cli.ports import free_ports

SET_AT_MICROSECONDS = 221
_FIRST_PORT = 18300
_WARM_UP, _CALLS = 300, 3000
_PATIENCE_SECONDS = 20

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Answer as shortly as Flask can."""
    return "hello"


def bare_answer_microseconds() -> int:
    """Return the processor time of one bare answer, in a web process like ours."""
    with _served() as (household, client):
        for _ in range(_WARM_UP):
            client.get("/")
        before = household.usage()
        for _ in range(_CALLS):
            client.get("/")
        return round(household.usage().since(before)["web"] * 1e6 / _CALLS)


@contextmanager
def _served() -> Iterator[tuple[Household, Client]]:
    (port,) = free_ports(1, after=_FIRST_PORT)
    command = (
        *(sys.executable, "-m", "gunicorn", f"{__name__}:app"),
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4"),
        *("--no-control-socket", "--log-level", "error"),
    )
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL) as process:
        client = Client("127.0.0.1", port)
        try:
            _wait_for(client)
            yield Household(process.pid), client
        finally:
            client.close()
            process.terminate()


def _wait_for(client: Client) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            client.get("/")
        except RefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
