"""Take goods back over a counter: looked at on the spot, and paid back before the customer leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.returns.ask import LONGEST_NOTE, check_asked
from commerce.checkout.returns.inspect import inspect_return
from commerce.checkout.returns.returnable import returnable_lines, with_limits
from commerce.checkout.returns.settle import refund_return
from commerce.checkout.service.give_back import Drawer
from commerce.checkout.service.locking import locked_order
from commerce.inventory.service.stock_places import check_places
from commerce.kernel.durable import Durable
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.orders.returns.errors import ReturnMovedOnError
from commerce.orders.returns.queries import return_by_id
from commerce.orders.returns.record import (
    claim,
    drop_lines,
    move,
    note_received,
    write_return,
)
from commerce.orders.returns.rows import AskedUnits, FoundUnits, ReturnState, ReturnWay
from commerce.orders.rows import Actor, EventKind, OrderRow
from commerce.orders.service import tell


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Units of one line that lie on the counter: why, and what becomes of them."""

    found: FoundUnits
    reason: str

    @property
    def asked(self) -> AskedUnits:
        """The same as a wish."""
        return AskedUnits(self.found.order_line_id, self.found.units, self.reason)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A return that is done."""

    order: OrderRow
    return_id: UUID
    refunded: Money


def take_return(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    order_id: UUID,
    return_id: UUID,
    lines: Sequence[HandedIn],
    location_id: UUID,
    note: str = "",
    now: datetime,
    actor_id: UUID,
    drawer: Drawer | None = None,
) -> TakenBack:
    """Take units of an order back at a place, all at once.

    `return_id` is a new name, or a return that was asked for and has not come yet: then what lies on
    the counter counts, whatever was announced. The caller has made sure that somebody may do this.

    Raises:
        NotFoundError: the merchant has no such order, or the return is of another one.
        NothingToReturnError, UnknownReasonError: nothing is handed in, or nobody says why.
        ReturnBeyondDeliveredError: more units than were delivered and have not come back.
        ReturnMovedOnError: the return was received before, or has ended.
        CashNeedsDrawerError: a part was paid in cash, and no drawer pays it out.
    """
    order = locked_order(session, merchant_id=merchant_id, order_id=order_id)
    check_places(session, merchant_id=merchant_id, places=[location_id], in_use=False)
    asked = [line.asked for line in lines]
    check_asked(asked, now)
    if not _was_announced(session, merchant_id, order_id, return_id, location_id, actor_id):
        write_return(
            session,
            merchant_id=merchant_id,
            return_id=return_id,
            order_id=order_id,
            state=ReturnState.RECEIVED,
            way=ReturnWay.COUNTER,
            asked_by="staff",
            location_id=location_id,
            note=note[:LONGEST_NOTE],
            actor_id=actor_id,
        )
    limits = with_limits(returnable_lines(session, order=order), asked)
    claim(session, merchant_id=merchant_id, return_id=return_id, asked=limits)
    for units in asked:
        note_received(
            session,
            merchant_id=merchant_id,
            return_id=return_id,
            order_line_id=units.order_line_id,
            units=units.quantity,
        )
    _tell(session, merchant_id, order_id, return_id, location_id, asked, actor_id)
    inspect_return(
        session,
        merchant_id=merchant_id,
        return_id=return_id,
        found=[line.found for line in lines],
        actor_id=actor_id,
    )
    refunded = _paid_back(session, durable, merchant_id, return_id, order, actor_id, drawer)
    return TakenBack(order, return_id, refunded)


def _was_announced(  # noqa: PLR0917 - one return
    session: Session,
    merchant_id: UUID,
    order_id: UUID,
    return_id: UUID,
    location_id: UUID,
    actor_id: UUID,
) -> bool:
    """Receive a return that was asked for, without its lines; False where there is none."""
    found = return_by_id(session, return_id=return_id)
    if found is None:
        return False
    if found.order_id != order_id:
        raise NotFoundError
    move(
        session,
        merchant_id=merchant_id,
        return_id=return_id,
        to=ReturnState.RECEIVED,
        from_=(ReturnState.REQUESTED, ReturnState.APPROVED),
        actor_id=actor_id,
        location_id=location_id,
    )
    drop_lines(session, merchant_id=merchant_id, return_id=return_id)
    return True


def _tell(  # noqa: PLR0917 - one event
    session: Session,
    merchant_id: UUID,
    order_id: UUID,
    return_id: UUID,
    location_id: UUID,
    asked: Sequence[AskedUnits],
    actor_id: UUID,
) -> None:
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        kind=EventKind.RETURN_RECEIVED,
        actor=Actor.STAFF,
        actor_id=actor_id,
        **{"return": str(return_id), "location": str(location_id)},
        units=sum(units.quantity for units in asked),
    )


def _paid_back(  # noqa: PLR0917 - one refund
    session: Session,
    durable: Durable,
    merchant_id: UUID,
    return_id: UUID,
    order: OrderRow,
    actor_id: UUID,
    drawer: Drawer | None,
) -> Money:
    """Pay back what was taken back; nothing where all was handed back or cost nothing."""
    found = return_by_id(session, return_id=return_id)
    if found is None:
        raise ReturnMovedOnError
    if found.state is not ReturnState.INSPECTED:
        return Money.zero(order.currency)
    return refund_return(
        session,
        durable=durable,
        merchant_id=merchant_id,
        return_id=return_id,
        actor_id=actor_id,
        drawer=drawer,
    )
