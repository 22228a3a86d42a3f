"""Set a basket aside and take it up again, at any till of the store."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.registers.errors import ParkingFullError
from commerce.registers.models import ParkedBasket
from commerce.registers.parked import Contents, contents_of
from commerce.registers.queries import parked_at
from commerce.registers.rows import TakenBasket

MOST_PARKED = 200


def park_basket(
    session: Session,
    *,
    merchant_id: UUID,
    basket_id: UUID,
    location_id: UUID,
    label: str,
    contents: Contents,
    customer_id: UUID | None,
    actor_id: UUID,
) -> None:
    """Set a basket aside; parking the same basket twice keeps one.

    Raises:
        ParkingFullError: the store has two hundred of them.
    """
    if len(parked_at(session.connection(), location_id=location_id)) >= MOST_PARKED:
        raise ParkingFullError(most=MOST_PARKED)
    session.execute(
        upsert(ParkedBasket).on_conflict_do_nothing(index_elements=["merchant_id", "id"]),
        {
            "merchant_id": merchant_id,
            "id": basket_id,
            "location_id": location_id,
            "label": label,
            "customer_id": customer_id,
            "lines": contents.kept(),
            "actor_id": actor_id,
            "at": utc_now(),
        },
    )


def take_parked(
    session: Session, *, merchant_id: UUID, location_id: UUID, basket_id: UUID
) -> TakenBasket:
    """Take a basket of a store away and return it: of two tills that ask, one gets it.

    Raises:
        NotFoundError: it is not there, or not any more.
    """
    taken = session.execute(
        delete(ParkedBasket)
        .where(
            ParkedBasket.merchant_id == merchant_id,
            ParkedBasket.location_id == location_id,
            ParkedBasket.id == basket_id,
        )
        .returning(ParkedBasket.lines, ParkedBasket.customer_id)
    ).one_or_none()
    if taken is None:
        raise NotFoundError
    return TakenBasket(contents_of(taken.lines), taken.customer_id)
