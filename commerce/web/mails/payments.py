"""How an order was paid, as its letters tell it."""

from sqlalchemy import Connection

from commerce.kernel.money import Money
from commerce.orders.rows import OrderRow
from commerce.payments.queries import payments_of
from commerce.payments.stored_value.queries import paid_from
from commerce.web.formats import money_in
from commerce.web.mails.facts import ToldPayment, language_of


def told_payments(connection: Connection, order: OrderRow) -> tuple[ToldPayment, ...]:
    """Return what each tender has paid of an order, in the order in which they were taken."""
    taken = [each for each in payments_of(connection, order_id=order.id) if each.captured_minor]
    stored = paid_from(connection, payment_ids=[each.id for each in taken if each.tender.stored])
    language = language_of(order)
    return tuple(
        ToldPayment(
            kind=each.tender.value,
            last_four=stored[each.id][2] if each.id in stored else "",
            amount=money_in(Money(each.captured_minor, each.currency), language),
        )
        for each in taken
    )
