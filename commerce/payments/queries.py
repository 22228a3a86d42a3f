"""What is known of payments."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Row, Uuid, bindparam, func, select
from sqlalchemy.orm import Session

from commerce.kernel.channel import Channel
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.payments.models import Payment
from commerce.payments.rows import MethodRow, PaymentRow, PaymentState, RefundRow, Tender

_TABLE = Payment.__table__
_PAYMENT = select(*(_TABLE.c[field.name] for field in fields(PaymentRow)))

_OF_ORDER = Statement.of(
    _PAYMENT.where(_TABLE.c.order_id == bindparam("order")).order_by(_TABLE.c.id)
)
_OF_ORDERS = Statement.of(
    _PAYMENT.where(_TABLE.c.order_id == func.any(bindparam("orders", type_=ARRAY(Uuid)))).order_by(
        _TABLE.c.id
    )
)
_BY_ID = Statement.of(_PAYMENT.where(_TABLE.c.id == bindparam("id")))
_BY_HANDLE = Statement.of(
    _PAYMENT.where(_TABLE.c.plugin == bindparam("plugin"), _TABLE.c.handle == bindparam("handle"))
)

_REFUNDS = Statement("""
SELECT r.id, r.payment_id, r.amount_minor, r.currency, r.reason, r.state, r.handle, r.detail,
       r.actor_id, r.created_at, r.settled_at, r.refusal,
       r.rounding_minor, r.request_id, r.account_id
FROM refund r JOIN payment p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
WHERE p.order_id = :order ORDER BY r.id
""")

_REFUNDS_OF_ORDERS = Statement("""
SELECT p.order_id, r.id, r.payment_id, r.amount_minor, r.currency, r.reason, r.state, r.handle,
       r.detail, r.actor_id, r.created_at, r.settled_at, r.refusal, r.rounding_minor,
       r.request_id, r.account_id
FROM refund r JOIN payment p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
WHERE p.order_id = ANY(:orders) ORDER BY r.id
""")

_REFUND = Statement("""
SELECT id, payment_id, amount_minor, currency, reason, state, handle, detail, actor_id,
       created_at, settled_at, refusal, rounding_minor, request_id, account_id
FROM refund WHERE id = :id
""")

# Orders that were called off count neither as sold nor as given back.
_GIVEN_BACK = Statement("""
SELECT o.channel, r.currency, sum(r.amount_minor) AS amount_minor
FROM refund r
JOIN payment p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
JOIN sales_order o ON o.merchant_id = p.merchant_id AND o.id = p.order_id
WHERE r.state = 'done' AND r.settled_at >= :since AND r.settled_at < :until
  AND o.state IN ('placed', 'completed')
GROUP BY o.channel, r.currency ORDER BY o.channel, r.currency
""")

_CASH_LEFT = Statement("""
SELECT p.captured_minor + p.rounding_minor
       - COALESCE((SELECT sum(r.amount_minor + r.rounding_minor) FROM refund r
                   WHERE r.merchant_id = p.merchant_id AND r.payment_id = p.id
                     AND r.state <> 'failed'), 0)
FROM payment p WHERE p.id = :payment
""")

_METHODS = Statement("""
SELECT id, plugin, enabled, position, settings, sealed, account, standing FROM payment_method
WHERE enabled OR :with_disabled
ORDER BY position, plugin
""")

_METHOD = Statement("""
SELECT id, plugin, enabled, position, settings, sealed, account, standing FROM payment_method
WHERE plugin = :plugin
""")

# The merchants take turns and each one's newest attempt comes first, so that nobody's stuck attempts
# keep others waiting. After an hour an attempt is asked about twice an hour, at a minute of its own.
_OPEN = Statement("""
SELECT merchant_id, id FROM (
  SELECT merchant_id, id,
    row_number() OVER (PARTITION BY merchant_id ORDER BY created_at DESC) AS turn
  FROM payment
  WHERE state IN ('started', 'pending', 'action_required', 'unknown')
    AND created_at < :before AND tender <> 'cash'
    AND (created_at >= CAST(:before AS timestamptz) - interval '1 hour'
      OR mod(hashtext(id::text)::bigint + 4294967296, 30)
         = mod(floor(extract(epoch FROM CAST(:before AS timestamptz)) / 60)::bigint, 30))
) AS attempt
ORDER BY turn, merchant_id LIMIT :most
""")


def payments_of(connection: Connection, *, order_id: UUID) -> tuple[PaymentRow, ...]:
    """Return every attempt to pay an order, oldest first."""
    return tuple(_payment(row) for row in _OF_ORDER.all(connection, {"order": order_id}))


def payments_of_orders(
    connection: Connection, *, order_ids: Iterable[UUID]
) -> tuple[PaymentRow, ...]:
    """Return every attempt to pay any of the orders, oldest first."""
    rows = _OF_ORDERS.all(connection, {"orders": list(order_ids)})
    return tuple(_payment(row) for row in rows)


@dataclass(frozen=True, slots=True)
class GivenBack:
    """How much went back to one channel's customers in one currency in a span of time."""

    channel: Channel
    currency: str
    amount_minor: int


def given_back(
    connection: Connection, *, since: datetime, until: datetime
) -> tuple[GivenBack, ...]:
    """Return what went back from `since` up to `until`, whenever it had been sold.

    It stands beside `commerce.orders.queries.figures`: an order that was called off is in neither.
    """
    rows = _GIVEN_BACK.all(connection, {"since": since, "until": until})
    return tuple(
        GivenBack(Channel(row.channel), row.currency, int(row.amount_minor)) for row in rows
    )


def payment_by_id(connection: Connection, *, payment_id: UUID) -> PaymentRow | None:
    """Return one payment of the merchant, or None."""
    row = _BY_ID.one_or_none(connection, {"id": payment_id})
    return None if row is None else _payment(row)


def payment_by_handle(connection: Connection, *, plugin: str, handle: str) -> PaymentRow | None:
    """Return the payment that a provider calls `handle`, or None."""
    row = _BY_HANDLE.one_or_none(connection, {"plugin": plugin, "handle": handle})
    return None if row is None else _payment(row)


def cash_left(connection: Connection | Session, *, payment: PaymentRow) -> Money:
    """Return the coins that were taken for a payment in cash and not handed back."""
    left = _CASH_LEFT.value(connection, {"payment": payment.id})
    return Money(int(left), payment.currency)


def refunds_of(connection: Connection, *, order_id: UUID) -> tuple[RefundRow, ...]:
    """Return what was given back of an order, oldest first."""
    return tuple(RefundRow(*row) for row in _REFUNDS.all(connection, {"order": order_id}))


def refunds_of_orders(
    connection: Connection, *, order_ids: Iterable[UUID]
) -> dict[UUID, tuple[RefundRow, ...]]:
    """Return what was given back of each of the orders, oldest first; nothing is told, too."""
    wanted = list(order_ids)
    found: dict[UUID, tuple[RefundRow, ...]] = dict.fromkeys(wanted, ())
    for order_id, *refund in _REFUNDS_OF_ORDERS.all(connection, {"orders": wanted}):
        found[order_id] += (RefundRow(*refund),)
    return found


def refund_by_id(connection: Connection, *, refund_id: UUID) -> RefundRow | None:
    """Return one refund of the merchant, or None."""
    row = _REFUND.one_or_none(connection, {"id": refund_id})
    return None if row is None else RefundRow(*row)


def methods(connection: Connection, *, with_disabled: bool = False) -> tuple[MethodRow, ...]:
    """Return the ways to pay that the merchant has set up, in the order they are offered."""
    rows = _METHODS.all(connection, {"with_disabled": with_disabled})
    return tuple(MethodRow(*row) for row in rows)


def method_by_plugin(connection: Connection, *, plugin: str) -> MethodRow | None:
    """Return how the merchant has set up a provider, or None; also when it is switched off."""
    row = _METHOD.one_or_none(connection, {"plugin": plugin})
    return None if row is None else MethodRow(*row)


def still_open(
    connection: Connection, *, before: datetime, most: int = 200
) -> tuple[tuple[UUID, UUID], ...]:
    """Return (merchant, payment) of attempts whose outcome nobody has told us; park's scope."""
    rows = _OPEN.all(connection, {"before": before, "most": most})
    return tuple((row.merchant_id, row.id) for row in rows)


def _payment(row: Row[Any]) -> PaymentRow:
    facts = row._asdict()
    facts["tender"] = Tender(facts["tender"])
    facts["state"] = PaymentState(facts["state"])
    return PaymentRow(**facts)
