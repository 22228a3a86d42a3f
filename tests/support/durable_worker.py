"""A worker of its own process for the durability tests: it writes down what its steps do."""

import os
import signal
import threading
from pathlib import Path

from sqlalchemy import text

from commerce.cli.worker import take_over_from_the_dead
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.durable import Work, Worker, process, scheduled, unfinished_executors
from commerce.kernel.parts import Parts
from commerce.kernel.seats import taken_seat
from commerce.kernel.settings import read_settings


def note(folder: str, word: str) -> None:
    with Path(folder, "notes").open("a", encoding="utf-8") as file:
        file.write(f"{word}\n")


@process("test.parcel")
def parcel(work: Work, *, folder: str) -> None:
    work.step("pack", lambda: note(folder, "packed"))
    if Path(folder, "die").exists():
        Path(folder, "die").unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    work.step("send", lambda: note(folder, "sent"))


@process("test.fragile")
def fragile(work: Work, *, merchant_id: str, folder: str) -> None:
    work.step("try", lambda: note(folder, "tried"))
    if Path(folder, "break").exists():
        raise RuntimeError(f"nothing works at {merchant_id}")
    work.step("end", lambda: note(folder, "ended"))


@process("test.cut")
def cut(work: Work, *, folder: str) -> None:
    def speak() -> None:
        with work.database.transaction(Scope.park()) as session:
            if Path(folder, "cut").exists():
                Path(folder, "cut").unlink()
                session.execute(text("RESET ROLE"))  # only the owner may cut its connections
                session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        note(folder, "spoken")

    work.step("speak", speak)


@scheduled("test.clock", cron="* * * * * *")
def clock(work: Work) -> None:
    note(str(work.settings.var), "tick")


def main(url: str, folder: str) -> None:
    settings = read_settings({"QUAYSIDE_VAR": folder, "QUAYSIDE_SECRET": "s" * 32})
    work = Work(database=Database(url), settings=settings, parts=Parts([]))
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stopped.set())
    with taken_seat(url) as seats:
        worker = Worker(work, [parcel, fragile, cut, clock], executor=seats.executor)
        worker.start()
        Path(folder, "ready").touch()
        while not stopped.wait(0.2):
            take_over_from_the_dead(worker, seats, unfinished_executors(work.database))
            if (forgotten := worker.forget_clock_runs(before=utc_now())) > 0:
                Path(folder, "forgotten").write_text(str(forgotten))
        worker.stop()
