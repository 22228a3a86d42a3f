"""Sell at a till: open the sale, take the tenders, complete it, or take it back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from commerce.catalogue.queries import variants_by_ids
from commerce.checkout.service.settle import start_refund
from commerce.inventory.queries import locations
from commerce.inventory.rows import Displacement, LocationRow, Units
from commerce.inventory.service import restock, sell_at_till
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.durable import Durable
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money, total
from commerce.orders.queries import lines_of, order_by_id
from commerce.orders.rows import Actor, EventKind, LineDraft, OrderDraft, OrderRow, OrderState
from commerce.orders.service import (
    mark_cancelled,
    mark_completed,
    mark_placed,
    mark_voided,
    open_order,
    tell,
)
from commerce.park.queries.merchants import MerchantCard
from commerce.payments.queries import payments_of
from commerce.payments.rows import PaymentRow
from commerce.payments.rows import Tender as TenderKind
from commerce.payments.service import request_refund, settle_refund, start_payment, take_cash
from commerce.registers.errors import (
    OverpaidError,
    PriceChangedError,
    SaleNotOpenError,
    SaleNotVoidableError,
)
from commerce.registers.journal import append_entry
from commerce.registers.models import TillSale
from commerce.registers.pricing import price_basket
from commerce.registers.queries import register_by_id, till_sale_by_id
from commerce.registers.rows import CardTender, CashTender, PricedLine, SaleCommand, Tender
from commerce.registers.service.shifts import require_open_shift

_LOCK_ORDER = text(
    "SELECT 1 FROM sales_order WHERE merchant_id = :merchant AND id = :order FOR NO KEY UPDATE"
)

_NEXT_RECEIPT = text("""
UPDATE register SET next_receipt = next_receipt + 1
WHERE merchant_id = :merchant AND id = :register
RETURNING next_receipt - 1 AS receipt
""")

_COMPLETE = text("""
UPDATE till_sale SET receipt = :receipt, completed_at = :now
WHERE merchant_id = :merchant AND id = :sale
""")

_VOID = text("""
UPDATE till_sale SET voided_at = :now
WHERE merchant_id = :merchant AND id = :sale AND completed_at IS NOT NULL AND voided_at IS NULL
RETURNING id
""")


def start_sale(
    session: Session, *, merchant: MerchantCard, command: SaleCommand, clerk_id: UUID
) -> UUID:
    """Write the sale with its tenders; cash is taken at once, a card is only announced.

    The server prices the basket itself; a total that differs from what the customer was shown is
    refused before anything is written. Call `complete_if_paid` next.

    Raises:
        PriceChangedError, UnsellableError, DiscountError, OverpaidError, TooLittleCashError,
        RegisterClosedError, EmptyOrderError: the sale cannot be made as it is.
    """
    shift = require_open_shift(session, register_id=command.register_id)
    store = _store(session, command.register_id)
    now = utc_now()
    priced = price_basket(
        session.connection(),
        merchant=merchant,
        country=store.country,
        currency=command.currency,
        locale=command.locale,
        lines=command.lines,
        at=now,
    )
    due = total((line.total for line in priced), currency=command.currency)
    if due.amount_minor != command.total_minor:
        raise PriceChangedError(shown=Money(command.total_minor, command.currency), now=due)
    open_order(
        session,
        merchant_id=merchant.id,
        draft=_draft(command, priced, merchant, store, clerk_id),
        placed=False,
        order_id=command.id,
    )
    session.execute(
        insert(TillSale),
        {
            "merchant_id": merchant.id,
            "id": command.id,
            "register_id": command.register_id,
            "shift_id": shift.id,
        },
    )
    _take(session, merchant.id, command.id, due, command.tenders)
    return command.id


def add_tender(session: Session, *, merchant_id: UUID, sale_id: UUID, tender: Tender) -> None:
    """Take a further tender for an open sale, as after a declined card.

    Raises:
        SaleNotOpenError: the sale is completed or abandoned.
        OverpaidError, TooLittleCashError: the tender does not fit.
    """
    order = _locked(session, merchant_id, sale_id)
    if order.state is not OrderState.AWAITING_PAYMENT:
        raise SaleNotOpenError
    _take(session, merchant_id, sale_id, order.total, (tender,))


def complete_if_paid(
    session: Session, *, merchant_id: UUID, sale_id: UUID
) -> tuple[Displacement, ...] | None:
    """Complete the sale when everything is paid: goods leave, the receipt gets its number.

    Returns None while something is still to be paid; afterwards the promises that the sale
    displaced, which is nothing as a rule. A completed sale stays as it is.

    Raises:
        NotFoundError: the merchant has no such sale.
    """
    order = _locked(session, merchant_id, sale_id)
    if order.state is OrderState.COMPLETED:
        return ()
    paid = sum(
        p.captured_minor - p.refunded_minor
        for p in payments_of(session.connection(), order_id=sale_id)
    )
    if order.state is not OrderState.AWAITING_PAYMENT or paid < order.total_minor:
        return None
    displaced = _hand_over(session, merchant_id, order)
    mark_placed(session, merchant_id=merchant_id, order_id=sale_id)
    mark_completed(session, merchant_id=merchant_id, order_id=sale_id)
    receipt = _number(session, merchant_id, order)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=sale_id,
        kind=EventKind.SOLD,
        actor=Actor.STAFF,
        actor_id=order.clerk_id,
        receipt=receipt,
    )
    return displaced


def abandon_sale(
    session: Session, *, durable: Durable, merchant_id: UUID, sale_id: UUID, actor_id: UUID
) -> None:
    """Give up an unfinished sale; what was paid towards it goes back. Twice is as good as once.

    Raises:
        SaleNotOpenError: the sale is completed.
    """
    order = _locked(session, merchant_id, sale_id)
    if order.state is OrderState.CANCELLED:
        return
    if order.state is not OrderState.AWAITING_PAYMENT:
        raise SaleNotOpenError
    mark_cancelled(session, merchant_id=merchant_id, order_id=sale_id)
    _refund_all(session, durable, merchant_id, sale_id, reason="abandoned", actor_id=actor_id)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=sale_id,
        kind=EventKind.CANCELLED,
        actor=Actor.STAFF,
        actor_id=actor_id,
        reason="abandoned",
    )


def void_sale(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    sale_id: UUID,
    reason: str,
    actor_id: UUID,
) -> None:
    """Take back a completed sale of the open shift: goods to the shelf, money to each tender.

    The receipt keeps its number; a void is an entry of its own in the journal.

    Raises:
        SaleNotVoidableError: another shift's sale, or voided before.
    """
    order = _locked(session, merchant_id, sale_id)
    sale = till_sale_by_id(session.connection(), sale_id=sale_id)
    if sale is None or order.register_id is None or order.location_id is None:
        raise NotFoundError
    shift = require_open_shift(session, register_id=order.register_id)
    voided = session.execute(_VOID, {"merchant": merchant_id, "sale": sale_id, "now": utc_now()})
    if sale.shift_id != shift.id or voided.one_or_none() is None:
        raise SaleNotVoidableError
    restock(
        session,
        merchant_id=merchant_id,
        sale_id=sale_id,
        lines=_tracked_units(session, order),
        reason=reason,
        actor_id=actor_id,
    )
    mark_voided(session, merchant_id=merchant_id, order_id=sale_id)
    _refund_all(session, durable, merchant_id, sale_id, reason=reason, actor_id=actor_id)
    append_entry(
        session,
        merchant_id=merchant_id,
        register_id=order.register_id,
        kind="void",
        body={
            "sale": str(sale_id),
            "receipt": sale.receipt,
            "total_minor": order.total_minor,
            "currency": order.currency,
            "reason": reason,
            "actor": str(actor_id),
        },
    )
    tell(
        session,
        merchant_id=merchant_id,
        order_id=sale_id,
        kind=EventKind.RETURNED,
        actor=Actor.STAFF,
        actor_id=actor_id,
        reason=reason,
    )


def _store(session: Session, register_id: UUID) -> LocationRow:
    connection = session.connection()
    register = register_by_id(connection, register_id=register_id)
    places = {place.id: place for place in locations(connection)}
    if register is None or register.location_id not in places:
        raise NotFoundError
    return places[register.location_id]


def _draft(
    command: SaleCommand,
    priced: Sequence[PricedLine],
    merchant: MerchantCard,
    store: LocationRow,
    clerk_id: UUID,
) -> OrderDraft:
    return OrderDraft(
        source_id=command.id,
        channel=Channel.TILL,
        currency=command.currency,
        prices_include_tax=merchant.prices_include_tax,
        locale=command.locale,
        lines=tuple(_line(line) for line in priced),
        email=command.email,
        location_id=store.id,
        register_id=command.register_id,
        clerk_id=clerk_id,
        delivery={"kind": "hand_over", "location_id": str(store.id)},
    )


def _line(line: PricedLine) -> LineDraft:
    discount = line.line.discount
    return LineDraft(
        variant_id=line.line.variant_id,
        sku=line.sku,
        name=line.name,
        variant_name=line.variant_name,
        image=line.image,
        quantity=line.line.quantity,
        unit_price_minor=line.unit_price.amount_minor,
        discount_minor=line.discount.amount_minor,
        discount_reason=discount.reason if discount is not None else "",
        net_minor=line.net.amount_minor,
        tax_minor=line.tax.amount_minor,
        tax_rate=line.rate,
        reasons=line.reasons,
    )


def _take(
    session: Session, merchant_id: UUID, sale_id: UUID, due: Money, tenders: Sequence[Tender]
) -> None:
    """Take cash, announce cards; together never more than is due."""
    before = payments_of(session.connection(), order_id=sale_id)
    promised = sum(p.amount_minor for p in before if p.state.open or p.captured_minor)
    promised += sum(tender.amount_minor for tender in tenders)
    if promised > due.amount_minor:
        raise OverpaidError(too_much=Money(promised - due.amount_minor, due.currency))
    for tender in tenders:
        amount = Money(tender.amount_minor, due.currency)
        match tender:
            case CashTender():
                take_cash(
                    session,
                    merchant_id=merchant_id,
                    order_id=sale_id,
                    amount=amount,
                    tendered=Money(tender.tendered_minor, due.currency),
                )
            case CardTender():
                start_payment(
                    session,
                    merchant_id=merchant_id,
                    order_id=sale_id,
                    plugin=tender.plugin,
                    tender=TenderKind.CARD,
                    amount=amount,
                )


def _hand_over(session: Session, merchant_id: UUID, order: OrderRow) -> tuple[Displacement, ...]:
    displaced = sell_at_till(
        session,
        merchant_id=merchant_id,
        sale_id=order.id,
        lines=_tracked_units(session, order),
        actor_id=order.clerk_id,
    )
    for promise in displaced:
        if order_by_id(session.connection(), order_id=promise.owner_id) is not None:
            tell(
                session,
                merchant_id=merchant_id,
                order_id=promise.owner_id,
                kind=EventKind.STOCK_SHORT,
                actor=Actor.SYSTEM,
                variant=str(promise.variant_id),
                units=promise.quantity,
                sold_by=order.number,
            )
    return displaced


def _tracked_units(session: Session, order: OrderRow) -> list[Units]:
    """Return the order's goods that stock counts; services have none."""
    connection = session.connection()
    sold = [line for line in lines_of(connection, order_ids=[order.id]) if line.variant_id]
    variants = variants_by_ids(
        connection,
        variant_ids=[line.variant_id for line in sold if line.variant_id],
        locale=order.locale,
    )
    return [
        Units(line.variant_id, order.location_id, line.quantity)
        for line in sold
        if line.variant_id and order.location_id and variants[line.variant_id].stock_tracked
    ]


def _number(session: Session, merchant_id: UUID, order: OrderRow) -> int:
    """Give the sale the register's next receipt number and chain it into the journal."""
    if order.register_id is None:
        raise NotFoundError
    connection = session.connection()
    receipt = int(
        session.execute(
            _NEXT_RECEIPT, {"merchant": merchant_id, "register": order.register_id}
        ).scalar_one()
    )
    session.execute(
        _COMPLETE,
        {"merchant": merchant_id, "sale": order.id, "receipt": receipt, "now": utc_now()},
    )
    append_entry(
        session,
        merchant_id=merchant_id,
        register_id=order.register_id,
        kind="sale",
        body=_journal_body(
            order,
            receipt,
            lines_of(connection, order_ids=[order.id]),
            payments_of(connection, order_id=order.id),
        ),
    )
    return receipt


def _journal_body(
    order: OrderRow, receipt: int, lines: Sequence[Any], payments: Sequence[PaymentRow]
) -> dict[str, Any]:
    return {
        "sale": str(order.id),
        "receipt": receipt,
        "currency": order.currency,
        "total_minor": order.total_minor,
        "tax_minor": order.tax_minor,
        "clerk": str(order.clerk_id),
        "lines": [
            {
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "discount_minor": line.discount_minor,
                "tax_rate": f"{line.tax_rate:f}",
                "tax_minor": line.tax_minor,
                "total_minor": line.total_minor,
            }
            for line in lines
        ],
        "tenders": [
            {"tender": payment.tender.value, "amount_minor": payment.captured_minor}
            for payment in payments
            if payment.captured_minor
        ],
    }


def _refund_all(
    session: Session,
    durable: Durable,
    merchant_id: UUID,
    sale_id: UUID,
    *,
    reason: str,
    actor_id: UUID,
) -> None:
    """Give back every tender: cash at once over the counter, cards through their provider."""
    for payment in payments_of(session.connection(), order_id=sale_id):
        amount = payment.refundable
        if not amount:
            continue
        # Derived from the payment: voiding twice asks once.
        request_id = uuid5(payment.id, "void")
        if payment.tender is not TenderKind.CASH:
            start_refund(
                session,
                durable=durable,
                merchant_id=merchant_id,
                payment=payment,
                request_id=request_id,
                amount=amount,
                reason=reason,
                actor_id=actor_id,
            )
            continue
        refund_id = request_refund(
            session,
            merchant_id=merchant_id,
            payment_id=payment.id,
            request_id=request_id,
            amount=amount,
            reason=reason,
            actor_id=actor_id,
        )
        if refund_id is not None:
            settle_refund(session, merchant_id=merchant_id, refund_id=refund_id, done=True)


def _locked(session: Session, merchant_id: UUID, sale_id: UUID) -> OrderRow:
    session.execute(_LOCK_ORDER, {"merchant": merchant_id, "order": sale_id})
    order = order_by_id(session.connection(), order_id=sale_id)
    if order is None or order.channel is not Channel.TILL:
        raise NotFoundError
    return order
