"""Why an order is served from where it is: every decision with its costs, its reasons and what came next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import Response
from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.fulfilment.queries import DecisionRow, decisions_of, delivery_settings
from commerce.fulfilment.sourcing import Decision, Parcel
from commerce.inventory.queries import locations
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.orders.queries import order_by_id
from commerce.orders.rows import OrderRow
from commerce.park.permissions import Permission
from commerce.web.formats import days_in
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, draw, link
from storefront.backoffice.orders.rows import place_names
from storefront.backoffice.sourcing.words import Teller, occasion_name
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import in_language


@dataclass(frozen=True, slots=True)
class ShownParcel:
    """What leaves one place, and what that costs by the merchant's own figures."""

    place: str
    way: str
    goods: tuple[str, ...]
    days: str
    """On or between which days it arrives; empty where nobody knows."""
    costs: tuple[tuple[str, Money], ...]
    total: Money


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """One decision in words; the last one of an order counts."""

    occasion: str
    at: datetime
    counts: bool
    sentences: tuple[str, ...]
    parcels: tuple[ShownParcel, ...]
    split: Money | None
    total: Money
    others: tuple[tuple[str, Money], ...]
    """Which other places were weighed, and how much more each choice would have cost."""


@needs(Permission.VIEW_ORDERS)
def order_sourcing(order_id: UUID) -> Response:
    """Show why an order is served from where it is."""
    with services().database.reading(current_scope()) as connection:
        order = order_by_id(connection, order_id=order_id)
        if order is None:
            raise NotFoundError
        shown = _shown(connection, decisions_of(connection, order_id=order_id))
    return draw(
        "orders/sourcing.html",
        title=_("Why from there"),
        room="orders",
        trail=_trail(order),
        decisions=shown,
    )


def _trail(order: OrderRow) -> tuple[Crumb, ...]:
    number = _("Order %(number)s", number=order.number)
    return (
        Crumb(_("Orders"), link("orders")),
        Crumb(number, link("order", order_id=order.id)),
    )


def _shown(connection: Connection, decisions: tuple[DecisionRow, ...]) -> tuple[ShownDecision, ...]:
    """Return the decisions in words, the newest first."""
    wanted = {part.variant_id for row in decisions for part in row.decision.units}
    named = variants_by_ids(connection, variant_ids=sorted(wanted), locale=language())
    scribe = _Scribe(
        teller=Teller(place_names(locations(connection)), current_merchant().currency),
        goods={key: f"{each.product_name} {each.title}".strip() for key, each in named.items()},
        ways={
            each.code: in_language(each.name, each.name_zh)
            for each in delivery_settings(connection)
        },
    )
    last = len(decisions) - 1
    told = [scribe.decision(row, counts=at == last) for at, row in enumerate(decisions)]
    return tuple(reversed(told))


@dataclass(frozen=True, slots=True)
class _Scribe:
    """Writes decisions down for people."""

    teller: Teller
    goods: Mapping[UUID, str]
    ways: Mapping[str, str]

    def decision(self, row: DecisionRow, *, counts: bool) -> ShownDecision:
        decision = row.decision
        return ShownDecision(
            occasion=occasion_name(row.occasion),
            at=row.at,
            counts=counts,
            sentences=tuple(self.teller.reason(reason) for reason in decision.why),
            parcels=tuple(self._parcel(parcel, decision) for parcel in decision.parcels),
            split=self._money(decision.split_minor) if decision.split_minor else None,
            total=self._money(decision.minor),
            others=tuple(
                (self.teller.every(each.location_ids), self._money(each.minor - decision.minor))
                for each in decision.runners_up
            ),
        )

    def _parcel(self, parcel: Parcel, decision: Decision) -> ShownParcel:
        rules = {
            UUID(reason.params["rule"]): in_language(
                reason.params["name"], reason.params["name_zh"]
            )
            for reason in decision.why
            if "rule" in reason.params
        }
        return ShownParcel(
            place=self.teller.place(parcel.location_id),
            way=self.ways.get(parcel.option, ""),
            goods=tuple(
                f"{part.quantity} × {self.goods.get(part.variant_id, '–')}" for part in parcel.units
            ),
            days=_days(parcel.earliest, parcel.latest),
            costs=tuple(
                (self.teller.cost(cost, rules), self._money(cost.minor)) for cost in parcel.costs
            ),
            total=self._money(parcel.minor),
        )

    def _money(self, minor: int) -> Money:
        return Money(minor, self.teller.currency)


def _days(first: date | None, last: date | None) -> str:
    return days_in(first, last, language()) if first and last else ""
