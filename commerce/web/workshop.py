"""What the worker needs to run processes: the same parts as the web server, and a seat of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

from commerce.checkout.process import confirm_order, refund_payment
from commerce.checkout.process.sweep import expire_holds, reconcile_payments
from commerce.kernel.database import Database
from commerce.kernel.durable import Process, Work
from commerce.kernel.mail import mailer_of
from commerce.kernel.settings import Settings
from commerce.mail.process import send_mail
from commerce.mail.sending import Postman
from commerce.migrations.tables import know_every_table
from commerce.web.parts import shared_parts

PROCESSES: tuple[Process, ...] = (
    confirm_order,
    expire_holds,
    reconcile_payments,
    refund_payment,
    send_mail,
)
"""Everything that a worker can run."""

_MOST_WORKERS = 64
_TAKE_SEAT = text("SELECT pg_try_advisory_lock(hashtextextended('quayside worker', :seat))")


@contextmanager
def open_workshop(settings: Settings, database_url: str) -> Iterator[Work]:
    """Give what processes work with, as long as the block runs."""
    know_every_table()
    database = Database(database_url, connections=6, name="quayside worker")
    parts = shared_parts(settings, database).also(
        Postman(database, mailer_of(settings), settings.mail_from)
    )
    yield Work(database=database, settings=settings, parts=parts)
    database.close()


@contextmanager
def vacant_executor(database: Database) -> Iterator[str]:
    """Give a name that no living worker has, held by a lock that dies with this process.

    Names are seats: a worker that starts after another died takes its seat, and with it whatever
    the dead one left unfinished.
    """
    engine = create_engine(database.url, isolation_level="AUTOCOMMIT", pool_size=1)
    with engine.connect() as connection:
        for seat in range(1, _MOST_WORKERS + 1):
            if connection.execute(_TAKE_SEAT, {"seat": seat}).scalar_one():
                yield f"worker-{seat}"
                break
        else:
            raise SystemExit(f"There are {_MOST_WORKERS} workers already.")
    engine.dispose()
