"""What failed behind the counter: letters and processes, each with a button that tries again."""

from collections.abc import Iterator

from sqlalchemy import Connection

from commerce.kernel.durable import failed_runs
from commerce.mail.queries import undelivered
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant
from commerce.web.identity.current import may
from storefront.backoffice.desk import link
from storefront.backoffice.failures.words import shown_run
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.tasks.task import Retry, Task

_LETTERS = "mail.send"
_MOST = 3


def letters(connection: Connection) -> Iterator[Task]:
    """Letters that could not be sent; only those about orders are tried again from here."""
    for letter in undelivered(connection, staff=may(Permission.MANAGE_STAFF), most=_MOST):
        again = letter.order_id is not None
        yield Task(
            "bad",
            _("Mail"),
            _("Mail to %(address)s", address=letter.recipient),
            _("could not be sent: “%(subject)s”. Check the address.", subject=letter.subject),
            _("What to do"),
            link("failures"),
            Retry(link("send_again", mail_id=letter.id)) if again else None,
        )


def processes(connection: Connection) -> Iterator[Task]:
    """Processes that broke off."""
    for run in failed_runs(connection, merchant_id=current_merchant().id, most=_MOST):
        if run.process != _LETTERS:
            told = shown_run(connection, run)
            retry = Retry(link("run_again"), {"run": run.id})
            url = link("failures")
            yield Task("bad", _("Failed"), told.subject, told.text, _("What to do"), url, retry)
