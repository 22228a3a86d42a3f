"""A return as its verbs find it: with its order locked until the transaction ends."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.service.locking import locked_order
from commerce.kernel.errors import NotFoundError
from commerce.orders.returns.queries import return_by_id
from commerce.orders.returns.rows import ReturnRow


def locked_return(session: Session, *, merchant_id: UUID, return_id: UUID) -> ReturnRow:
    """Return a return as it is once its order is locked.

    Raises:
        NotFoundError: the merchant has no such return.
    """
    found = return_by_id(session, return_id=return_id)
    if found is None:
        raise NotFoundError
    locked_order(session, merchant_id=merchant_id, order_id=found.order_id)
    again = return_by_id(session, return_id=return_id)
    if again is None:
        raise NotFoundError
    return again
