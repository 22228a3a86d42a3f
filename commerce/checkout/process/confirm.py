"""Know who bought; tell the shopper that the order stands, that goods have left, that money is on its way back."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.process.buyers import remember_buyer
from commerce.kernel.database import Scope
from commerce.kernel.durable import Durable, Process, Work, process


class OrderMailer(Protocol):
    """Writes the mails about orders in the shopper's language and queues them."""

    def confirm(self, *, merchant_id: UUID, order_id: UUID) -> str | None:
        """Queue the confirmation, once per order; return the mail's id, None without an address."""
        ...

    def tell_departure(self, *, merchant_id: UUID, order_id: UUID, event_id: UUID) -> str | None:
        """Queue the letter about a parcel that left, or a service that is delivered, once.

        Return the mail's id, None without an address.
        """
        ...

    def tell_ready(self, *, merchant_id: UUID, order_id: UUID, event_id: UUID) -> str | None:
        """Queue the letter that goods lie ready, with their pickup code, once; return the mail's id.

        None without an address, and when they do not lie there any more.
        """
        ...

    def remind_pickup(self, *, merchant_id: UUID, order_id: UUID, event_id: UUID) -> str | None:
        """Queue the letter that goods still lie ready, once; return the mail's id.

        None without an address, and when they do not lie there any more.
        """
        ...

    def tell_cancelled(self, *, merchant_id: UUID, order_id: UUID) -> str | None:
        """Queue the letter about an order that is called off and about its money, once.

        Return the mail's id, None without an address.
        """
        ...

    def tell_unpaid(self, *, merchant_id: UUID, order_id: UUID) -> str | None:
        """Queue the letter about an order that waits for its money, once; return the mail's id.

        None without an address, and where it was paid or called off meanwhile.
        """
        ...

    def tell_refund(self, *, merchant_id: UUID, refund_id: UUID) -> str | None:
        """Queue the letter about a refund, once; return the mail's id.

        None without an address, and where the letter about the cancellation has told of it.
        """
        ...


class Mailers:
    """The worker's part that holds the order mailer: protocols cannot be looked up by type."""

    def __init__(self, orders: OrderMailer) -> None:
        self.orders = orders


@process("order.confirm")
def confirm_order(work: Work, *, merchant_id: str, order_id: str) -> None:
    """Queue the confirmation of an order, and know from now on who placed it."""
    mailer = work.part(Mailers).orders
    merchant, order = UUID(merchant_id), UUID(order_id)
    work.step("queue", lambda: mailer.confirm(merchant_id=merchant, order_id=order), attempts=5)
    work.step("remember", lambda: _remember(work, merchant, order), attempts=5)


def _remember(work: Work, merchant_id: UUID, order_id: UUID) -> None:
    work.database.run(
        Scope.merchant(merchant_id),
        lambda session: remember_buyer(session, merchant_id=merchant_id, order_id=order_id),
    )


@process("order.tell-departure")
def tell_departure(work: Work, *, merchant_id: str, order_id: str, event_id: str) -> None:
    """Queue the letter about a parcel that left, or a service that is delivered."""
    _queue(
        work,
        _letters(work).tell_departure,
        merchant_id=merchant_id,
        order_id=order_id,
        event_id=event_id,
    )


@process("order.tell-ready")
def tell_ready(work: Work, *, merchant_id: str, order_id: str, event_id: str) -> None:
    """Queue the letter about goods that lie ready for pickup."""
    _queue(
        work,
        _letters(work).tell_ready,
        merchant_id=merchant_id,
        order_id=order_id,
        event_id=event_id,
    )


@process("order.remind-pickup")
def remind_pickup(work: Work, *, merchant_id: str, order_id: str, event_id: str) -> None:
    """Queue the letter about goods that nobody has come for yet."""
    _queue(
        work,
        _letters(work).remind_pickup,
        merchant_id=merchant_id,
        order_id=order_id,
        event_id=event_id,
    )


@process("order.tell-cancelled")
def tell_cancelled(work: Work, *, merchant_id: str, order_id: str) -> None:
    """Queue the letter about an order that is called off."""
    _queue(work, _letters(work).tell_cancelled, merchant_id=merchant_id, order_id=order_id)


@process("payment.tell-refund")
def tell_refund(work: Work, *, merchant_id: str, refund_id: str) -> None:
    """Queue the letter about a refund that is booked."""
    _queue(work, _letters(work).tell_refund, merchant_id=merchant_id, refund_id=refund_id)


def announce_departure(
    session: Session, *, durable: Durable, merchant_id: UUID, order_id: UUID, event_id: UUID
) -> None:
    """Let the customer be told of one event with the caller's commit, once."""
    _start(
        session,
        durable,
        tell_departure,
        merchant_id=merchant_id,
        order_id=order_id,
        event_id=event_id,
    )


def announce_ready(
    session: Session, *, durable: Durable, merchant_id: UUID, order_id: UUID, event_id: UUID
) -> None:
    """Let the customer be told that goods lie ready with the caller's commit, once."""
    _start(
        session, durable, tell_ready, merchant_id=merchant_id, order_id=order_id, event_id=event_id
    )


def announce_reminder(
    session: Session, *, durable: Durable, merchant_id: UUID, order_id: UUID, event_id: UUID
) -> None:
    """Let the customer be reminded of a pickup with the caller's commit, once."""
    _start(
        session,
        durable,
        remind_pickup,
        merchant_id=merchant_id,
        order_id=order_id,
        event_id=event_id,
    )


def announce_cancellation(
    session: Session, *, durable: Durable, merchant_id: UUID, order_id: UUID
) -> None:
    """Let the customer be told that the order is called off with the caller's commit, once."""
    durable.enqueue(
        session,
        tell_cancelled,
        key=str(order_id),
        merchant_id=str(merchant_id),
        order_id=str(order_id),
    )


def announce_refund(
    session: Session, *, durable: Durable, merchant_id: UUID, refund_id: UUID
) -> None:
    """Let the customer be told with the caller's commit, once for each refund."""
    durable.enqueue(
        session,
        tell_refund,
        key=str(refund_id),
        merchant_id=str(merchant_id),
        refund_id=str(refund_id),
    )


def _letters(work: Work) -> OrderMailer:
    return work.part(Mailers).orders


def _queue(work: Work, letter: Callable[..., str | None], **ids: str) -> None:
    """Queue one letter about what these ids name."""
    named = {name: UUID(value) for name, value in ids.items()}
    work.step("queue", lambda: letter(**named), attempts=5)


def _start(
    session: Session,
    durable: Durable,
    about: Process,
    *,
    merchant_id: UUID,
    order_id: UUID,
    event_id: UUID,
) -> None:
    """Start a process about one event of an order, once, with the caller's commit."""
    durable.enqueue(
        session,
        about,
        key=str(event_id),
        merchant_id=str(merchant_id),
        order_id=str(order_id),
        event_id=str(event_id),
    )
