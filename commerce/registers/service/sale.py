"""A till's sale as its verbs find it: the locked order, its customer, the goods that stock counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.catalogue.queries import variants_by_ids
from commerce.checkout.service.locking import locked_order
from commerce.customers.errors import UnknownCustomerError
from commerce.customers.queries import get_customer
from commerce.inventory.rows import Units
from commerce.kernel.channel import Channel
from commerce.kernel.errors import NotFoundError
from commerce.orders.queries import lines_of
from commerce.orders.rows import OrderLineRow, OrderRow
from commerce.payments.queries import payments_of
from commerce.payments.rows import PaymentRow
from commerce.registers.rows import Buyer


@dataclass(frozen=True, slots=True)
class SaleAtHand:
    """A sale that nobody else can change until the transaction ends: read once, then passed along."""

    order: OrderRow
    lines: tuple[OrderLineRow, ...]
    payments: tuple[PaymentRow, ...]
    goods: tuple[Units, ...]
    """What stock counts of it."""
    sold_at: datetime | None = None
    """When the till made it, where that was before the server heard of it."""

    @property
    def paid_minor(self) -> int:
        """What was taken and not given back."""
        return sum(each.captured_minor - each.refunded_minor for each in self.payments)


def locked_sale(session: Session, merchant_id: UUID, sale_id: UUID) -> OrderRow:
    """Return a till's order, locked until the transaction ends.

    Raises:
        NotFoundError: the merchant has no such sale.
    """
    order = locked_order(session, merchant_id=merchant_id, order_id=sale_id)
    if order.channel is not Channel.TILL:
        raise NotFoundError
    return order


def sale_at_hand(session: Session, order: OrderRow) -> SaleAtHand:
    """Return an order that is locked, with its lines, its payments and its goods."""
    connection = session.connection()
    lines = lines_of(connection, order_ids=[order.id])
    return SaleAtHand(
        order=order,
        lines=lines,
        payments=payments_of(connection, order_id=order.id),
        goods=tracked_units(session, order, lines),
    )


def tracked_units(
    session: Session, order: OrderRow, lines: Sequence[OrderLineRow]
) -> tuple[Units, ...]:
    """Return the order's goods that stock counts; services have none."""
    sold = [line for line in lines if line.variant_id]
    variants = variants_by_ids(
        session.connection(),
        variant_ids=[line.variant_id for line in sold if line.variant_id],
        locale=order.locale,
    )
    return tuple(
        Units(line.variant_id, order.location_id, line.quantity)
        for line in sold
        if line.variant_id and order.location_id and variants[line.variant_id].stock_tracked
    )


def buyer_at_counter(connection: Connection | Session, customer_id: UUID | None) -> Buyer:
    """Return who buys; nobody if they asked to be forgotten meanwhile: the sale happened all the same."""
    if customer_id is None:
        return Buyer()
    try:
        person = get_customer(connection, customer_id=customer_id)
    except UnknownCustomerError:
        return Buyer()
    return Buyer(person.id, person.email or "") if person.erased_at is None else Buyer()


def known_customer(session: Session, customer_id: UUID | None) -> UUID | None:
    """Return the customer, unless they asked to be forgotten meanwhile."""
    return buyer_at_counter(session, customer_id).customer_id
