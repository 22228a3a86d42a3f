"""What letters about returns say: asked for, approved with what to do, refused, received."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from commerce.checkout.returns.where import reference_of
from commerce.orders.returns.rows import ReturnLineRow, ReturnRow
from commerce.orders.rows import EventKind, OrderLineRow, OrderRow
from commerce.park.queries.merchants import MerchantCard
from commerce.web.mails.facts import AboutOrder, ToldGoods, language_of, order_url

_SUBJECTS = {
    EventKind.RETURN_ASKED: ("we look at your return", "已收到退货申请"),
    EventKind.RETURN_APPROVED: ("how to send your return", "退货申请已通过"),
    EventKind.RETURN_REFUSED: ("your return was not accepted", "退货申请未通过"),
    EventKind.RETURN_RECEIVED: ("your return has arrived", "已收到退回的商品"),
}

TOLD = frozenset(_SUBJECTS)
"""The steps of a return that a letter is written about."""


@dataclass(frozen=True, slots=True)
class ReturnFacts(AboutOrder):
    """Everything in the letter, ready to be read."""

    step: EventKind
    reference: str
    way: str
    address: tuple[str, ...]
    """Where a parcel goes; empty for what is brought to a store."""
    lines: tuple[ToldGoods, ...]
    answer: str
    """Why it was refused."""

    @property
    def subject(self) -> str:
        """What stands in the list of letters."""
        english, chinese = _SUBJECTS[self.step]
        number = self.order.number
        if self.language == "zh":
            return f"{self.shop}：订单 {number} {chinese}"
        return f"{self.shop}: {english}, order {number}"


def return_facts(
    *,
    order: OrderRow,
    step: EventKind,
    found: ReturnRow,
    back: Iterable[ReturnLineRow],
    sold: Mapping[UUID, OrderLineRow],
    address: tuple[str, ...],
    merchant: MerchantCard,
    public_url: str,
) -> ReturnFacts:
    """Return what the letter about one step of a return says; `sold` are the order's lines by id."""
    language = language_of(order)
    arrived = step is EventKind.RETURN_RECEIVED
    units = [
        (sold[line.order_line_id], line.received if arrived else line.quantity) for line in back
    ]
    return ReturnFacts(
        order=order,
        language=language,
        shop=merchant.name_in(language),
        reply_to=merchant.reply_to,
        url=order_url(merchant, public_url, language),
        step=step,
        reference=reference_of(order.number, found),
        way=found.way.value,
        address=address,
        lines=tuple(
            ToldGoods(line.name, line.variant_name, count) for line, count in units if count
        ),
        answer=found.answer,
    )
