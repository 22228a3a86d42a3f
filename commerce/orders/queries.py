"""What is known of orders: one order, lists for the desk, a shopper's history, figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Row,
    Select,
    Uuid,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from commerce.kernel.bearer import Shown
from commerce.kernel.channel import Channel
from commerce.kernel.statements import Statement
from commerce.kernel.typed import plain_code, plain_words
from commerce.orders.models import SalesOrder
from commerce.orders.rows import (
    Actor,
    EventKind,
    EventRow,
    OrderLineRow,
    OrderRow,
    OrderState,
)

_TABLE = SalesOrder.__table__
_ORDER = select(*(_TABLE.c[field.name] for field in fields(OrderRow)))

_BY_ID = Statement.of(_ORDER.where(_TABLE.c.id == bindparam("id")))
_BY_IDS = Statement.of(_ORDER.where(_TABLE.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid)))))
_BY_TOKEN = Statement(f"""
SELECT {", ".join(field.name for field in fields(OrderRow))} FROM sales_order
WHERE id = COALESCE(:id, (SELECT id FROM sales_order WHERE token_digest = :digest))
""")  # noqa: S608 - names of ours
_BY_NUMBER = Statement.of(_ORDER.where(_TABLE.c.number == bindparam("number")))
_BY_SOURCE = Statement.of(_ORDER.where(_TABLE.c.source_id == bindparam("source")))
_OF_CUSTOMER = Statement.of(
    _ORDER.where(_TABLE.c.customer_id == bindparam("customer"))
    .where(_TABLE.c.state != bindparam("not_in_state"))
    .order_by(_TABLE.c.id.desc())
    .limit(bindparam("most"))
)

_LINES = Statement("""
SELECT id, order_id, position, variant_id, sku, name, variant_name, image, quantity,
       unit_price_minor, discount_minor, discount_reason, tax_rate, net_minor, tax_minor,
       total_minor, reasons
FROM order_line WHERE order_id = ANY(:orders) ORDER BY order_id, position
""")

_TIMELINE = Statement("""
SELECT id, kind, facts, shopper_sees, actor, actor_id, at
FROM order_event WHERE order_id = :order AND (shopper_sees OR :everything)
ORDER BY id
""")

_EVENT = Statement("""
SELECT id, kind, facts, shopper_sees, actor, actor_id, at
FROM order_event WHERE order_id = :order AND id = :event
""")

_TIMELINES = Statement("""
SELECT order_id, id, kind, facts, shopper_sees, actor, actor_id, at
FROM order_event WHERE order_id = ANY(:orders) ORDER BY id
""")

_FIGURES = Statement("""
SELECT channel, currency, count(*) AS orders, COALESCE(sum(total_minor), 0) AS total_minor
FROM sales_order
WHERE placed_at >= :since AND placed_at < :until AND state IN ('placed', 'completed')
GROUP BY channel, currency ORDER BY channel, currency
""")

_BY_HOUR = Statement("""
SELECT date_trunc('hour', placed_at) AS hour, channel, currency,
       count(*) AS orders, sum(total_minor) AS total_minor
FROM sales_order
WHERE placed_at >= :since AND placed_at < :until AND state IN ('placed', 'completed')
GROUP BY 1, 2, 3 ORDER BY 1
""")


@dataclass(frozen=True, slots=True)
class UnpaidOrders:
    """How many orders of a merchant await payment, of one buyer and of one network, and their units."""

    by_buyer: int
    by_place: int
    units_by_place: int


# The words of the two partial indexes stand here as they stand there, or they are not used.
_UNPAID = """
SELECT (SELECT count(*) FROM sales_order
        WHERE merchant_id = :merchant AND state = 'awaiting_payment'
          AND {buyer} AND created_at > :since),
       (SELECT count(*) FROM sales_order
        WHERE merchant_id = :merchant AND state = 'awaiting_payment'
          AND placed_from <> '' AND placed_from = :placed_from AND created_at > :since),
       (SELECT COALESCE(sum(l.quantity), 0) FROM sales_order o
        JOIN order_line l ON l.merchant_id = o.merchant_id AND l.order_id = o.id
        WHERE o.merchant_id = :merchant AND o.state = 'awaiting_payment'
          AND o.placed_from <> '' AND o.placed_from = :placed_from AND o.created_at > :since)
"""
_UNPAID_OF_GUEST = Statement(
    _UNPAID.format(
        buyer="lower(email) = lower(:email) AND customer_id IS NULL AND placed_from = :placed_from"
    ),
    UnpaidOrders,
)
_UNPAID_OF_CUSTOMER = Statement(_UNPAID.format(buyer="customer_id = :customer"), UnpaidOrders)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list of orders is narrowed to; None leaves it wide."""

    channel: Channel | None = None
    state: OrderState | None = None
    location_id: UUID | None = None
    words: str = ""
    """Part of a number, an e-mail address or a name."""
    named: tuple[UUID, ...] = ()
    """Orders that the words name in a way of their own, as a receipt's number does."""
    since: datetime | None = None
    """From when on they were placed, or begun where they never were."""
    until: datetime | None = None
    """Before which moment."""


@dataclass(frozen=True, slots=True)
class OrderSum:
    """What the placed and completed orders of a list come to in one currency."""

    currency: str
    orders: int
    total_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class ChannelFigure:
    """How much one channel sold in one currency in a span of time."""

    channel: Channel
    currency: str
    orders: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class HourFigure:
    """How much one channel sold in one currency in one hour."""

    hour: datetime
    channel: Channel
    currency: str
    orders: int
    total_minor: int


def folded_number(typed: str) -> str:
    """Return an order's number as it is kept, however it was typed: full width, small, spaced."""
    return plain_code(typed).upper()


def order_by_id(connection: Connection, *, order_id: UUID) -> OrderRow | None:
    """Return one order of the merchant, or None."""
    return _one(_BY_ID.one_or_none(connection, {"id": order_id}))


def orders_by_ids(connection: Connection, *, order_ids: Iterable[UUID]) -> dict[UUID, OrderRow]:
    """Return the merchant's orders among these, by id."""
    rows = _BY_IDS.all(connection, {"ids": list(order_ids)})
    return {row.id: _order(row) for row in rows}


def order_by_token(connection: Connection, *, token: Shown) -> OrderRow | None:
    """Return the order whose link this is, or None."""
    return _one(_BY_TOKEN.one_or_none(connection, {"id": token.id, "digest": token.digest}))


def order_by_number(connection: Connection, *, number: str) -> OrderRow | None:
    """Return the order that people call `number`, or None."""
    return _one(_BY_NUMBER.one_or_none(connection, {"number": folded_number(number)}))


def unpaid_orders(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID | None,
    email: str,
    placed_from: str,
    since: datetime,
) -> UnpaidOrders:
    """Count what was ordered after `since` and awaits payment.

    Somebody signed in is their account, wherever they are. A guest is an e-mail address, capitals
    aside, in one network: an address that is only typed proves nobody. An empty `placed_from` is no
    network: guests of whom no network is known are told apart by the address alone.
    """
    where = {"merchant": merchant_id, "placed_from": placed_from, "since": since}
    if customer_id is not None:
        return _UNPAID_OF_CUSTOMER.one(session, {**where, "customer": customer_id})
    return _UNPAID_OF_GUEST.one(session, {**where, "email": email})


def order_by_source(connection: Connection, *, source_id: UUID) -> OrderRow | None:
    """Return the order that came from a cart or a till command, or None."""
    return _one(_BY_SOURCE.one_or_none(connection, {"source": source_id}))


def orders_of_customer(
    connection: Connection, *, customer_id: UUID, most: int = 50
) -> tuple[OrderRow, ...]:
    """Return a customer's orders, newest first."""
    rows = _OF_CUSTOMER.all(
        connection,
        {
            "customer": customer_id,
            "not_in_state": OrderState.AWAITING_PAYMENT.value,
            "most": most,
        },
    )
    return tuple(_order(row) for row in rows)


def list_orders(
    connection: Connection,
    *,
    narrowed: OrderFilter,
    only: ColumnElement[bool] | None = None,
    before: UUID | None = None,
    most: int = 50,
) -> tuple[OrderRow, ...]:
    """Return orders newest first; `before` continues an earlier page.

    `only` is a condition on `sales_order` that a room above this one knows.
    """
    wanted = _narrow(_ORDER, narrowed, only).order_by(_TABLE.c.id.desc()).limit(most)
    if before is not None:
        wanted = wanted.where(_TABLE.c.id < before)
    return tuple(_order(row) for row in connection.execute(wanted))


def sums_of_orders(
    connection: Connection, *, narrowed: OrderFilter, only: ColumnElement[bool] | None = None
) -> tuple[OrderSum, ...]:
    """Return what a list of orders comes to, whatever its length; `only` is as of `list_orders`."""
    summed = select(
        _TABLE.c.currency,
        func.count(),
        func.sum(_TABLE.c.total_minor),
        func.sum(_TABLE.c.tax_minor),
    ).where(_TABLE.c.state.in_([OrderState.PLACED.value, OrderState.COMPLETED.value]))
    rows = connection.execute(
        _narrow(summed, narrowed, only).group_by(_TABLE.c.currency).order_by(_TABLE.c.currency)
    )
    return tuple(OrderSum(row[0], int(row[1]), int(row[2]), int(row[3])) for row in rows)


def _narrow(
    wanted: Select[Any], narrowed: OrderFilter, only: ColumnElement[bool] | None
) -> Select[Any]:
    if only is not None:
        wanted = wanted.where(only)
    if narrowed.channel is not None:
        wanted = wanted.where(_TABLE.c.channel == narrowed.channel.value)
    if narrowed.state is not None:
        wanted = wanted.where(_TABLE.c.state == narrowed.state.value)
    if narrowed.location_id is not None:
        wanted = wanted.where(_TABLE.c.location_id == narrowed.location_id)
    if words := plain_words(narrowed.words).strip():
        wanted = wanted.where(
            or_(
                _TABLE.c.id.in_(narrowed.named),
                _TABLE.c.number.icontains(words, autoescape=True),
                _TABLE.c.email.icontains(words, autoescape=True),
                _TABLE.c.ship_to["name"].astext.icontains(words, autoescape=True),
            )
        )
    at = func.coalesce(_TABLE.c.placed_at, _TABLE.c.created_at)
    if narrowed.since is not None:
        wanted = wanted.where(at >= narrowed.since)
    if narrowed.until is not None:
        wanted = wanted.where(at < narrowed.until)
    return wanted


def lines_of(connection: Connection, *, order_ids: Iterable[UUID]) -> tuple[OrderLineRow, ...]:
    """Return the lines of the given orders, in their order."""
    rows = _LINES.all(connection, {"orders": list(order_ids)})
    return tuple(OrderLineRow(**{**row._asdict(), "reasons": tuple(row.reasons)}) for row in rows)


def timeline_of(
    connection: Connection, *, order_id: UUID, everything: bool
) -> tuple[EventRow, ...]:
    """Return what happened to an order, oldest first; `everything` is for staff."""
    rows = _TIMELINE.all(connection, {"order": order_id, "everything": everything})
    return tuple(_event(row) for row in rows)


def event_by_id(connection: Connection, *, order_id: UUID, event_id: UUID) -> EventRow | None:
    """Return one line of an order's timeline, or None."""
    row = _EVENT.one_or_none(connection, {"order": order_id, "event": event_id})
    return None if row is None else _event(row)


def timelines_of(
    connection: Connection, *, order_ids: Iterable[UUID]
) -> dict[UUID, tuple[EventRow, ...]]:
    """Return all that happened to each of the orders, oldest first."""
    wanted = list(order_ids)
    found: dict[UUID, tuple[EventRow, ...]] = dict.fromkeys(wanted, ())
    for row in _TIMELINES.all(connection, {"orders": wanted}):
        found[row.order_id] += (_event(row),)
    return found


def figures(
    connection: Connection, *, since: datetime, until: datetime
) -> tuple[ChannelFigure, ...]:
    """Return what each channel sold from `since` up to `until`."""
    rows = _FIGURES.all(connection, {"since": since, "until": until})
    return tuple(
        ChannelFigure(Channel(row.channel), row.currency, row.orders, int(row.total_minor))
        for row in rows
    )


def figures_by_hour(
    connection: Connection, *, since: datetime, until: datetime
) -> Sequence[HourFigure]:
    """Return what each channel sold in each hour that sold anything."""
    rows = _BY_HOUR.all(connection, {"since": since, "until": until})
    return tuple(
        HourFigure(row.hour, Channel(row.channel), row.currency, row.orders, int(row.total_minor))
        for row in rows
    )


def _one(row: Row[Any] | None) -> OrderRow | None:
    return None if row is None else _order(row)


def _event(row: Row[Any]) -> EventRow:
    return EventRow(
        id=row.id,
        kind=EventKind(row.kind),
        facts=row.facts,
        shopper_sees=row.shopper_sees,
        actor=Actor(row.actor),
        actor_id=row.actor_id,
        at=row.at,
    )


def _order(row: Row[Any]) -> OrderRow:
    facts = row._asdict()
    facts["channel"] = Channel(facts["channel"])
    facts["state"] = OrderState(facts["state"])
    return OrderRow(**facts)
