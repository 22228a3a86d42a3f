"""Stock rooms that need somebody: what arrives or is late, counts to approve, lots past their day."""

from collections.abc import Iterator

from sqlalchemy import Connection

from commerce.inventory.queries import reorder_proposals, waiting_work
from commerce.park.permissions import Permission
from commerce.web.identity.current import may
from storefront.backoffice.desk import link
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.stockroom.frame import today_here
from storefront.backoffice.stockroom.posts import own_places
from storefront.backoffice.tasks.task import Task


def stockwork(connection: Connection) -> Iterator[Task]:
    """What waits at the reader's places."""
    places = own_places(connection)
    waiting = waiting_work(connection, today=today_here(), places=places)
    if waiting.overdue:
        yield Task(
            "bad",
            _("Stock"),
            ngettext(
                "%(num)d delivery is overdue:", "%(num)d deliveries are overdue:", waiting.overdue
            ),
            _("it was to arrive before today. Ask where it is, or say another day."),
            _("See which"),
            link("stock_work"),
        )
    if waiting.arriving:
        yield Task(
            "info",
            _("Stock"),
            ngettext(
                "%(num)d delivery arrives today:",
                "%(num)d deliveries arrive today:",
                waiting.arriving,
            ),
            _("take it in when it is there."),
            _("See which"),
            link("stock_work"),
        )
    if waiting.expired:
        yield Task(
            "bad",
            _("Stock"),
            ngettext("%(num)d lot has expired:", "%(num)d lots have expired:", waiting.expired),
            _("it still lies on the shelf. Write it off."),
            _("See which"),
            link("lots"),
        )
    if may(Permission.ORDER_STOCK):
        yield from _for_managers(connection, waiting.to_approve)


def _for_managers(connection: Connection, to_approve: int) -> Iterator[Task]:
    if to_approve:
        yield Task(
            "wait",
            _("Stock"),
            ngettext("%(num)d count is finished:", "%(num)d counts are finished:", to_approve),
            _("look through what differs and approve it."),
            _("Look through it"),
            link("counts"),
        )
    if proposals := len(reorder_proposals(connection)):
        yield Task(
            "info",
            _("Stock"),
            ngettext("%(num)d shelf to fill up:", "%(num)d shelves to fill up:", proposals),
            _("a draft takes one button."),
            _("See the proposals"),
            link("reorder"),
        )
