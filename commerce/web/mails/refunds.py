"""What the letter about money on its way back says: how much, of how much, and what will not come."""

from collections.abc import Iterable
from dataclasses import dataclass

from commerce.kernel.money import Money
from commerce.orders.rows import OrderRow, OrderState
from commerce.park.queries.merchants import MerchantCard
from commerce.payments.rows import PaymentRow, RefundRow, Tender
from commerce.web.formats import money_in
from commerce.web.mails.facts import AboutOrder, ToldGoods, language_of, order_url


@dataclass(frozen=True, slots=True)
class RefundFacts(AboutOrder):
    """What the letter about money on its way back says."""

    amount: str
    paid: str
    """What was paid for the whole order."""
    given_back: str
    """What of it has been given back so far, this amount among it."""
    in_cash: bool
    in_credit: bool
    """Whether a gift card or store credit has it."""
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
    given_up: Iterable[ToldGoods] = (),
    nothing_left: bool = False,
) -> RefundFacts:
    """Return what the letter about `refund` says.

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
        in_credit=refund.account_id is not None,
        cancelled=order.state is OrderState.CANCELLED,
        kind=str(order.delivery.get("kind") or ""),
        given_up=tuple(given_up),
        nothing_left=nothing_left,
    )
