"""Sell, take a further tender, give up, take back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.rows import Displacement
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.orders.charged import promoted_minor
from commerce.orders.queries import order_by_id
from commerce.orders.rows import OrderLineRow, OrderRow, OrderState
from commerce.payments.queries import payments_of
from commerce.payments.rows import PaymentRow
from commerce.pricing.promotions.codes import code_key
from commerce.registers.policy import USUAL_POLICY, exceeds_limit, policy_of, share_off
from commerce.registers.queries import register_by_id, till_sale_by_id
from commerce.registers.receipts import receipt_number
from commerce.registers.rows import (
    BasketLine,
    CardTender,
    CashTender,
    Discount,
    GiftCardTender,
    SaleCommand,
    ShownPromotion,
    Tender,
    Variance,
    VarianceKind,
)
from commerce.registers.service import (
    abandon_sale,
    add_tender,
    complete_at_hand,
    complete_if_paid,
    never_again,
    note_variance,
    start_sale,
    void_sale,
)
from commerce.web.languages import language
from commerce.web.services import services
from pos.api.bodies import (
    CardBody,
    CashBody,
    DiscountBody,
    FurtherTenderBody,
    GiftCardBody,
    SaleBody,
    SaleNamedBody,
    ShownPromotionBody,
    VoidBody,
)
from pos.authority import Authority
from pos.card_money import call_off
from pos.deeds.deed import Answer, Deed
from pos.device import Till
from pos.gift_cards import card_digest


def sell(session: Session, authority: Authority, body: SaleBody) -> Answer:
    """Write the sale; complete it if its tenders pay it."""
    till = authority.till
    sale = start_sale(
        session,
        merchant=till.merchant,
        command=SaleCommand(
            id=authority.command_id,
            register_id=till.register.id,
            currency=body.currency,
            locale=language(),
            lines=tuple(
                BasketLine(
                    line.variant,
                    line.quantity,
                    _discount(line.discount),
                    line.shown_minor,
                    tuple(_shown(each) for each in line.promotions),
                )
                for line in body.lines
            ),
            tenders=tuple(_tender(till, tender) for tender in body.tenders),
            total_minor=body.total_minor,
            customer_id=body.customer,
            codes=spelled(body.codes),
            happened=authority.happened,
            waited=authority.waited,
        ),
        clerk_id=authority.clerk_id,
    )
    _answer_for_clerk(session, authority)
    _answer_for_discounts(session, authority, sale.lines)
    done = complete_at_hand(session, merchant_id=till.merchant.id, sale=sale)
    return _answer(
        till,
        sale.order,
        sale.payments,
        receipt=done.receipt if done else None,
        next_receipt=done.receipt + 1 if done else till.register.next_receipt,
        displaced=done.displaced if done else (),
    )


def take_tender(session: Session, authority: Authority, body: FurtherTenderBody) -> Answer:
    """Take a further tender; complete the sale if it is paid now."""
    till = authority.till
    require_sale_here(session, till, body.sale)
    add_tender(
        session, merchant_id=till.merchant.id, sale_id=body.sale, tender=_tender(till, body.tender)
    )
    return _completed(session, till, body.sale)


def abandon(session: Session, authority: Authority, body: SaleNamedBody) -> Answer:
    """Give up an open sale; its cash goes back over the counter.

    One that never arrived is given up for good: it is refused if it arrives after this.
    """
    till = authority.till
    where = {"merchant_id": till.merchant.id, "register_id": till.register.id}
    never_again(session, **where, command_id=body.sale)
    if till_sale_by_id(session.connection(), sale_id=body.sale) is None:
        return {"sale": str(body.sale), "completed": False, "payments": []}
    require_sale_here(session, till, body.sale)
    abandon_sale(
        session,
        durable=services().durable,
        merchant_id=till.merchant.id,
        sale_id=body.sale,
        actor_id=authority.clerk_id,
    )
    return sale_answer(session, till, body.sale)


def void(session: Session, authority: Authority, body: VoidBody) -> Answer:
    """Take back a completed sale of the open shift; a manager answers for it."""
    till = authority.till
    require_sale_here(session, till, body.sale)
    authority.approved(session)
    void_sale(
        session,
        durable=services().durable,
        merchant_id=till.merchant.id,
        sale_id=body.sale,
        reason=body.reason,
        actor_id=authority.clerk_id,
    )
    return sale_answer(session, till, body.sale)


def require_sale_here(session: Session, till: Till, sale_id: UUID) -> None:
    """Refuse a sale of another register.

    Raises:
        NotFoundError: this register made no such sale.
    """
    sale = till_sale_by_id(session.connection(), sale_id=sale_id)
    if sale is None or sale.register_id != till.register.id:
        raise NotFoundError


def sale_answer(
    session: Session, till: Till, sale_id: UUID, displaced: tuple[Displacement, ...] = ()
) -> Answer:
    """Return how a sale stands, as the page needs it.

    Raises:
        NotFoundError: the merchant has no such sale.
    """
    connection = session.connection()
    order = order_by_id(connection, order_id=sale_id)
    sale = till_sale_by_id(connection, sale_id=sale_id)
    register = register_by_id(connection, register_id=till.register.id)
    if order is None or sale is None or register is None:
        raise NotFoundError
    return _answer(
        till,
        order,
        payments_of(connection, order_id=sale_id),
        receipt=sale.receipt,
        next_receipt=register.next_receipt,
        displaced=displaced,
    )


def _answer(
    till: Till,
    order: OrderRow,
    payments: Sequence[PaymentRow],
    *,
    receipt: int | None,
    next_receipt: int,
    displaced: Sequence[Displacement],
) -> Answer:
    open_still = receipt is None and order.state is OrderState.AWAITING_PAYMENT
    taken = sum(each.captured_minor for each in payments)
    return {
        "sale": str(order.id),
        "completed": receipt is not None,
        "number": receipt_number(till.register.series, receipt),
        "total_minor": order.total_minor,
        "due_minor": order.total_minor - taken if open_still else 0,
        "voided": receipt is not None and order.state is OrderState.CANCELLED,
        "change_minor": sum(each.change.amount_minor for each in payments if each.captured_minor),
        "displaced": sum(promise.quantity for promise in displaced),
        "next_number": receipt_number(till.register.series, next_receipt),
        "payments": [payment_json(each) for each in payments],
    }


def payment_json(payment: PaymentRow) -> dict[str, Any]:
    """Return a payment as the page shows it and goes on with it; amounts in minor units."""
    return {
        "id": str(payment.id),
        "tender": payment.tender.value,
        "plugin": payment.plugin,
        "state": payment.state.value,
        "amount_minor": payment.amount_minor,
        "captured_minor": payment.captured_minor,
        "back_minor": _handed_back(payment),
    }


def _handed_back(payment: PaymentRow) -> int:
    """Return what goes back: of cash that goes back whole, the coins that were handed over."""
    back = payment.refunded_minor + payment.refunding_minor
    return back + payment.rounding_minor if back == payment.captured_minor and back else back


def _completed(session: Session, till: Till, sale_id: UUID) -> Answer:
    displaced = complete_if_paid(session, merchant_id=till.merchant.id, sale_id=sale_id)
    return sale_answer(session, till, sale_id, displaced or ())


def _answer_for_clerk(session: Session, authority: Authority) -> None:
    """Keep that somebody sold who may not any more; it happened before we were told.

    So with a PIN that is not theirs now: what a till says of the hour, nobody can check.
    """
    if not authority.may_sell:
        _note(session, authority, VarianceKind.CLERK, {"clerk": str(authority.clerk_id)})
    elif not authority.pin_holds:
        facts = {"clerk": str(authority.clerk_id), "pin": "old"}
        _note(session, authority, VarianceKind.CLERK, facts)


def _answer_for_discounts(
    session: Session, authority: Authority, lines: Sequence[OrderLineRow]
) -> None:
    """Ask for a manager when a clerk makes a line cheaper by more than they may decide.

    What promotions take off is nobody's gift: the limit is held against the price that they left.
    A sale that happened asks nobody any more: without a manager's word the merchant is told.
    """
    discounted = [line for line in lines if line.discount_minor > promoted_minor(line)]
    rules = policy_of(session.connection()) if discounted else USUAL_POLICY
    for line in discounted:
        promoted = promoted_minor(line)
        left, given = (
            line.unit_price_minor * line.quantity - promoted,
            line.discount_minor - promoted,
        )
        if not exceeds_limit(rules, discount_minor=given, full_minor=left):
            continue
        if authority.happened and authority.approver_id is None:
            facts = {"limit": rules.discount_limit, "given": share_off(given, left)}
            _note(session, authority, VarianceKind.DISCOUNT, facts)
        else:
            authority.approved(session)
        return


def _note(
    session: Session, authority: Authority, kind: VarianceKind, facts: dict[str, Any]
) -> None:
    note_variance(
        session,
        merchant_id=authority.till.merchant.id,
        register_id=authority.till.register.id,
        sale_id=authority.command_id,
        variance=Variance(kind, facts),
        sold_at=utc_now() - authority.waited,
    )


def _is_settled(body: SaleBody) -> bool:
    cash = [each for each in body.tenders if isinstance(each, CashBody)]
    paid = sum(each.amount_minor for each in cash)
    return len(cash) == len(body.tenders) and paid == body.total_minor


def _discount(body: DiscountBody | None) -> Discount | None:
    if body is None:
        return None
    return Discount(body.reason, basis_points=body.basis_points, amount_minor=body.amount_minor)


def _shown(body: ShownPromotionBody) -> ShownPromotion:
    return ShownPromotion(body.promotion, body.amount_minor, code_key(body.code))


def spelled(codes: Sequence[str]) -> tuple[str, ...]:
    """Return typed codes in the spelling of the shop, each once; what can be none is left out."""
    return tuple(dict.fromkeys(filter(None, map(code_key, codes))))


def _tender(till: Till, body: CashBody | CardBody | GiftCardBody) -> Tender:
    match body:
        case GiftCardBody():
            return GiftCardTender(body.amount_minor, card_digest(till, body.code))
        case CashBody():
            return CashTender(body.amount_minor, body.tendered_minor, body.rounding_minor)
        case CardBody():
            return CardTender(body.amount_minor, body.plugin)


SALE = Deed(SaleBody, sell, is_settled=_is_settled)
TENDER = Deed(FurtherTenderBody, take_tender)
ABANDON = Deed(SaleNamedBody, abandon, after=call_off)
VOID = Deed(VoidBody, void)
