"""What the letter about money on its way back says: how much, of how much, and what will not come."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from commerce.checkout.owing import given_up_of, standings
from commerce.checkout.service import belongs_to_cancellation
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.orders.queries import lines_of, order_by_id, timeline_of
from commerce.orders.rows import EventKind, OrderRow, OrderState
from commerce.park.queries.merchants import MerchantCard, get_merchant
from commerce.payments.queries import payment_by_id, payments_of, refund_by_id, refunds_of
from commerce.payments.rows import PaymentRow, RefundRow, Tender
from commerce.payments.stored_value.queries import account_by_id
from commerce.payments.stored_value.rows import ValueAccount, ValueKind
from commerce.web.formats import money_in
from commerce.web.mails.facts import AboutOrder, ToldGoods, language_of, order_url

_LEFT = frozenset({EventKind.SHIPPED, EventKind.HANDED_OVER})


@dataclass(frozen=True, slots=True)
class RefundFacts(AboutOrder):
    """What the letter about money on its way back says."""

    amount: str
    paid: str
    """What was paid for the whole order."""
    given_back: str
    """What of it has been given back so far, this amount among it."""
    in_cash: bool
    on_card: str
    """The last four characters of the gift card that has it; empty when none does."""
    credit_url: str
    """Where whoever holds the e-mail address spends it as store credit; empty when it is none."""
    cancelled: bool
    """Whether the order was called off; its own letter told of the money that was there then."""
    kind: str
    given_up: tuple[ToldGoods, ...]
    """What of the order will not come any more."""
    nothing_left: bool
    """Whether nothing of the order has left or will."""

    @property
    def subject(self) -> str:
        """What stands in the list of letters."""
        if self.language == "zh":
            return f"{self.shop}：订单 {self.order.number} 退款 {self.amount}"
        return f"{self.shop}: {self.amount} given back for order {self.order.number}"


def refund_facts(
    *,
    order: OrderRow,
    payment: PaymentRow,
    refund: RefundRow,
    merchant: MerchantCard,
    public_url: str,
    charged: Money,
    given_back: Money,
    account: ValueAccount | None = None,
    given_up: Iterable[ToldGoods] = (),
    nothing_left: bool = False,
) -> RefundFacts:
    """Return what the letter about `refund` says; `account` is the stored value that has it.

    `charged` was paid for the order, and `given_back` of it is back or on its way with this refund.
    `given_up` is what will not come of an order that goes on or is closed without it.
    """
    language = language_of(order)
    return RefundFacts(
        order=order,
        language=language,
        shop=merchant.name_in(language),
        reply_to=merchant.reply_to,
        url=order_url(merchant, public_url, language),
        amount=money_in(refund.amount, language),
        paid=money_in(charged, language),
        given_back=money_in(given_back, language),
        in_cash=payment.tender is Tender.CASH and refund.account_id is None,
        on_card=account.last_four if account and account.kind is ValueKind.GIFT_CARD else "",
        credit_url=f"{public_url}/{language}/{merchant.slug}/account"
        if account and account.kind is ValueKind.STORE_CREDIT
        else "",
        cancelled=order.state is OrderState.CANCELLED,
        kind=str(order.delivery.get("kind") or ""),
        given_up=tuple(given_up),
        nothing_left=nothing_left,
    )


def read_refund(
    connection: Connection, *, merchant_id: UUID, refund_id: UUID, public_url: str
) -> RefundFacts | None:
    """Read what the letter about a refund says; None where the letter of a cancellation says it.

    Raises:
        NotFoundError: the merchant has no such refund.
    """
    refund = refund_by_id(connection, refund_id=refund_id)
    payment = payment_by_id(connection, payment_id=refund.payment_id) if refund else None
    order = order_by_id(connection, order_id=payment.order_id) if payment else None
    if refund is None or payment is None or order is None:
        raise NotFoundError
    if belongs_to_cancellation(refund, order_id=order.id):
        return None
    given_up, nothing_left = _given_up(connection, order)
    stored = refund.account_id
    return refund_facts(
        order=order,
        payment=payment,
        refund=refund,
        merchant=get_merchant(connection, merchant_id=merchant_id),
        public_url=public_url,
        charged=_charged(connection, order),
        given_back=_given_back(connection, order),
        account=account_by_id(connection, account_id=stored) if stored else None,
        given_up=given_up,
        nothing_left=nothing_left,
    )


def _charged(connection: Connection, order: OrderRow) -> Money:
    payments = payments_of(connection, order_id=order.id)
    return Money(sum(each.captured_minor for each in payments), order.currency)


def _given_back(connection: Connection, order: OrderRow) -> Money:
    """Return all that is back or on its way: one wish may go back in several ways, each with a letter."""
    refunds = refunds_of(connection, order_id=order.id)
    counted = [each.amount_minor for each in refunds if each.state != "failed"]
    return Money(sum(counted), order.currency)


def _given_up(connection: Connection, order: OrderRow) -> tuple[list[ToldGoods], bool]:
    """Return what of an order will not come, and whether nothing of it ever comes.

    One that is called off has told so already.
    """
    if order.state is OrderState.CANCELLED:
        return [], False
    lines = lines_of(connection, order_ids=[order.id])
    told = timeline_of(connection, order_id=order.id, everything=False)
    gone = given_up_of(connection, order_id=order.id, lines=lines, events=told)
    goods = [
        ToldGoods(line.name, line.variant_name, gone[line.id]) for line in lines if line.id in gone
    ]
    comes = (
        any(event.kind in _LEFT for event in told)
        or standings(connection, order_ids=[order.id])[order.id].awaited
    )
    return goods, bool(goods) and not comes
