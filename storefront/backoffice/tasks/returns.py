"""Returns that wait for somebody here: to be agreed to, looked at, paid back."""

from collections.abc import Iterator

from sqlalchemy import Connection

from commerce.orders.returns.queries import open_returns
from commerce.orders.returns.rows import ReturnState
from storefront.backoffice.desk import link
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.tasks.task import Task


def returns(connection: Connection) -> Iterator[Task]:
    """One task for each step that returns wait for; what is still under way waits for nobody here."""
    waiting = open_returns(connection)
    for state, text in (
        (ReturnState.REQUESTED, _("asked for: agree or say why not.")),
        (ReturnState.RECEIVED, _("received: look at every piece.")),
        (ReturnState.INSPECTED, _("looked at: give the money back.")),
    ):
        count = waiting[state][0] if state in waiting else 0
        if count:
            yield Task(
                "wait",
                _("Returns"),
                ngettext("%(num)d return", "%(num)d returns", count),
                text,
                _("See the returns"),
                link("returns"),
            )
