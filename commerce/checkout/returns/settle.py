"""Give the money of goods that came back to the tenders that paid for them."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.returns.at_hand import locked_return
from commerce.checkout.service.give_back import Drawer, give_back
from commerce.checkout.service.give_up import close_repaid
from commerce.kernel.durable import Durable
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.orders.queries import order_by_id
from commerce.orders.returns.errors import RefundBeyondReturnError, ReturnAnswerError
from commerce.orders.returns.record import move
from commerce.orders.returns.rows import ReturnRow, ReturnState
from commerce.orders.rows import OrderRow
from commerce.payments.queries import payments_of

REASON = "return"


def refund_return(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    return_id: UUID,
    amount: Money | None = None,
    answer: str = "",
    actor_id: UUID,
    drawer: Drawer | None = None,
) -> Money:
    """Give back what the accepted goods were sold for, and return how much that is.

    Less may go back (`amount`) where goods lost value in the customer's hands (Directive 2011/83/EU,
    article 14 (2)); the customer then reads why. What the desk gave back for the order before is not
    given twice: no more goes back than is left of what was captured. Each tender gets back what it
    paid, the newest payment first; cash comes out of the `drawer`.

    Raises:
        NotFoundError: the merchant has no such return.
        ReturnMovedOnError: it was not looked at yet, or its money went back before.
        RefundBeyondReturnError: more than the goods were sold for.
        ReturnAnswerError: less than that, and nobody says why.
        CashNeedsDrawerError: a part was paid in cash, and no drawer pays it out.
    """
    found = locked_return(session, merchant_id=merchant_id, return_id=return_id)
    order = order_by_id(session.connection(), order_id=found.order_id)
    if order is None:
        raise NotFoundError
    payments = payments_of(session.connection(), order_id=order.id)
    left = sum(each.refundable.amount_minor for each in payments)
    whole = min(found.owed_minor, left)
    back = whole if amount is None else amount.amount_minor
    _check(found, order, amount, whole, answer)
    move(
        session,
        merchant_id=merchant_id,
        return_id=return_id,
        to=ReturnState.REFUNDED if back else ReturnState.CLOSED,
        from_=(ReturnState.INSPECTED,),
        actor_id=actor_id,
        answer=answer.strip() or None,
        refunded_minor=back,
    )
    if back:
        give_back(
            session,
            durable=durable,
            merchant_id=merchant_id,
            payments=payments,
            request_id=return_id,
            amount=Money(back, order.currency),
            reason=answer.strip() or REASON,
            actor_id=actor_id,
            drawer=drawer,
        )
    close_repaid(session, merchant_id=merchant_id, order_id=order.id, actor_id=actor_id)
    return Money(back, order.currency)


def close_return(
    session: Session, *, merchant_id: UUID, return_id: UUID, answer: str, actor_id: UUID
) -> None:
    """End a return that was looked at without giving anything back; the customer reads `answer`.

    Raises:
        NotFoundError: the merchant has no such return.
        ReturnAnswerError: nobody says why.
        ReturnMovedOnError: it was not looked at yet, or has ended.
    """
    if not answer.strip():
        raise ReturnAnswerError
    locked_return(session, merchant_id=merchant_id, return_id=return_id)
    move(
        session,
        merchant_id=merchant_id,
        return_id=return_id,
        to=ReturnState.CLOSED,
        from_=(ReturnState.INSPECTED,),
        actor_id=actor_id,
        answer=answer.strip(),
    )


def _check(
    found: ReturnRow, order: OrderRow, amount: Money | None, whole: int, answer: str
) -> None:
    if amount is None:
        return
    if amount.currency != order.currency or not 0 <= amount.amount_minor <= whole:
        raise RefundBeyondReturnError
    if amount.amount_minor < min(whole, found.owed_minor) and not answer.strip():
        raise ReturnAnswerError
