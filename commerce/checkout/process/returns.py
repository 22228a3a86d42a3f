"""Tell the customer how a return stands: asked for, approved, refused, received."""

from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.durable import Durable, Work, process


class ReturnMailer(Protocol):
    """Writes the letters about returns in the shopper's language and queues them."""

    def tell_return(self, *, merchant_id: UUID, order_id: UUID, event_id: UUID) -> str | None:
        """Queue the letter about one step of a return, once; return the mail's id.

        None without an address.
        """
        ...


class ReturnMailers:
    """The worker's part that holds the mailer: protocols cannot be looked up by type."""

    def __init__(self, returns: ReturnMailer) -> None:
        self.returns = returns


@process("order.tell-return")
def tell_return(work: Work, *, merchant_id: str, order_id: str, event_id: str) -> None:
    """Queue the letter about one step of a return."""
    mailer = work.part(ReturnMailers).returns
    work.step(
        "queue",
        lambda: mailer.tell_return(
            merchant_id=UUID(merchant_id), order_id=UUID(order_id), event_id=UUID(event_id)
        ),
        attempts=5,
    )


def announce_return(
    session: Session, *, durable: Durable, merchant_id: UUID, order_id: UUID, event_id: UUID
) -> None:
    """Let the customer be told of one step of a return with the caller's commit, once."""
    durable.enqueue(
        session,
        tell_return,
        key=str(event_id),
        merchant_id=str(merchant_id),
        order_id=str(order_id),
        event_id=str(event_id),
    )
