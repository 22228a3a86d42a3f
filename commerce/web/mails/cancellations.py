"""What the letter says when an order is called off: why, and what becomes of the money."""

from collections.abc import Iterable
from dataclasses import dataclass

from commerce.checkout.service import belongs_to_cancellation
from commerce.kernel.money import Money
from commerce.orders.rows import Actor, EventRow, OrderLineRow, OrderRow
from commerce.park.queries.merchants import MerchantCard
from commerce.payments.rows import PaymentRow, RefundRow, Tender
from commerce.payments.stored_value.rows import ValueAccount, ValueKind
from commerce.web.formats import money_in
from commerce.web.mails.facts import AboutOrder, ToldGoods, language_of, order_url

SOLD_OUT, NOT_COLLECTED = "sold_out", "not_collected"


@dataclass(frozen=True, slots=True)
class CancellationFacts(AboutOrder):
    """Everything in the letter, ready to be read; amounts are empty where nothing goes that way."""

    lines: tuple[ToldGoods, ...]
    by_shopper: bool
    sold_out: bool
    not_collected: bool
    why: str
    """What the merchant wrote for the customer."""
    charged: bool
    back: str
    """On its way to the card or account."""
    handed: str
    """Given back in cash already."""
    credited: str
    """Put back on gift cards, or made credit, already."""
    cards: tuple[str, ...]
    """The last four characters of the gift cards that have some of it."""
    as_credit: bool
    """Whether some of it is store credit."""
    waiting: str
    """Kept at a till until the customer comes for it."""

    @property
    def subject(self) -> str:
        """What stands in the list of letters."""
        if self.language == "zh":
            return f"{self.shop}：订单 {self.order.number} 已取消"
        return f"{self.shop}: order {self.order.number} is cancelled"


def cancellation_facts(
    *,
    order: OrderRow,
    lines: Iterable[OrderLineRow],
    event: EventRow,
    payments: Iterable[PaymentRow],
    refunds: Iterable[RefundRow],
    accounts: Iterable[ValueAccount],
    merchant: MerchantCard,
    public_url: str,
) -> CancellationFacts:
    """Return what the letter about the cancellation that `event` tells of says.

    `accounts` are the gift cards and credit that refunds went to.
    """
    language = language_of(order)
    paid = {each.id: each for each in payments}
    ours = [each for each in refunds if belongs_to_cancellation(each, order_id=order.id)]
    credited = [each for each in ours if each.account_id is not None]
    others = [each for each in ours if each.account_id is None]
    to = {each.account_id for each in credited}
    holding = [each for each in accounts if each.id in to]
    cash = [each for each in others if paid[each.payment_id].tender is Tender.CASH]
    settled = [each for each in cash if each.state == "done"]

    def written(some: Iterable[RefundRow]) -> str:
        minor = sum(each.amount_minor + each.rounding_minor for each in some)
        return money_in(Money(minor, order.currency), language) if minor else ""

    return CancellationFacts(
        order=order,
        language=language,
        shop=merchant.name_in(language),
        reply_to=merchant.reply_to,
        url=order_url(merchant, public_url, language),
        lines=tuple(ToldGoods(each.name, each.variant_name, each.quantity) for each in lines),
        by_shopper=event.actor is Actor.SHOPPER,
        not_collected=event.facts.get("reason") == NOT_COLLECTED and event.actor is Actor.SYSTEM,
        sold_out=event.facts.get("reason") == SOLD_OUT and event.actor is Actor.SYSTEM,
        why=str(event.facts.get("told") or ""),
        charged=any(each.captured_minor for each in paid.values()),
        back=written(each for each in others if each not in cash),
        credited=written(credited),
        cards=tuple(each.last_four for each in holding if each.kind is ValueKind.GIFT_CARD),
        as_credit=any(each.kind is ValueKind.STORE_CREDIT for each in holding),
        handed=written(settled),
        waiting=written(each for each in cash if each not in settled),
    )
