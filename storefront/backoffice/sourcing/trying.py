"""Try the drafted rules on past orders: which would have gone elsewhere, and what it would have cost."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Response

from commerce.fulfilment.queries import OrderTried, dry_run, sourcing_rules
from commerce.fulfilment.sourcing import Decision
from commerce.inventory.queries import locations
from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.orders.rows import place_names
from storefront.backoffice.sourcing.telling import mark_of
from storefront.backoffice.sourcing.words import Teller
from storefront.backoffice.speech import gettext as _

_DAYS = 90
_MOST_ORDERS = 400
_MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class TriedOrder:
    """One order that would be served otherwise."""

    order_id: UUID
    number: str
    before: str
    after: str
    more: Money
    refused: bool


@needs(Permission.MANAGE_SETTINGS)
def try_rules() -> Response:
    """Show what the draft would have changed."""
    merchant = current_merchant()
    with services().database.reading(current_scope()) as connection:
        draft = sourcing_rules(connection, merchant_id=merchant.id, draft=True)
        if not draft:
            announce(_("Nothing is drafted: change a rule or add one first."), "bad")
            return moved("sourcing")
        tried = dry_run(
            connection,
            merchant_id=merchant.id,
            rules=draft,
            since=utc_now() - timedelta(days=_DAYS),
            most=_MOST_ORDERS,
        )
        teller = Teller(place_names(locations(connection)), merchant.currency)
    return draw(
        "settings/sourcing_tried.html",
        title=_("The draft, tried on past orders"),
        room="settings",
        trail=(Crumb(_("Settings"), link("settings")), Crumb(_("Sourcing"), link("sourcing"))),
        tried=tried,
        days=_DAYS,
        minor=Money(abs(tried.minor), merchant.currency),
        orders=[_told(each, teller) for each in tried.changed[:_MOST_SHOWN]],
        more=max(0, len(tried.changed) - _MOST_SHOWN),
        seen=mark_of(draft),
    )


def _told(each: OrderTried, teller: Teller) -> TriedOrder:
    return TriedOrder(
        order_id=each.order_id,
        number=each.number,
        before=_from(each.before, teller),
        after=_from(each.after, teller),
        more=Money(each.minor, teller.currency),
        refused=each.after is None,
    )


def _from(decision: Decision | None, teller: Teller) -> str:
    if decision is None:
        return _("refused")
    return teller.every(parcel.location_id for parcel in decision.parcels)
