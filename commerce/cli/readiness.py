"""Wait until the web server answers."""

import http.client
import time
from urllib.parse import urlsplit

import click

from commerce.cli.programs import WEB, local_url
from commerce.cli.supervisor import Supervisor, last_line
from commerce.kernel.settings import Settings

_PATIENCE_SECONDS = 60
_FAILURES = 3


def wait_until_ready(settings: Settings, supervisor: Supervisor) -> None:
    """Return as soon as the web server answers `/healthz` with 200, tending all programs meanwhile.

    Raises:
        ClickException: the server ended again and again, or did not answer in time.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _answers(settings):
        supervisor.tend()
        if supervisor.failures(WEB) >= _FAILURES or time.monotonic() > deadline:
            log = settings.var / "log" / f"{WEB}.log"
            raise click.ClickException(f"The web server does not answer. {log}: {last_line(log)}")
        time.sleep(0.05)


def _answers(settings: Settings) -> bool:
    connection = http.client.HTTPConnection(urlsplit(local_url(settings)).netloc, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
