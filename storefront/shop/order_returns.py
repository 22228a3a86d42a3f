"""Returns of an order as its page tells them: how each stands, what to do, and whether more may come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.checkout.returns import returnable_lines, shopper_may_ask
from commerce.checkout.returns.where import reference_of, return_address
from commerce.kernel.money import Money
from commerce.orders.returns.queries import return_lines, returns_of
from commerce.orders.returns.rows import ReturnLineRow, ReturnRow, ReturnState, ReturnWay
from commerce.orders.rows import EventKind, EventRow, OrderLineRow, OrderRow, OrderState
from storefront.shop.sold_names import SoldName
from storefront.shop.visit import Visit

_WAITING = frozenset({ReturnState.REQUESTED, ReturnState.APPROVED})
_SOLD = frozenset({OrderState.PLACED, OrderState.COMPLETED})


@dataclass(frozen=True, slots=True)
class ShownReturn:
    """One return."""

    id: UUID
    reference: str
    state: str
    kind: str
    """How good the state is, as tags are coloured."""
    goods: str
    refunded: Money | None
    answer: str
    advice: str
    """What the shopper does next."""
    address: tuple[str, ...]
    """Where the parcel goes."""
    may_cancel: bool


@dataclass(frozen=True, slots=True)
class OrderReturns:
    """What an order's page says about returns."""

    shown: tuple[ShownReturn, ...] = ()
    until: datetime | None = None
    """Until when the shopper may ask for one; None where they cannot."""

    @property
    def last_day(self) -> date | None:
        """The last day on which they may: it ends at midnight."""
        return (self.until - timedelta(microseconds=1)).date() if self.until else None

    def __bool__(self) -> bool:
        return bool(self.shown or self.until)


def returns_shown(
    connection: Connection,
    visit: Visit,
    order: OrderRow,
    *,
    lines: Sequence[OrderLineRow],
    names: Mapping[UUID, SoldName],
    events: Sequence[EventRow],
) -> OrderReturns:
    """Return the returns of an order; one statement for an order that never had one and cannot.

    What can still come back is read where something has: all that arrived can until then.
    """
    if order.state not in _SOLD:
        return OrderReturns()
    found = returns_of(connection, order_id=order.id)
    terms = visit.facts.return_terms
    until = shopper_may_ask(
        order,
        events,
        terms=terms,
        zone=visit.merchant.time_zone,
        home=visit.merchant.country,
        now=visit.at,
    )
    by_return = return_lines(connection, return_ids=[each.id for each in found])
    sends = any(each.way is ReturnWay.POST and each.state is ReturnState.APPROVED for each in found)
    address = _address(connection, visit, order) if sends else ()
    if until is not None and (found or any(each.kind is EventKind.RETURNED for each in events)):
        rest = returnable_lines(connection, order=order, lines=lines)
        until = until if any(each.units for each in rest) else None
    return OrderReturns(
        tuple(_shown(order, each, by_return[each.id], names, address) for each in found),
        until,
    )


def _address(connection: Connection, visit: Visit, order: OrderRow) -> tuple[str, ...]:
    return return_address(
        connection,
        terms=visit.facts.return_terms,
        merchant=visit.merchant,
        sent_to=str((order.ship_to or {}).get("country") or ""),
        language=visit.language,
    )


def _shown(
    order: OrderRow,
    found: ReturnRow,
    lines: Sequence[ReturnLineRow],
    names: Mapping[UUID, SoldName],
    address: tuple[str, ...],
) -> ShownReturn:
    state, kind = _state(found.state)
    sent = found.way is ReturnWay.POST and found.state is ReturnState.APPROVED
    reference = reference_of(order.number, found)
    return ShownReturn(
        id=found.id,
        reference=reference,
        state=state,
        kind=kind,
        goods=" · ".join(_goods(line, names[line.order_line_id]) for line in lines),
        refunded=Money(found.refunded_minor, order.currency) if found.refunded_minor else None,
        answer=found.answer,
        advice=_advice(found, reference),
        address=address if sent else (),
        may_cancel=found.state in _WAITING and found.asked_by == "shopper",
    )


def _goods(line: ReturnLineRow, name: SoldName) -> str:
    full = f"{name.name}, {name.variant}" if name.variant else name.name
    return str(_("%(units)s × %(name)s", units=line.quantity, name=full))


def _state(state: ReturnState) -> tuple[str, str]:
    return {
        ReturnState.REQUESTED: (_("we look at it"), "wait"),
        ReturnState.APPROVED: (_("waits for the goods"), "wait"),
        ReturnState.RECEIVED: (_("has arrived"), "wait"),
        ReturnState.INSPECTED: (_("looked at"), "wait"),
        ReturnState.REFUNDED: (_("paid back"), "good"),
        ReturnState.CLOSED: (_("ended"), ""),
        ReturnState.REFUSED: (_("not accepted"), "bad"),
        ReturnState.CANCELLED: (_("taken back"), ""),
    }[state]


def _advice(found: ReturnRow, reference: str) -> str:
    if found.state is ReturnState.REQUESTED:
        return str(_("We write to you as soon as we have looked at it. Keep the goods until then."))
    if found.state in {ReturnState.RECEIVED, ReturnState.INSPECTED}:
        return str(_("Your money comes back as soon as we have looked at the goods."))
    if found.state is not ReturnState.APPROVED:
        return ""
    if found.way is ReturnWay.POST:
        return str(_("Write %(reference)s on the parcel and send it to:", reference=reference))
    return str(
        _(
            "Bring the goods to any of our stores and say %(reference)s at the counter.",
            reference=reference,
        )
    )
