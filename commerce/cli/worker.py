"""Run the durable processes: mails, refunds, expiry, everything that follows a commit."""

import signal
import threading
from datetime import timedelta

import click
import structlog
from sqlalchemy.exc import DBAPIError

from commerce.cli.installation import reach_installed
from commerce.kernel.clock import utc_now
from commerce.kernel.durable import Worker, unfinished_executors
from commerce.kernel.logs import set_up_logs
from commerce.kernel.seats import Seats, taken_seat
from commerce.kernel.settings import read_settings
from commerce.web.workshop import PROCESSES, open_workshop

_log = structlog.get_logger("quayside.worker")

_LOOK_ROUND_SECONDS = 15
_REMEMBER = timedelta(hours=1)


@click.command()
def command() -> None:
    """Run the durable processes until told to stop."""
    work()


def work() -> None:
    """Do as the command says, in this process."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.set())
    set_up_logs()
    settings = read_settings()
    with (
        reach_installed(settings) as url,
        open_workshop(settings, url) as workshop,
        taken_seat(url) as seats,
    ):
        worker = Worker(workshop, PROCESSES, executor=seats.executor)
        worker.start()
        click.echo(f"{seats.executor} is ready")
        while not stopped.wait(_LOOK_ROUND_SECONDS):
            try:
                seats.keep()
                take_over_from_the_dead(worker, seats, unfinished_executors(workshop.database))
                worker.forget_clock_runs(before=utc_now() - _REMEMBER)
            except DBAPIError as error:
                _log.warning("database_away", reason=type(error.orig).__name__)
        worker.stop()


def take_over_from_the_dead(worker: Worker, seats: Seats, executors: tuple[str, ...]) -> None:
    """Resume the unfinished processes of workers that are gone."""
    for executor in executors:
        with seats.vacant(executor) as vacant:
            if vacant:
                worker.take_over(executor)
