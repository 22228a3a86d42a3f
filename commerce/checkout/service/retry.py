"""Pay once more for an order whose first attempt came to nothing."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from commerce.checkout.models import Source
from commerce.checkout.queries import SourceRow, sources_of
from commerce.checkout.service.locking import locked_order
from commerce.checkout.service.place import HOLD_FOR
from commerce.checkout.sourcing import choose_sources
from commerce.inventory.errors import HoldLostError
from commerce.inventory.queries import online_sources
from commerce.inventory.rows import Stage, Units
from commerce.inventory.service import firm_up_holds, release_holds, reserve
from commerce.kernel.errors import CommerceError
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.orders.rows import Actor, EventKind, OrderRow, OrderState
from commerce.orders.service import tell
from commerce.payments.queries import payments_of
from commerce.payments.rows import Tender
from commerce.payments.service import start_payment


class NothingToPayError(CommerceError):
    """The order is paid, or cancelled."""

    code = "nothing-to-pay"
    status = 409
    template = "There is nothing left to pay for this order."


def retry_payment(
    session: Session, *, merchant_id: UUID, order_id: UUID, plugin: str, at: datetime
) -> UUID:
    """Return the payment to be opened next: one with `plugin` that still waits, else a new one.

    The goods are held for another half an hour from `at`; when the old hold has expired they are
    held anew from wherever they can be. Of several clicks one begins an attempt and the others
    find it, because the order's row is locked first.

    Raises:
        NothingToPayError: the order does not await payment.
        OutOfStockError: the goods have been sold meanwhile. Nothing is written.
        NotFoundError: the merchant has no such order.
    """
    order = locked_order(session, merchant_id=merchant_id, order_id=order_id)
    payments = payments_of(session.connection(), order_id=order_id)
    due = order.total_minor - sum(each.captured_minor - each.refunded_minor for each in payments)
    if order.state is not OrderState.AWAITING_PAYMENT or due <= 0:
        raise NothingToPayError
    _hold_on(session, merchant_id=merchant_id, order=order, at=at)
    waiting = next(
        (each for each in reversed(payments) if each.state.open and each.plugin == plugin), None
    )
    if waiting is not None:
        return waiting.id
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        kind=EventKind.PAYMENT_STARTED,
        actor=Actor.SHOPPER,
    )
    return start_payment(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        plugin=plugin,
        tender=Tender.ONLINE,
        amount=Money(due, order.currency),
    )


def _hold_on(session: Session, *, merchant_id: UUID, order: OrderRow, at: datetime) -> None:
    """Keep the goods for this attempt, the very ones where the old hold still stands."""
    sources = sources_of(session.connection(), order_id=order.id)
    if not sources:
        return
    try:
        firm_up_holds(
            session,
            merchant_id=merchant_id,
            owner_id=order.id,
            stage=Stage.PAYMENT,
            expires_at=at + HOLD_FOR,
            expected=len(sources),
        )
    except HoldLostError:
        release_holds(session, merchant_id=merchant_id, owner_id=order.id)
        _hold_anew(session, merchant_id=merchant_id, order=order, sources=sources, at=at)


def _hold_anew(
    session: Session,
    *,
    merchant_id: UUID,
    order: OrderRow,
    sources: tuple[SourceRow, ...],
    at: datetime,
) -> None:
    wanted: dict[UUID, int] = {}
    for source in sources:
        wanted[source.variant_id] = wanted.get(source.variant_id, 0) + source.quantity
    pickup = order.delivery.get("location_id") if order.delivery.get("kind") == "pickup" else None
    chosen = choose_sources(
        wanted=wanted,
        sources=online_sources(session.connection(), variant_ids=list(wanted)),
        only_at=UUID(pickup) if pickup else None,
    )
    reserve(
        session,
        merchant_id=merchant_id,
        owner_id=order.id,
        lines=chosen,
        stage=Stage.PAYMENT,
        expires_at=at + HOLD_FOR,
    )
    _come_from(session, merchant_id=merchant_id, order_id=order.id, chosen=chosen)


def _come_from(
    session: Session, *, merchant_id: UUID, order_id: UUID, chosen: tuple[Units, ...]
) -> None:
    session.execute(
        delete(Source).where(Source.merchant_id == merchant_id, Source.order_id == order_id),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        insert(Source),
        [
            {
                "merchant_id": merchant_id,
                "id": new_id(),
                "order_id": order_id,
                "variant_id": units.variant_id,
                "location_id": units.location_id,
                "quantity": units.quantity,
            }
            for units in chosen
        ],
    )
