"""Payouts: what a provider paid to the bank, line by line, at which rate, and what it kept."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Response, request

from commerce.ledger.queries.settlement import lines_of_payout, payout_by_id
from commerce.ledger.queries.settlement import payouts as list_payouts
from commerce.park.permissions import Permission
from commerce.web.formats import money
from commerce.web.identity import current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import link
from storefront.backoffice.money.frame import draw_money
from storefront.backoffice.speech import gettext as _

_MOST = 40
_MOST_LINES = 500
_LONGEST = 40


@needs(Permission.VIEW_MONEY)
def payouts() -> Response:
    """List payouts, newest first."""
    before = _moment(request.args.get("before", ""))
    with services().database.reading(current_scope()) as connection:
        found = list_payouts(connection, before=before, most=_MOST + 1)
    more = len(found) > _MOST
    return draw_money(
        "payouts.html",
        title=_("Payouts"),
        tab="payouts",
        rows=found[:_MOST],
        next_url=link("payouts", before=found[_MOST - 1].at.isoformat()) if more else "",
        first_url=link("payouts") if before else "",
    )


@needs(Permission.VIEW_MONEY)
def payout(payout_id: UUID) -> Response:
    """Show what a payout is made of."""
    with services().database.reading(current_scope()) as connection:
        found = payout_by_id(connection, payout_id=payout_id)
        lines = lines_of_payout(connection, payout_id=payout_id, most=_MOST_LINES)
    return draw_money(
        "payout.html",
        title=_("Payout of %(amount)s", amount=money(found.amount)),
        tab="payouts",
        inside=True,
        payout=found,
        lines=lines,
    )


def _moment(typed: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(typed[:_LONGEST])
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
