"""Ask for a return: the units are claimed, and the merchant's terms say whether somebody has to agree."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.process.returns import announce_return
from commerce.checkout.returns.returnable import returnable_lines, shopper_may_ask, with_limits
from commerce.checkout.service.locking import locked_order
from commerce.kernel.durable import Durable
from commerce.orders.queries import timeline_of
from commerce.orders.returns.errors import (
    NothingToReturnError,
    ReturnAskedTooOftenError,
    ReturnBeyondDeliveredError,
    ReturnTooLateError,
    ReturnWayError,
)
from commerce.orders.returns.queries import return_by_id, returns_of
from commerce.orders.returns.reasons import require_reason
from commerce.orders.returns.record import claim, write_return
from commerce.orders.returns.rows import AskedUnits, ReturnState, ReturnWay
from commerce.orders.returns.terms import return_terms_of
from commerce.orders.rows import Actor, EventKind, OrderRow
from commerce.orders.service import tell
from commerce.park.queries.merchants import MerchantCard

LONGEST_NOTE = 500
MOST_TAKEN_BACK = 5
"""Wishes of one order that its shopper may take back; each was a line at the desk and a letter."""


def ask_return(
    session: Session,
    *,
    durable: Durable,
    merchant: MerchantCard,
    order_id: UUID,
    return_id: UUID,
    asked: Sequence[AskedUnits],
    way: ReturnWay,
    location_id: UUID | None = None,
    note: str = "",
    now: datetime,
    actor_id: UUID | None = None,
) -> bool:
    """Ask for a return of some units, once for each `return_id`; False when it was asked before.

    A shopper (no `actor_id`) may ask within the days that law and merchant give; staff at any time,
    and what staff ask for is approved. One letter says what to do next.

    Raises:
        NotFoundError: the merchant has no such order.
        NothingToReturnError: no unit is named.
        UnknownReasonError: a reason is not on the list.
        ReturnWayError: the merchant does not take goods back this way.
        ReturnTooLateError: the days are over, or nothing of the order has arrived.
        ReturnAskedTooOftenError: the shopper has asked and changed their mind too often.
        ReturnBeyondDeliveredError: more units than were delivered and have not come back.
    """
    order = locked_order(session, merchant_id=merchant.id, order_id=order_id)
    if return_by_id(session, return_id=return_id) is not None:
        return False
    check_asked(asked, now)
    at_once = _agreed(session, merchant, order, way, now) if actor_id is None else True
    write_return(
        session,
        merchant_id=merchant.id,
        return_id=return_id,
        order_id=order_id,
        state=ReturnState.APPROVED if at_once else ReturnState.REQUESTED,
        way=way,
        asked_by="shopper" if actor_id is None else "staff",
        location_id=location_id,
        note=note[:LONGEST_NOTE],
        actor_id=actor_id,
    )
    limits = with_limits(returnable_lines(session, order=order), asked)
    claim(session, merchant_id=merchant.id, return_id=return_id, asked=limits)
    event_id = tell(
        session,
        merchant_id=merchant.id,
        order_id=order_id,
        kind=EventKind.RETURN_APPROVED if at_once else EventKind.RETURN_ASKED,
        actor=Actor.SHOPPER if actor_id is None else Actor.STAFF,
        actor_id=actor_id,
        **{"return": str(return_id)},
        units=sum(units.quantity for units in asked),
    )
    announce_return(
        session, durable=durable, merchant_id=merchant.id, order_id=order_id, event_id=event_id
    )
    return True


def check_asked(asked: Sequence[AskedUnits], now: datetime) -> None:
    """Refuse what cannot be meant.

    Raises:
        NothingToReturnError: no unit is named.
        ReturnBeyondDeliveredError: a line is named twice.
        UnknownReasonError: a reason is not on the list.
    """
    if not asked or any(units.quantity < 1 for units in asked):
        raise NothingToReturnError
    if max(Counter(units.order_line_id for units in asked).values()) > 1:
        raise ReturnBeyondDeliveredError
    for units in asked:
        require_reason(units.reason, now.date())


def _agreed(
    session: Session, merchant: MerchantCard, order: OrderRow, way: ReturnWay, now: datetime
) -> bool:
    """Return whether a shopper's wish is approved without anybody looking at it."""
    if _taken_back(session, order) >= MOST_TAKEN_BACK:
        raise ReturnAskedTooOftenError
    terms = return_terms_of(session)
    events = timeline_of(session.connection(), order_id=order.id, everything=False)
    until = shopper_may_ask(
        order, events, terms=terms, zone=merchant.time_zone, home=merchant.country, now=now
    )
    if until is None:
        raise ReturnTooLateError
    if way not in terms.ways:
        raise ReturnWayError
    return terms.at_once


def _taken_back(session: Session, order: OrderRow) -> int:
    """Return how many wishes for this order the shopper took back; what staff took back is not theirs."""
    return sum(
        each.state is ReturnState.CANCELLED and each.asked_by == "shopper" and not each.moved_by
        for each in returns_of(session, order_id=order.id)
    )
