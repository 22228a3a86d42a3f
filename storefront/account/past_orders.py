"""A person's orders as the account lists them: what was bought, and how each of them stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.checkout.owing import OrderStanding, standings
from commerce.kernel.money import Money
from commerce.orders.queries import lines_of, timelines_of
from commerce.orders.rows import EventRow, OrderLineRow, OrderRow, OrderState
from storefront.shop.order_journey import never_left, paid_back, still_coming
from storefront.shop.pictures import media_url
from storefront.shop.sold_names import SoldName, names_for
from storefront.shop.visit import Visit


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order as the history lists it."""

    number: str
    url: str
    at: datetime
    state: str
    kind: str
    total: Money
    back: Money
    """What went back, or is on its way."""
    goods: str
    image: str


@dataclass(frozen=True, slots=True)
class _Read:
    """What is known of one order besides its row."""

    order: OrderRow
    lines: Sequence[OrderLineRow]
    events: Sequence[EventRow]
    standing: OrderStanding


def past_orders(
    connection: Connection, visit: Visit, orders: Sequence[OrderRow]
) -> list[PastOrder]:
    """Return the orders with their goods and their state: as many statements for many as for one."""
    ids = [each.id for each in orders]
    lines: dict[UUID, list[OrderLineRow]] = {each: [] for each in ids}
    for line in lines_of(connection, order_ids=ids):
        lines[line.order_id].append(line)
    names = _names(connection, visit, orders, lines)
    events = timelines_of(connection, order_ids=ids)
    standing = standings(connection, order_ids=ids)
    found = (_Read(each, lines[each.id], events[each.id], standing[each.id]) for each in orders)
    return [_past(visit, each, names) for each in found]


def _names(
    connection: Connection,
    visit: Visit,
    orders: Sequence[OrderRow],
    lines: Mapping[UUID, Sequence[OrderLineRow]],
) -> Mapping[UUID, SoldName]:
    """Return what the first line of each order is called, language by language."""
    first: dict[str, list[OrderLineRow]] = {}
    for order in orders:
        first.setdefault(order.locale[:2], []).extend(lines[order.id][:1])
    names: dict[UUID, SoldName] = {}
    for told_in, some in first.items():
        names |= names_for(connection, some, told_in=told_in, language=visit.language)
    return names


def _past(visit: Visit, read: _Read, names: Mapping[UUID, SoldName]) -> PastOrder:
    order, lines = read.order, read.lines
    state, kind = _state(visit, read)
    image = next((line.image for line in lines if line.image), "")
    return PastOrder(
        number=order.number,
        url=visit.order_path(order.id),
        at=order.placed_at or order.created_at,
        state=state,
        kind=kind,
        total=order.total,
        back=Money(read.standing.back_minor, order.currency),
        goods=_goods(names[lines[0].id].name, len(lines) - 1) if lines else "",
        image=media_url(visit.merchant.id, image) if image else "",
    )


def _goods(name: str, more: int) -> str:
    return str(_("%(name)s and %(more)s more", name=name, more=more)) if more else name


def _state(visit: Visit, read: _Read) -> tuple[str, str]:
    """Return how an order stands, as its own page says it, and how that is coloured."""
    order, events = read.order, read.events
    if order.state is OrderState.AWAITING_PAYMENT:
        told = _("waiting for payment"), "wait"
    elif order.state is OrderState.CANCELLED:
        told = _("cancelled"), "bad"
    elif read.standing.repaid or paid_back(order, events):
        told = _("money given back"), ""
    elif order.state is OrderState.PLACED:
        idle = _("nothing left to come"), ""
        told = (_("in progress"), "wait") if read.standing.awaited else idle
    elif never_left(order, events):
        told = _("order closed"), ""
    elif still_coming(visit, order, events):
        told = _("on its way"), "wait"
    else:
        told = _("completed"), "good"
    return told
