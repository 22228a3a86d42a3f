"""Stores that need somebody: sales against the books, PIN pads that wait."""

from collections.abc import Iterator

from storefront.backoffice.desk import link
from storefront.backoffice.readings import Troubles
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.tasks.task import Task


def discrepancies(counted: Troubles) -> Iterator[Task]:
    """Sales that the books did not allow."""
    if counted.discrepancies:
        yield Task(
            "wait",
            _("Stock"),
            ngettext(
                "%(num)d sale did not fit the books:",
                "%(num)d sales did not fit the books:",
                counted.discrepancies,
            ),
            _("a till sold what the shelf should not have had."),
            _("Look into it"),
            link("discrepancies"),
        )


def variances(counted: Troubles) -> Iterator[Task]:
    """Sales that a till made against the rules of today."""
    if counted.variances:
        yield Task(
            "wait",
            _("Till"),
            ngettext(
                "%(num)d sale speaks against a rule:",
                "%(num)d sales speak against a rule:",
                counted.variances,
            ),
            _("it was made before the till heard of it, and is in the books."),
            _("Look into it"),
            link("variances"),
        )


def pads(counted: Troubles) -> Iterator[Task]:
    """Tills that ask for a manager."""
    if counted.locked_pads:
        yield Task(
            "wait",
            _("Till"),
            ngettext(
                "%(num)d till asks for a manager",
                "%(num)d tills ask for a manager",
                counted.locked_pads,
            ),
            _("after five wrong PINs."),
            _("Unlock"),
            link("stores"),
        )
