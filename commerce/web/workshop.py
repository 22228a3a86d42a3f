"""What the worker needs to run processes: the same parts as the web server, and the mail's."""

from collections.abc import Iterator
from contextlib import contextmanager

from commerce.checkout.process import confirm_order, refund_payment
from commerce.checkout.process.sweep import expire_holds, reconcile_payments
from commerce.kernel.database import Database
from commerce.kernel.durable import Process, Work
from commerce.kernel.mail import mailer_of
from commerce.kernel.settings import Settings
from commerce.mail.process import send_mail
from commerce.mail.sending import Postman
from commerce.migrations.tables import know_every_table
from commerce.park.process import forget_expired
from commerce.web.parts import shared_parts

PROCESSES: tuple[Process, ...] = (
    confirm_order,
    expire_holds,
    forget_expired,
    reconcile_payments,
    refund_payment,
    send_mail,
)
"""Everything that a worker can run."""


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
