"""Goods that somebody comes for: laid ready, handed over once, and let go when nobody came."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.errors import CashNeedsDrawerError, CollectedAlreadyError, GoodsHaveLeftError
from commerce.checkout.process import announce_cancellation, announce_ready, announce_reminder
from commerce.checkout.service.cancel import cancel_order
from commerce.checkout.service.locking import locked_order
from commerce.checkout.service.ship import ship_order
from commerce.fulfilment.errors import FulfilmentMovedOnError, UnknownFulfilmentError
from commerce.fulfilment.queries import fulfilment_by_id
from commerce.fulfilment.rows import FulfilmentRow, FulfilmentState
from commerce.fulfilment.service import ensure_pickup_key, put_on_shelf
from commerce.inventory.rows import Units
from commerce.kernel.durable import Durable
from commerce.kernel.statements import Statement
from commerce.kernel.vault import Vault
from commerce.orders.errors import IllegalTransitionError
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell

NOT_COLLECTED = "not_collected"
"""Why an order was cancelled, or a part waits for the merchant: its customer did not come."""

REMIND_BEFORE = timedelta(days=1)
"""A reminder goes out this long before goods are let go, and not in the first half of their time."""

_REMIND = Statement("""
UPDATE fulfilment SET reminded_at = :at
WHERE merchant_id = :merchant AND id = :id AND state = 'ready' AND reminded_at IS NULL
RETURNING order_id, location_id
""")

_LEFT_TO_THE_MERCHANT = Statement("""
UPDATE fulfilment SET reason = :reason
WHERE merchant_id = :merchant AND id = :id AND state = 'ready' AND reason = ''
""")


def lay_ready(
    session: Session,
    *,
    durable: Durable,
    vault: Vault,
    merchant_id: UUID,
    fulfilment_id: UUID,
    clerk_id: UUID,
    shelf: str = "",
) -> None:
    """Lay a packed part on the pickup shelf, and let its customer know, with a code to show.

    `shelf` says where it lies, for whoever fetches it.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        FulfilmentMovedOnError: it is not packed, or nobody comes for it.
        ShelfNameError: the name of the shelf is too long.
    """
    ensure_pickup_key(session, vault=vault, merchant_id=merchant_id)
    event_id = put_on_shelf(
        session,
        merchant_id=merchant_id,
        fulfilment_id=fulfilment_id,
        clerk_id=clerk_id,
        shelf=shelf,
    )
    part = known_part(session, fulfilment_id)
    if event_id is not None:
        announce_ready(
            session,
            durable=durable,
            merchant_id=merchant_id,
            order_id=part.order_id,
            event_id=event_id,
        )


def hand_over(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    fulfilment_id: UUID,
    stays: Sequence[Units] = (),
    actor_id: UUID,
) -> tuple[Units, ...]:
    """Hand what lies ready to whoever came for it, once, and return what left.

    Of goods that are sold without limit, what `stays` goes on waiting (`hand_over_some`).

    A code that was shown before, at this counter or at another, is refused here: whoever asks first
    has the goods. After the last day they are handed over as long as they still lie there.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        CollectedAlreadyError: somebody has come for it before.
        FulfilmentMovedOnError: it does not lie ready.
    """
    part = known_part(session, fulfilment_id)
    locked_order(session, merchant_id=merchant_id, order_id=part.order_id)
    part = known_part(session, fulfilment_id)
    if part.state is FulfilmentState.COLLECTED:
        raise CollectedAlreadyError
    if part.state is not FulfilmentState.READY or part.location_id is None:
        raise FulfilmentMovedOnError
    return ship_order(
        session,
        durable=durable,
        merchant_id=merchant_id,
        order_id=part.order_id,
        location_id=part.location_id,
        stays=stays,
        actor_id=actor_id,
    )


def remind_of_pickup(
    session: Session, *, durable: Durable, merchant_id: UUID, fulfilment_id: UUID, at: datetime
) -> bool:
    """Remind the customer of what lies ready, once; False when it does not, or it was done."""
    asked = {"merchant": merchant_id, "id": fulfilment_id, "at": at}
    found = _REMIND.one_or_none(session, asked)
    if found is None:
        return False
    event_id = tell(
        session,
        merchant_id=merchant_id,
        order_id=found.order_id,
        kind=EventKind.PICKUP_REMINDED,
        actor=Actor.SYSTEM,
        location=str(found.location_id),
        fulfilment=str(fulfilment_id),
    )
    announce_reminder(
        session,
        durable=durable,
        merchant_id=merchant_id,
        order_id=found.order_id,
        event_id=event_id,
    )
    return True


def let_pickup_go(
    session: Session, *, durable: Durable, merchant_id: UUID, fulfilment_id: UUID, at: datetime
) -> bool:
    """Call off an order that nobody came for in time: its goods are free, its money goes back.

    Return False when it is not so far, or when it needs the merchant: a part of the order has left,
    or cash has to be handed back. Then the part stays on the shelf and is a task at the desk.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
    """
    part = known_part(session, fulfilment_id)
    order = locked_order(session, merchant_id=merchant_id, order_id=part.order_id)
    part = known_part(session, fulfilment_id)
    is_due = part.collect_by is not None and part.collect_by <= at
    if part.state is not FulfilmentState.READY or part.reason or not is_due:
        return False
    try:
        with session.begin_nested():
            cancel_order(
                session,
                durable=durable,
                merchant_id=merchant_id,
                order_id=order.id,
                reason=NOT_COLLECTED,
                actor_id=None,
                by=Actor.SYSTEM,
            )
    except (CashNeedsDrawerError, GoodsHaveLeftError, IllegalTransitionError):
        left = {"merchant": merchant_id, "id": fulfilment_id, "reason": NOT_COLLECTED}
        _LEFT_TO_THE_MERCHANT.run(session, left)
        done = False
    else:
        announce_cancellation(session, durable=durable, merchant_id=merchant_id, order_id=order.id)
        done = True
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order.id,
        kind=EventKind.NOT_COLLECTED,
        actor=Actor.SYSTEM,
        location=str(part.location_id),
        fulfilment=str(part.id),
    )
    return done


def known_part(session: Session, fulfilment_id: UUID) -> FulfilmentRow:
    """Return a part of an order as it stands now.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
    """
    part = fulfilment_by_id(session, fulfilment_id=fulfilment_id)
    if part is None:
        raise UnknownFulfilmentError
    return part
