"""What of an order is still to come, and which goods of it never will, as its page tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.checkout.owing import given_up_of, standings
from commerce.orders.rows import EventKind, EventRow, OrderLineRow, OrderRow, OrderState
from commerce.web.formats import gap
from storefront.shop.sold_names import SoldName


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the shopper may still wait for."""

    awaited: bool
    """Whether anything has to be sent, handed over or done once the order is paid."""
    given_up: Mapping[UUID, int] = field(default_factory=dict)
    """Units that will not come, by the line's id."""


def outlook_of(
    connection: Connection,
    order: OrderRow,
    *,
    lines: tuple[OrderLineRow, ...],
    events: tuple[EventRow, ...],
) -> Outlook:
    """Return what may still be waited for; at most two statements, and mostly one or none."""
    if order.state in {OrderState.AWAITING_PAYMENT, OrderState.CANCELLED}:
        return Outlook(awaited=order.state is OrderState.AWAITING_PAYMENT)
    awaited = False
    if order.state is OrderState.PLACED:
        awaited = standings(connection, order_ids=[order.id])[order.id].awaited
    return Outlook(awaited, given_up_of(connection, order_id=order.id, lines=lines, events=events))


def given_up_title(kind: object) -> str:
    """Return the step that tells of goods that will not come."""
    if kind == "pickup":
        return str(_("No longer to be picked up"))
    return str(_("No longer to be sent"))


def given_up_note(kind: object, *, units: int, ordered: int) -> str:
    """Return what stands beside a line of which `units` will not come; nothing where all do."""
    if not units:
        return ""
    if units == ordered:
        return given_up_title(kind)
    if kind == "pickup":
        return str(
            _("%(units)s of %(ordered)s no longer to be picked up", units=units, ordered=ordered)
        )
    return str(_("%(units)s of %(ordered)s no longer to be sent", units=units, ordered=ordered))


def nothing_left_words(kind: object) -> str:
    """Return the sentence under the title of an order of which nothing is to come any more."""
    told = {
        "pickup": _("Nothing of this order is left to be picked up."),
        "service": _("Nothing of this order is left to be done."),
    }.get(str(kind), _("Nothing of this order will be sent any more."))
    return gap().join((told, _("What was given back stands under Payments.")))


def goods_words(
    event: EventRow, lines: tuple[OrderLineRow, ...], names: Mapping[UUID, SoldName]
) -> str:
    """Return which goods were given up; nothing of what was given up before it was written down."""
    if event.kind is not EventKind.GIVEN_UP:
        return ""
    called = {line.variant_id: names[line.id] for line in lines if line.variant_id}
    told = []
    for goods in event.facts.get("goods", ()):
        name = called.get(UUID(goods["variant_id"]))
        if name is not None:
            full = f"{name.name}, {name.variant}" if name.variant else name.name
            told.append(_("%(units)s × %(name)s", units=goods["quantity"], name=full))
    return " · ".join(told)
