"""What a receipt says, as data: the page, the letter and the printer all tell the same."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.orders.charged import promotions_of
from commerce.orders.queries import lines_of, orders_by_ids
from commerce.orders.rows import OrderLineRow, OrderRow, OrderState
from commerce.park.queries.merchants import MerchantCard
from commerce.payments.queries import payments_of_orders
from commerce.payments.rows import PaymentRow
from commerce.registers.queries import TillSaleRow, register_by_id, till_sale_by_id
from commerce.registers.rows import RegisterRow

_DIGITS = 6

# The journal alone knows how often a receipt was printed.
_PRINTS = Statement("""
SELECT count(*) FROM journal_entry
WHERE register_id = :register AND kind IN ('print', 'reprint')
  AND CAST(body AS jsonb) ->> 'sale' = :sale
""")


def _paper(body: str) -> "ProvisionalPaper":
    told = json.loads(body)
    return ProvisionalPaper(told["paper"], datetime.fromisoformat(told["handed_out_at"]))


_PROVISIONAL = Statement(
    """
SELECT body FROM journal_entry
WHERE register_id = :register AND kind = 'provisional'
  AND CAST(body AS jsonb) ->> 'sale' = :sale ORDER BY position
""",
    _paper,
)

_Z_PRINTS = Statement("""
SELECT count(*) FROM journal_entry
WHERE register_id = :register AND kind = 'z_print' AND CAST(body AS jsonb) ->> 'shift' = :shift
""")


@dataclass(frozen=True, slots=True)
class ReceiptPromotion:
    """What one promotion took off a line."""

    name: str
    name_zh: str
    amount: Money

    def name_in(self, language: str) -> str:
        """Return what it was called in a language when it was sold."""
        return self.name_zh if language == "zh" else self.name


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line as it was sold."""

    name: str
    variant: str
    sku: str
    quantity: int
    unit_price: Money
    discount: Money
    discount_reason: str
    total: Money
    promotions: tuple[ReceiptPromotion, ...] = ()

    @property
    def by_hand(self) -> Money:
        """What the clerk took off, after the promotions."""
        promoted = sum(each.amount.amount_minor for each in self.promotions)
        return self.discount - Money(promoted, self.discount.currency)

    @property
    def full(self) -> Money:
        """What it would cost without the discount, as the price is marked."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class ReceiptTax:
    """What one rate comes to."""

    rate: Decimal
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class ReceiptTender:
    """One payment: `tendered`, `change` and `rounding` differ from nothing only for cash."""

    kind: str
    amount: Money
    tendered: Money
    change: Money
    rounding: Money | None = None
    """What cash paid beyond the amount, or less, because there is no smaller coin."""


@dataclass(frozen=True, slots=True)
class ProvisionalPaper:
    """A paper that a till printed without the network: its number, and when it was handed out."""

    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt, complete. `number` is empty while something is still to be paid."""

    sale_id: UUID
    order_number: str
    number: str
    merchant: MerchantCard
    store: LocationRow
    register: str
    clerk_id: UUID | None
    customer_id: UUID | None
    at: datetime
    lines: tuple[ReceiptLine, ...]
    taxes: tuple[ReceiptTax, ...]
    tenders: tuple[ReceiptTender, ...]
    discount: Money
    tax: Money
    total: Money
    voided_at: datetime | None
    open: bool
    """Whether the sale still waits for money."""
    register_zh: str = ""
    provisional: tuple[ProvisionalPaper, ...] = ()
    """Papers that the till gave out before the sale had a number; one receipt alone tells of them."""

    @property
    def paid(self) -> Money:
        """What was taken."""
        return Money(sum(t.amount.amount_minor for t in self.tenders), self.total.currency)

    @property
    def due(self) -> Money:
        """What is still to be paid."""
        return self.total - self.paid

    @property
    def change(self) -> Money:
        """Cash that was given back."""
        return Money(sum(t.change.amount_minor for t in self.tenders), self.total.currency)

    @property
    def tax_on_top(self) -> Money:
        """Tax that the marked prices do not include: what the lines lack to the total."""
        marked = sum((line.full - line.discount).amount_minor for line in self.lines)
        return self.total - Money(marked, self.total.currency)

    @property
    def units(self) -> int:
        """How many pieces were sold."""
        return sum(line.quantity for line in self.lines)


def receipt_number(series: str, receipt: int | None) -> str:
    """Return a receipt's number as it is printed, such as NR1-000042."""
    return "" if receipt is None else f"{series}-{receipt:0{_DIGITS}d}"


def receipt_of(connection: Connection, *, merchant: MerchantCard, sale_id: UUID) -> Receipt:
    """Return the receipt of a till's sale.

    Raises:
        NotFoundError: the merchant's tills have no such sale.
    """
    sale = till_sale_by_id(connection, sale_id=sale_id)
    if sale is None:
        raise NotFoundError
    register = register_by_id(connection, register_id=sale.register_id)
    if register is None:
        raise NotFoundError
    store = next(place for place in locations(connection) if place.id == register.location_id)
    (receipt,) = receipts_of(
        connection, merchant=merchant, register=register, store=store, sales=[sale]
    )
    papers = provisional_papers(connection, register_id=register.id, sale_id=sale_id)
    return replace(receipt, provisional=papers)


def receipts_of(
    connection: Connection,
    *,
    merchant: MerchantCard,
    register: RegisterRow,
    store: LocationRow,
    sales: Sequence[TillSaleRow],
) -> tuple[Receipt, ...]:
    """Return the receipts of sales of one register, in their order, in three statements."""
    ids = [sale.id for sale in sales]
    orders = orders_by_ids(connection, order_ids=ids)
    lines: dict[UUID, list[OrderLineRow]] = defaultdict(list)
    for line in lines_of(connection, order_ids=ids):
        lines[line.order_id].append(line)
    payments: dict[UUID, list[PaymentRow]] = defaultdict(list)
    for payment in payments_of_orders(connection, order_ids=ids):
        payments[payment.order_id].append(payment)
    return tuple(
        _receipt(
            merchant, register, store, sale, orders[sale.id], lines[sale.id], payments[sale.id]
        )
        for sale in sales
    )


def provisional_number(series: str, sale_id: UUID) -> str:
    """Return what a paper is called that was printed before its sale had a number: NR1-P-3F9A2C.

    The till makes the same of what it knows (`static/js/till/views/slip.js`).
    """
    return f"{series}-P-{sale_id.hex[-_DIGITS:].upper()}"


def provisional_papers(
    connection: Connection | Session, *, register_id: UUID, sale_id: UUID
) -> tuple[ProvisionalPaper, ...]:
    """Return the provisional papers of a sale, in the order in which the till told of them."""
    given = {"register": register_id, "sale": str(sale_id)}
    return tuple(_PROVISIONAL.all(connection, given))


def times_printed(connection: Connection, *, register_id: UUID, sale_id: UUID) -> int:
    """Return how often a receipt has come out of the printer: from the second time on a copy."""
    given = {"register": register_id, "sale": str(sale_id)}
    return int(_PRINTS.value(connection, given))


def times_reported(connection: Connection, *, register_id: UUID, shift_id: UUID) -> int:
    """Return how often the Z report of a shift was printed."""
    given = {"register": register_id, "shift": str(shift_id)}
    return int(_Z_PRINTS.value(connection, given))


def _receipt(  # noqa: PLR0917 - the parts of one paper
    merchant: MerchantCard,
    register: RegisterRow,
    store: LocationRow,
    sale: TillSaleRow,
    order: OrderRow,
    sold: Sequence[OrderLineRow],
    payments: Sequence[PaymentRow],
) -> Receipt:
    return Receipt(
        sale_id=order.id,
        order_number=order.number,
        number=receipt_number(register.series, sale.receipt),
        merchant=merchant,
        store=store,
        register=register.name,
        clerk_id=order.clerk_id,
        customer_id=order.customer_id,
        at=sale.completed_at or order.created_at,
        lines=tuple(_line(line, order) for line in sold),
        taxes=_taxes(sold, order.currency),
        tenders=tuple(_tender(each) for each in payments if each.captured_minor),
        discount=Money(order.discount_minor, order.currency),
        tax=Money(order.tax_minor, order.currency),
        total=order.total,
        voided_at=sale.voided_at,
        open=order.state is OrderState.AWAITING_PAYMENT,
        register_zh=register.name_zh,
    )


def _line(line: OrderLineRow, order: OrderRow) -> ReceiptLine:
    return ReceiptLine(
        name=line.name,
        variant=line.variant_name,
        sku=line.sku,
        quantity=line.quantity,
        unit_price=Money(line.unit_price_minor, order.currency),
        discount=Money(line.discount_minor, order.currency),
        discount_reason=line.discount_reason,
        total=Money(line.total_minor, order.currency),
        promotions=tuple(
            ReceiptPromotion(
                str(each["name"]),
                str(each["name_zh"]),
                Money(int(each["amount_minor"]), order.currency),
            )
            for each in promotions_of(line)
        ),
    )


def _taxes(sold: Sequence[OrderLineRow], currency: str) -> tuple[ReceiptTax, ...]:
    sums: dict[Decimal, list[int]] = defaultdict(lambda: [0, 0])
    for line in sold:
        sums[line.tax_rate][0] += line.net_minor
        sums[line.tax_rate][1] += line.tax_minor
    return tuple(
        ReceiptTax(rate, Money(net, currency), Money(tax, currency))
        for rate, (net, tax) in sorted(sums.items())
    )


def _tender(payment: PaymentRow) -> ReceiptTender:
    tendered = payment.captured_minor + payment.rounding_minor + payment.change.amount_minor
    return ReceiptTender(
        kind=payment.tender.value,
        amount=Money(payment.captured_minor, payment.currency),
        tendered=Money(tendered, payment.currency),
        change=payment.change,
        rounding=Money(payment.rounding_minor, payment.currency),
    )
