"""What tills took back: the receipt of a return, and orders that a customer at a counter means."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from commerce.checkout.returns.where import order_number_in
from commerce.checkout.service.give_back import request_for
from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.kernel.typed import plain_code, plain_email
from commerce.orders.queries import lines_of, order_by_id, orders_by_ids
from commerce.orders.returns.queries import return_by_id, return_lines
from commerce.orders.returns.rows import ReturnLineRow
from commerce.orders.rows import OrderLineRow, OrderRow
from commerce.payments.queries import payments_of, refunds_of
from commerce.registers.numbers import sales_with_receipt
from commerce.registers.queries import register_by_id
from commerce.registers.rows import RegisterRow

_DIGITS = 6
_MOST_ORDERS = 12

_ROW = Statement("SELECT register_id, number, clerk_id, at FROM till_return WHERE id = :id")

_MEANT = Statement("""
SELECT id FROM sales_order
WHERE state IN ('placed', 'completed')
  AND (number = :number OR (CAST(:email AS text) <> '' AND lower(email) = :email))
ORDER BY id DESC LIMIT :most
""")

_PRINTS = Statement("""
SELECT count(*) FROM journal_entry
WHERE register_id = :register AND kind IN ('print', 'reprint')
  AND CAST(body AS jsonb) ->> 'return' = :return
""")

_SUMS = Statement("""
SELECT count(*) AS returns, COALESCE(sum(r.refunded_minor), 0) AS returned_minor
FROM till_return t
JOIN order_return r ON r.merchant_id = t.merchant_id AND r.id = t.id
JOIN sales_order o ON o.merchant_id = r.merchant_id AND o.id = r.order_id
WHERE t.shift_id = :shift AND o.currency = :currency
""")

_TAXES = Statement("""
SELECT l.tax_rate, sum(x.net_minor) AS net_minor, sum(x.tax_minor) AS tax_minor
FROM till_return t
JOIN order_return_line x ON x.merchant_id = t.merchant_id AND x.return_id = t.id
JOIN order_line l ON l.merchant_id = x.merchant_id AND l.id = x.order_line_id
JOIN sales_order o ON o.merchant_id = l.merchant_id AND o.id = l.order_id
WHERE t.shift_id = :shift AND o.currency = :currency
GROUP BY l.tax_rate ORDER BY l.tax_rate
""")


@dataclass(frozen=True, slots=True)
class ReturnReceipt:
    """The paper about goods that were taken back, complete."""

    return_id: UUID
    number: str
    order: OrderRow
    register: RegisterRow
    store: LocationRow
    clerk_id: UUID
    at: datetime
    lines: tuple[tuple[OrderLineRow, ReturnLineRow], ...]
    delivery: Money
    refunded: Money
    tenders: tuple[tuple[str, Money], ...]
    """Where the money went, in the coins that were handed over."""


def return_number(series: str, number: int) -> str:
    """Return a return's number as it is printed, such as NR1-R-000042."""
    return f"{series}-R-{number:0{_DIGITS}d}"


def return_receipt(connection: Connection, *, return_id: UUID) -> ReturnReceipt:
    """Return the receipt of a return that a till has taken.

    Raises:
        NotFoundError: the merchant's tills have taken no such return.
    """
    row = _ROW.one_or_none(connection, {"id": return_id})
    found = return_by_id(connection, return_id=return_id)
    if row is None or found is None:
        raise NotFoundError
    order = order_by_id(connection, order_id=found.order_id)
    register = register_by_id(connection, register_id=row.register_id)
    if order is None or register is None:
        raise NotFoundError
    sold = {line.id: line for line in lines_of(connection, order_ids=[order.id])}
    lines = return_lines(connection, return_ids=[return_id])[return_id]
    return ReturnReceipt(
        return_id=return_id,
        number=return_number(register.series, row.number),
        order=order,
        register=register,
        store=next(each for each in locations(connection) if each.id == register.location_id),
        clerk_id=row.clerk_id,
        at=row.at,
        lines=tuple((sold[line.order_line_id], line) for line in lines),
        delivery=Money(found.delivery_minor, order.currency),
        refunded=Money(found.refunded_minor, order.currency),
        tenders=tenders_of_return(
            connection, return_id=return_id, order_id=order.id, currency=order.currency
        ),
    )


def times_return_printed(connection: Connection, *, register_id: UUID, return_id: UUID) -> int:
    """Return how often the receipt of a return was printed: from the second time on a copy."""
    return int(_PRINTS.value(connection, {"register": register_id, "return": str(return_id)}))


def orders_meant(connection: Connection, *, words: str) -> tuple[OrderRow, ...]:
    """Return the orders that a customer at a counter means, the newest first.

    `words` are the number on a receipt, of an order or of a return, typed or scanned, or a whole e-mail
    address.
    """
    meant = list(sales_with_receipt(connection, words=words))
    typed = plain_email(words).lower()
    asked = {
        "number": order_number_in(plain_code(words)),
        "email": typed if "@" in typed else "",
        "most": _MOST_ORDERS,
    }
    meant += [row.id for row in _MEANT.all(connection, asked)]
    orders = orders_by_ids(connection, order_ids=meant)
    return tuple(orders[each] for each in dict.fromkeys(meant) if each in orders)


def returns_in(connection: Connection, *, shift_id: UUID, currency: str) -> dict[str, Any]:
    """Return the figures of what a shift took back, as JSON values."""
    where = {"shift": shift_id, "currency": currency}
    sums = _SUMS.one(connection, where)
    return {
        "returns": int(sums.returns),
        "returned_minor": int(sums.returned_minor),
        "returned_taxes": [
            {
                "rate": f"{row.tax_rate:f}",
                "net_minor": int(row.net_minor),
                "tax_minor": int(row.tax_minor),
            }
            for row in _TAXES.all(connection, where)
        ],
    }


def tenders_of_return(
    connection: Connection, *, return_id: UUID, order_id: UUID, currency: str
) -> tuple[tuple[str, Money], ...]:
    """Return what went back for a return to each tender; of cash, the coins that were handed over."""
    payments = {each.id: each for each in payments_of(connection, order_id=order_id)}
    sums: dict[str, int] = {}
    for refund in refunds_of(connection, order_id=order_id):
        if refund.request_id == request_for(return_id, refund.payment_id):
            tender = payments[refund.payment_id].tender.value
            sums[tender] = sums.get(tender, 0) + refund.amount_minor + refund.rounding_minor
    return tuple((tender, Money(minor, currency)) for tender, minor in sums.items())
