"""Approve a return, refuse it with a reason, or take the wish back."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.returns.at_hand import locked_return, tell_customer
from commerce.kernel.durable import Durable
from commerce.orders.returns.errors import ReturnAnswerError
from commerce.orders.returns.queries import return_lines
from commerce.orders.returns.record import move, release
from commerce.orders.returns.rows import ReturnState
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell


def approve_return(
    session: Session, *, durable: Durable, merchant_id: UUID, return_id: UUID, actor_id: UUID
) -> None:
    """Agree to take the goods back; a letter says where they go.

    Raises:
        NotFoundError: the merchant has no such return.
        ReturnMovedOnError: nobody waits for an answer.
    """
    found = locked_return(session, merchant_id=merchant_id, return_id=return_id)
    move(
        session,
        merchant_id=merchant_id,
        return_id=return_id,
        to=ReturnState.APPROVED,
        from_=(ReturnState.REQUESTED,),
        actor_id=actor_id,
    )
    tell_customer(
        session,
        durable=durable,
        merchant_id=merchant_id,
        found=found,
        kind=EventKind.RETURN_APPROVED,
        actor_id=actor_id,
    )


def refuse_return(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    return_id: UUID,
    answer: str,
    actor_id: UUID,
) -> None:
    """Refuse a return and say why: the customer reads `answer`. Its units can be asked for again.

    Raises:
        NotFoundError: the merchant has no such return.
        ReturnAnswerError: nobody says why.
        ReturnMovedOnError: goods of it came already, or it has ended.
    """
    if not answer.strip():
        raise ReturnAnswerError
    found = locked_return(session, merchant_id=merchant_id, return_id=return_id)
    move(
        session,
        merchant_id=merchant_id,
        return_id=return_id,
        to=ReturnState.REFUSED,
        from_=(ReturnState.REQUESTED, ReturnState.APPROVED),
        actor_id=actor_id,
        answer=answer.strip(),
    )
    _let_go(session, merchant_id, return_id)
    tell_customer(
        session,
        durable=durable,
        merchant_id=merchant_id,
        found=found,
        kind=EventKind.RETURN_REFUSED,
        actor_id=actor_id,
    )


def cancel_return(
    session: Session, *, merchant_id: UUID, return_id: UUID, actor_id: UUID | None = None
) -> None:
    """Take a return back before anything of it came; without an actor the shopper does.

    Raises:
        NotFoundError: the merchant has no such return.
        ReturnMovedOnError: goods of it came already, or it has ended.
    """
    found = locked_return(session, merchant_id=merchant_id, return_id=return_id)
    move(
        session,
        merchant_id=merchant_id,
        return_id=return_id,
        to=ReturnState.CANCELLED,
        from_=(ReturnState.REQUESTED, ReturnState.APPROVED),
        actor_id=actor_id,
    )
    _let_go(session, merchant_id, return_id)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=found.order_id,
        kind=EventKind.RETURN_CANCELLED,
        actor=Actor.SHOPPER if actor_id is None else Actor.STAFF,
        actor_id=actor_id,
        **{"return": str(return_id)},
    )


def _let_go(session: Session, merchant_id: UUID, return_id: UUID) -> None:
    for line in return_lines(session, return_ids=[return_id])[return_id]:
        release(
            session,
            merchant_id=merchant_id,
            order_line_id=line.order_line_id,
            units=line.quantity,
        )
