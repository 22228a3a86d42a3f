"""What can happen to an order: it is opened, placed, completed or cancelled, and all of it is told."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_code, new_id
from commerce.kernel.money import Money
from commerce.kernel.statements import Insertion, Statement
from commerce.orders.errors import EmptyOrderError, IllegalTransitionError
from commerce.orders.models import OrderEvent, OrderLine, SalesOrder
from commerce.orders.rows import Actor, EventKind, LineDraft, OrderDraft, OrderHandle, OrderState

_INSERT_ORDER = Insertion(SalesOrder, unless_taken=("merchant_id", "number"))
_INSERT_LINES = Insertion(OrderLine)
_INSERT_EVENT = Insertion(OrderEvent)

_DRAWS = 16

# The state is compared in the statement that changes it, so of two that race one finds no row.
_CHANGE_STATE = Statement("""
UPDATE sales_order
SET state = :to, placed_at = COALESCE(placed_at, :placed_at), placed_from = ''
WHERE merchant_id = :merchant AND id = :order AND state = ANY(:from)
RETURNING number
""")

_STATE = Statement(
    "SELECT number, state FROM sales_order WHERE merchant_id = :merchant AND id = :order"
)

_SHOPPER_SEES = frozenset(EventKind) - {
    EventKind.PICKING,
    EventKind.PUT_BACK,
    EventKind.PICKED_SHORT,
    EventKind.DECLINED,
    EventKind.REROUTED,
    EventKind.PACKED,
    EventKind.TO_TAKE_OUT,
    EventKind.TAKEN_OUT,
    EventKind.PICKUP_REMINDED,
    EventKind.LABEL_BOOKED,
    EventKind.LABEL_REFUSED,
    EventKind.LABEL_CANCELLED,
    EventKind.LABEL_KEPT,
    EventKind.STOCK_SHORT,
    EventKind.RETURN_INSPECTED,
    EventKind.NOTE,
    EventKind.PAYMENT_STARTED,
    EventKind.REFUND_FAILED,
}


def open_order(
    session: Session, *, merchant_id: UUID, draft: OrderDraft, placed: bool, order_id: UUID
) -> OrderHandle:
    """Write an order with its lines; `placed` when nothing is left to be paid.

    `draft.source_id` is unique at the merchant for ever: a second order from the same cart or till
    command is refused by the database.

    Raises:
        EmptyOrderError: the draft has no lines.
        sqlalchemy.exc.IntegrityError: the source has become an order already.
    """
    if not draft.lines:
        raise EmptyOrderError
    handle = _numbered(session, merchant_id, draft, placed=placed, order_id=order_id)
    _INSERT_LINES.many(
        session,
        [
            _line(merchant_id, order_id, position, line)
            for position, line in enumerate(draft.lines, start=1)
        ],
    )
    return handle


def _numbered(
    session: Session, merchant_id: UUID, draft: OrderDraft, *, placed: bool, order_id: UUID
) -> OrderHandle:
    """Write the order under a number that nobody has.

    The merchant's day and 25 random bits are easy to say, and nobody can count a merchant's sales by
    them; of ten thousand orders a day one or two draw a number that is taken, and draw again.
    """
    now = utc_now()
    day = now.astimezone(ZoneInfo(draft.time_zone))
    for _ in range(_DRAWS):
        handle = OrderHandle(
            id=order_id,
            number=f"{day:%y%m%d}-{new_code(5)}",
            total=Money(draft.total_minor, draft.currency),
        )
        row = {
            "merchant_id": merchant_id,
            "id": handle.id,
            "number": handle.number,
            "state": OrderState.PLACED.value if placed else OrderState.AWAITING_PAYMENT.value,
            "created_at": now,
            "placed_at": now if placed else None,
            **_facts(draft),
        }
        if _INSERT_ORDER.one(session, row):
            return handle
    raise RuntimeError(f"{_DRAWS} order numbers of {day:%y%m%d} were all taken")


def mark_placed(
    session: Session, *, merchant_id: UUID, order_id: UUID, at: datetime | None = None
) -> None:
    """Make an order that awaited payment a firm one, since `at` if that was before now.

    Raises:
        IllegalTransitionError: it does not await payment.
    """
    _change(session, merchant_id, order_id, OrderState.PLACED, OrderState.AWAITING_PAYMENT, at=at)


def mark_completed(session: Session, *, merchant_id: UUID, order_id: UUID) -> None:
    """Close an order whose goods have all left.

    Raises:
        IllegalTransitionError: it is not placed.
    """
    _change(session, merchant_id, order_id, OrderState.COMPLETED, OrderState.PLACED)


def mark_cancelled(session: Session, *, merchant_id: UUID, order_id: UUID) -> None:
    """Cancel an order whose goods have not left.

    Raises:
        IllegalTransitionError: it is completed or cancelled already.
    """
    _change(
        session,
        merchant_id,
        order_id,
        OrderState.CANCELLED,
        OrderState.AWAITING_PAYMENT,
        OrderState.PLACED,
    )


def mark_voided(session: Session, *, merchant_id: UUID, order_id: UUID) -> None:
    """Take back a till's completed sale; the caller returns the goods and the money.

    Raises:
        IllegalTransitionError: it is not completed.
    """
    _change(session, merchant_id, order_id, OrderState.CANCELLED, OrderState.COMPLETED)


def tell(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    kind: EventKind,
    actor: Actor,
    actor_id: UUID | None = None,
    **facts: Any,
) -> UUID:
    """Append to the order's timeline and return the event's id.

    `facts` are small JSON values, and never secrets.
    """
    event_id = new_id()
    _INSERT_EVENT.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": event_id,
            "order_id": order_id,
            "kind": kind.value,
            "facts": facts,
            "shopper_sees": kind in _SHOPPER_SEES,
            "actor": actor.value,
            "actor_id": actor_id,
            "at": utc_now(),
        },
    )
    return event_id


def _change(
    session: Session,
    merchant_id: UUID,
    order_id: UUID,
    to: OrderState,
    *from_: OrderState,
    at: datetime | None = None,
) -> None:
    where = {"merchant": merchant_id, "order": order_id}
    changed = _CHANGE_STATE.one_or_none(
        session,
        {
            **where,
            "to": to.value,
            "from": [state.value for state in from_],
            "placed_at": (at or utc_now()) if to is OrderState.PLACED else None,
        },
    )
    if changed is None:
        found = _STATE.one_or_none(session, where)
        if found is None:
            raise NotFoundError
        raise IllegalTransitionError(number=found.number, state=found.state)


def _facts(draft: OrderDraft) -> dict[str, Any]:
    goods = sum(line.total_minor for line in draft.lines)
    return {
        "source_id": draft.source_id,
        "channel": draft.channel.value,
        "currency": draft.currency,
        "prices_include_tax": draft.prices_include_tax,
        "goods_minor": goods,
        "discount_minor": sum(line.discount_minor for line in draft.lines),
        "delivery_minor": draft.delivery_minor,
        "tax_minor": sum(line.tax_minor for line in draft.lines) + draft.delivery_tax_minor,
        "total_minor": goods + draft.delivery_minor,
        "locale": draft.locale,
        "email": draft.email,
        "customer_id": draft.customer_id,
        "location_id": draft.location_id,
        "register_id": draft.register_id,
        "clerk_id": draft.clerk_id,
        "ship_to": draft.ship_to,
        "delivery": draft.delivery,
        "note": draft.note,
        "placed_from": draft.placed_from,
    }


def _line(merchant_id: UUID, order_id: UUID, position: int, line: LineDraft) -> dict[str, Any]:
    return {
        "merchant_id": merchant_id,
        "id": new_id(),
        "order_id": order_id,
        "position": position,
        "variant_id": line.variant_id,
        "sku": line.sku,
        "name": line.name,
        "variant_name": line.variant_name,
        "image": line.image,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price_minor,
        "discount_minor": line.discount_minor,
        "discount_reason": line.discount_reason,
        "tax_rate": line.tax_rate,
        "net_minor": line.net_minor,
        "tax_minor": line.tax_minor,
        "total_minor": line.total_minor,
        "reasons": list(line.reasons),
    }
