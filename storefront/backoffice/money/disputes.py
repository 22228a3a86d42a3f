"""Disputes: which payments a bank takes back, why, and until when an answer counts."""

from flask import Response

from commerce.kernel.clock import utc_now
from commerce.ledger.queries.settlement import disputes as list_disputes
from commerce.park.permissions import Permission
from commerce.web.identity import current_scope, needs
from commerce.web.services import services
from storefront.backoffice.money.frame import draw_money
from storefront.backoffice.speech import gettext as _

_MOST = 200


@needs(Permission.VIEW_MONEY)
def disputes() -> Response:
    """List disputes: open ones by their deadline, then those that are over."""
    with services().database.reading(current_scope()) as connection:
        rows = list_disputes(connection, only_open=False, most=_MOST)
    return draw_money(
        "disputes.html", title=_("Disputes"), tab="disputes", rows=rows, now=utc_now()
    )
