"""Write returns down. Every verb works in the caller's transaction, with the order locked.

Units are claimed in one statement that compares before it adds, and the database holds the same limit
as a constraint: of two returns that race for the last unit one is refused.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement
from commerce.orders.returns.errors import (
    ReturnBeyondDeliveredError,
    ReturnMovedOnError,
)
from commerce.orders.returns.models import OrderReturn, OrderReturnLine
from commerce.orders.returns.rows import AskedUnits, FoundUnits, ReturnState, ReturnWay

_INSERT = Insertion(OrderReturn)
_INSERT_LINES = Insertion(OrderReturnLine)

_NEXT = Statement("""
SELECT COALESCE(max(position), 0) + 1 FROM order_return
WHERE merchant_id = :merchant AND order_id = :order
""")

_CLAIM = Statement("""
INSERT INTO returned_units AS r (merchant_id, id, order_id, sold, units, settled)
SELECT :merchant, l.id, l.order_id, l.quantity, :units, 0 FROM order_line l
WHERE l.merchant_id = :merchant AND l.id = :line AND CAST(:units AS bigint) <= :most
ON CONFLICT (merchant_id, id) DO UPDATE SET units = r.units + excluded.units
WHERE r.units + excluded.units <= :most
RETURNING id
""")

_RELEASE = Statement("""
UPDATE returned_units SET units = units - :units WHERE merchant_id = :merchant AND id = :line
""")

_SETTLE = Statement("""
UPDATE returned_units SET settled = settled + :units WHERE merchant_id = :merchant AND id = :line
RETURNING settled - :units AS before
""")

# The state is compared in the statement that changes it, so of two that race one finds no row.
_MOVE = Statement("""
UPDATE order_return SET state = :to, moved_at = :now, moved_by = :actor,
  location_id = COALESCE(:location, location_id), answer = COALESCE(:answer, answer),
  goods_minor = goods_minor + :goods, delivery_minor = delivery_minor + :delivery,
  refunded_minor = refunded_minor + :refunded
WHERE merchant_id = :merchant AND id = :return AND state = ANY(:from)
RETURNING id
""")

_RECEIVED = Statement("""
UPDATE order_return_line SET received = :units
WHERE merchant_id = :merchant AND return_id = :return AND order_line_id = :line
""")

_FOUND = Statement("""
UPDATE order_return_line SET restocked = :restocked, quarantined = :quarantined,
  written_off = :written_off, declined = :declined, net_minor = :net, tax_minor = :tax
WHERE merchant_id = :merchant AND return_id = :return AND order_line_id = :line
""")

_DROP_LINES = Statement("""
DELETE FROM order_return_line WHERE merchant_id = :merchant AND return_id = :return
RETURNING order_line_id, quantity
""")


def write_return(
    session: Session,
    *,
    merchant_id: UUID,
    return_id: UUID,
    order_id: UUID,
    state: ReturnState,
    way: ReturnWay,
    asked_by: str,
    location_id: UUID | None,
    note: str,
    actor_id: UUID | None,
) -> int:
    """Write a return of a locked order without its lines; say which of the order's returns it is."""
    where = {"merchant": merchant_id, "order": order_id}
    position = int(_NEXT.value(session, where))
    now = utc_now()
    row = {
        "merchant_id": merchant_id,
        "id": return_id,
        "order_id": order_id,
        "position": position,
        "state": state.value,
        "way": way.value,
        "asked_by": asked_by,
        "location_id": location_id,
        "note": note,
        "asked_at": now,
        "moved_at": now,
        "moved_by": actor_id,
    }
    _INSERT.one(session, row)
    return position


def claim(
    session: Session, *, merchant_id: UUID, return_id: UUID, asked: Sequence[tuple[AskedUnits, int]]
) -> None:
    """Write the lines of a return and claim their units; each with the most its line may have claimed.

    Raises:
        ReturnBeyondDeliveredError: a line has not that many units left to come back.
    """
    for units, most in asked:
        wanted = {"line": units.order_line_id, "units": units.quantity, "most": most}
        if not _CLAIM.all(session, {"merchant": merchant_id, **wanted}):
            raise ReturnBeyondDeliveredError
    rows = [
        {
            "merchant_id": merchant_id,
            "id": new_id(),
            "return_id": return_id,
            "order_line_id": units.order_line_id,
            "reason": units.reason,
            "quantity": units.quantity,
        }
        for units, _most in asked
    ]
    _INSERT_LINES.many(session, rows)


def release(session: Session, *, merchant_id: UUID, order_line_id: UUID, units: int) -> None:
    """Let go of units that do not come back after all."""
    if units:
        _RELEASE.run(session, {"merchant": merchant_id, "line": order_line_id, "units": units})


def drop_lines(session: Session, *, merchant_id: UUID, return_id: UUID) -> None:
    """Take a return's lines out with their claims: what is brought is written down instead."""
    for row in _DROP_LINES.all(session, {"merchant": merchant_id, "return": return_id}):
        release(
            session, merchant_id=merchant_id, order_line_id=row.order_line_id, units=row.quantity
        )


def note_received(
    session: Session, *, merchant_id: UUID, return_id: UUID, order_line_id: UUID, units: int
) -> None:
    """Note how many units of a line came."""
    where = {"merchant": merchant_id, "return": return_id, "line": order_line_id}
    _RECEIVED.run(session, {**where, "units": units})


def settle_units(session: Session, *, merchant_id: UUID, order_line_id: UUID, units: int) -> int:
    """Reckon the money of units that are kept; return of how many of the line it was before."""
    where = {"merchant": merchant_id, "line": order_line_id}
    return int(_SETTLE.value(session, {**where, "units": units}))


def note_found(
    session: Session,
    *,
    merchant_id: UUID,
    return_id: UUID,
    found: FoundUnits,
    net_minor: int,
    tax_minor: int,
) -> None:
    """Note what became of a line's units, and what those that are kept were sold for."""
    _FOUND.run(
        session,
        {
            "merchant": merchant_id,
            "return": return_id,
            "line": found.order_line_id,
            "restocked": found.restocked,
            "quarantined": found.quarantined,
            "written_off": found.written_off,
            "declined": found.declined,
            "net": net_minor,
            "tax": tax_minor,
        },
    )


def move(
    session: Session,
    *,
    merchant_id: UUID,
    return_id: UUID,
    to: ReturnState,
    from_: tuple[ReturnState, ...],
    actor_id: UUID | None,
    location_id: UUID | None = None,
    answer: str | None = None,
    goods_minor: int = 0,
    delivery_minor: int = 0,
    refunded_minor: int = 0,
) -> None:
    """Let a return go on to a state.

    Raises:
        ReturnMovedOnError: it is in none of the states that this step begins with.
    """
    moved = _MOVE.all(
        session,
        {
            "merchant": merchant_id,
            "return": return_id,
            "to": to.value,
            "from": [state.value for state in from_],
            "now": utc_now(),
            "actor": actor_id,
            "location": location_id,
            "answer": answer,
            "goods": goods_minor,
            "delivery": delivery_minor,
            "refunded": refunded_minor,
        },
    )
    if not moved:
        raise ReturnMovedOnError
