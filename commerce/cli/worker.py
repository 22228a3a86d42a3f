"""Run the durable processes: mails, refunds, expiry, everything that follows a commit."""

import signal
import threading

import click

from commerce.cli.installation import reach
from commerce.kernel.durable import Worker
from commerce.kernel.settings import read_settings
from commerce.web.workshop import PROCESSES, open_workshop, vacant_executor


@click.command()
def command() -> None:
    """Run the durable processes until told to stop."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.set())
    settings = read_settings()
    with (
        reach(settings) as url,
        open_workshop(settings, url) as work,
        vacant_executor(work.database) as executor,
    ):
        worker = Worker(work, PROCESSES, executor=executor)
        worker.start()
        click.echo(f"worker {executor} is ready")
        stopped.wait()
        worker.stop()
