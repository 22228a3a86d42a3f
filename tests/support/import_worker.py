"""A worker of its own process that imports product files and takes imports back."""

import signal
import threading
from pathlib import Path

from commerce.cli.worker import take_over_from_the_dead
from commerce.imports.process import run_import, take_import_back
from commerce.kernel.database import Database
from commerce.kernel.durable import Work, Worker, unfinished_executors
from commerce.kernel.parts import Parts
from commerce.kernel.seats import taken_seat
from commerce.kernel.settings import read_settings

DATABASE_NAME = "import worker"
"""What its connections are called, so that a test can cut them."""


def main(url: str, folder: str) -> None:
    settings = read_settings({"QUAYSIDE_VAR": folder, "QUAYSIDE_SECRET": "s" * 32})
    database = Database(url, name=DATABASE_NAME)
    work = Work(database=database, settings=settings, parts=Parts([]))
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stopped.set())
    with taken_seat(url) as seats:
        worker = Worker(work, [run_import, take_import_back], executor=seats.executor)
        worker.start()
        Path(folder, "ready").touch()
        while not stopped.wait(0.2):
            take_over_from_the_dead(worker, seats, unfinished_executors(database))
        worker.stop()
