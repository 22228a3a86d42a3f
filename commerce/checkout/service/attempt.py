"""Begin an attempt to pay for an order, the first as well as every later one."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.money import Money
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell
from commerce.payments.rows import Tender
from commerce.payments.service import start_payment


def begin_attempt(
    session: Session, *, merchant_id: UUID, order_id: UUID, plugin: str, due: Money
) -> UUID:
    """Write down that the shopper is about to pay `due`, and return the payment to be opened."""
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
        amount=due,
    )
