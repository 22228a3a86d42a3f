"""Disclose everything that is kept about one customer, in a form that machines read."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from commerce.checkout.service.traces import traces_of
from commerce.customers.queries import export_customer, get_customer, links_of
from commerce.mail.queries import letters_to_customer
from commerce.orders.queries import lines_of, orders_by_ids, timelines_of
from commerce.orders.returns.queries import returns_of_orders
from commerce.orders.returns.rows import ReturnRow
from commerce.orders.rows import EventRow, OrderLineRow, OrderRow
from commerce.park.queries.shopper_browsers import browsers_of
from commerce.park.service.security_log import note_security_event
from commerce.payments.queries import payments_of_orders, refunds_of_orders
from commerce.payments.rows import PaymentRow, RefundRow
from commerce.payments.stored_value.queries import credit_of, entries_of
from commerce.payments.stored_value.rows import ValueAccount

Row = TypeVar("Row")

FORMAT = "quayside-customer/1"
_MOST_ENTRIES = 10_000

_CARTS = text("""
SELECT id, email, ship_to, country, currency, changed_at FROM cart
WHERE id = ANY(:carts) ORDER BY id
""")


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What is kept about a person, as JSON.

    Attributes:
        words: by which others that kept something about the person find it, see `Traces`.
    """

    told: dict[str, Any]
    words: tuple[str, ...]


def disclose_customer(
    session: Session, *, merchant_id: UUID, customer_id: UUID, actor_id: UUID | None
) -> Disclosed:
    """Return all that the merchant keeps about a person, and note who asked for it.

    The right of access and of data portability (GDPR art. 15 and 20, PIPL art. 45). Amounts are
    minor units of their currency, times are UTC (ISO 8601). What the staff note for one another, such
    as the reason of a refund, is not in it: they were told that the customer does not see it, and it
    may speak of others (GDPR art. 15 (4)); what was told to the customer stands in the letters.

    `actor_id` is who of the staff gave it out; None, when the person took it. As many statements for
    many orders as for one.

    Raises:
        UnknownCustomerError: the merchant knows nobody with this id.
    """
    email = (get_customer(session, customer_id=customer_id).email or "").lower()
    connection = session.connection()
    traces = traces_of(connection, customer_id=customer_id, email=email)
    told = {
        "format": FORMAT,
        "person": export_customer(session, customer_id=customer_id),
        "orders": _orders(connection, traces.order_ids),
        "carts": [
            _plain(row) for row in connection.execute(_CARTS, {"carts": list(traces.cart_ids)})
        ],
        "store_credit": [
            _credit(connection, each) for each in credit_of(connection, customer_id=customer_id)
        ],
        "letters": _letters(connection, customer_id, email, traces.order_ids),
        "browsers": [
            {
                "signed_in_at": each.signed_in_at.isoformat(),
                "last_seen_at": each.last_seen_at.isoformat(),
                "address": each.address,
                "user_agent": each.user_agent,
            }
            for each in browsers_of(connection, customer_id=customer_id)
        ],
    }
    note_security_event(
        session,
        merchant_id=merchant_id,
        action="customer-disclosed" if actor_id else "customer-took-file",
        actor_id=actor_id,
        subject=str(customer_id),
    )
    return Disclosed(told, traces.words)


def _letters(
    connection: Connection, customer_id: UUID, email: str, order_ids: Sequence[UUID]
) -> list[dict[str, Any]]:
    return [
        {
            "to": letter.recipient,
            "subject": letter.subject,
            "text": letter.text,
            "at": letter.at.isoformat(),
            "state": str(letter.state),
        }
        for letter in letters_to_customer(
            connection,
            address=email,
            order_ids=order_ids,
            about=links_of(connection, customer_id=customer_id),
        )
    ]


def _credit(connection: Connection, account: ValueAccount) -> dict[str, Any]:
    return {
        "currency": account.currency,
        "balance_minor": account.balance_minor,
        "entries": [
            {
                "at": each.at.isoformat(),
                "kind": each.kind.value,
                "amount_minor": each.amount_minor,
                "balance_minor": each.balance_minor,
                "order": each.order_number,
            }
            for each in entries_of(connection, account_id=account.id, most=_MOST_ENTRIES)
        ],
    }


def _orders(connection: Connection, order_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    found = orders_by_ids(connection, order_ids=order_ids)
    lines = _by(lines_of(connection, order_ids=order_ids), lambda each: each.order_id)
    payments = _by(payments_of_orders(connection, order_ids=order_ids), lambda each: each.order_id)
    refunds = refunds_of_orders(connection, order_ids=order_ids)
    events = timelines_of(connection, order_ids=order_ids)
    returns = _by(returns_of_orders(connection, order_ids=order_ids), lambda each: each.order_id)
    return [
        _order(found[each], lines[each], payments[each], refunds[each], events[each])
        | {"returns": [_return(one) for one in returns[each]]}
        for each in order_ids
        if each in found
    ]


def _by(rows: Iterable[Row], order_of: Callable[[Row], UUID]) -> defaultdict[UUID, list[Row]]:
    sorted_out: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        sorted_out[order_of(row)].append(row)
    return sorted_out


def _order(
    order: OrderRow,
    lines: Sequence[OrderLineRow],
    payments: Sequence[PaymentRow],
    refunds: Sequence[RefundRow],
    events: Sequence[EventRow],
) -> dict[str, Any]:
    return {
        "number": order.number,
        "channel": str(order.channel),
        "state": str(order.state),
        "placed_at": order.placed_at.isoformat() if order.placed_at else None,
        "currency": order.currency,
        "total_minor": order.total_minor,
        "tax_minor": order.tax_minor,
        "delivery_minor": order.delivery_minor,
        "email": order.email,
        "address": order.ship_to,
        "note": order.note,
        "lines": [_line(line) for line in lines],
        "payments": [
            {
                "with": str(each.tender),
                "state": str(each.state),
                "amount_minor": each.amount_minor,
                "refunded_minor": each.refunded_minor,
                "at": each.created_at.isoformat(),
            }
            for each in payments
        ],
        "refunds": [
            {
                "state": str(each.state),
                "amount_minor": each.amount_minor,
                "at": each.created_at.isoformat(),
            }
            for each in refunds
        ],
        "timeline": [{"what": str(event.kind), "at": event.at.isoformat()} for event in events],
    }


def _line(line: OrderLineRow) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "name": line.name,
        "variant": line.variant_name,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price_minor,
        "discount_minor": line.discount_minor,
        "tax_minor": line.tax_minor,
        "total_minor": line.total_minor,
    }


def _return(found: ReturnRow) -> dict[str, Any]:
    return {
        "state": str(found.state),
        "way": str(found.way),
        "note": found.note,
        "answer": found.answer,
        "refunded_minor": found.refunded_minor,
        "at": found.asked_at.isoformat(),
    }


def _plain(row: Any) -> dict[str, Any]:
    return {
        "email": row.email,
        "address": row.ship_to,
        "country": row.country,
        "currency": row.currency,
        "changed_at": row.changed_at.isoformat(),
    }
