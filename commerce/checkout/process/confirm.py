"""Tell the shopper that the order stands."""

from typing import Protocol
from uuid import UUID

from commerce.kernel.durable import Work, process


class OrderMailer(Protocol):
    """Writes the mails about orders in the shopper's language and queues them."""

    def confirm(self, *, merchant_id: UUID, order_id: UUID) -> str | None:
        """Queue the confirmation, once per order; return the mail's id, None without an address."""
        ...


class Mailers:
    """The worker's part that holds the order mailer: protocols cannot be looked up by type."""

    def __init__(self, orders: OrderMailer) -> None:
        self.orders = orders


@process("order.confirm")
def confirm_order(work: Work, *, merchant_id: str, order_id: str) -> None:
    """Queue the confirmation of an order."""
    mailer = work.part(Mailers).orders
    work.step(
        "queue",
        lambda: mailer.confirm(merchant_id=UUID(merchant_id), order_id=UUID(order_id)),
        attempts=5,
    )
