"""What refunds gave back of goods and of delivery: by what is known of them, else by proportion."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from commerce.checkout.service.give_back import belongs_to_cancellation, request_for
from commerce.kernel.channel import Channel
from commerce.orders.refunded import RefundedGoods
from commerce.orders.returns.rows import ReturnLineRow, ReturnRow
from commerce.orders.rows import OrderLineRow, OrderRow, OrderState
from commerce.payments.rows import RefundRow
from storefront.backoffice.orders.shares import Share, Shares, combined, shares_of, within


class Ground(StrEnum):
    """How it is known what a refund was for."""

    GOODS = "goods"
    """It was worked out from goods, and the delivery where that went back."""
    REST = "rest"
    """It gave back all that was left, or its part of that."""
    FREE = "free"
    """Somebody named a sum: it is spread by proportion."""
    MIXED = "mixed"
    """More than its goods were sold for: the surplus is spread by proportion."""


@dataclass(frozen=True, slots=True)
class GivenBack:
    """One refund with what it gave back of each share; amounts are positive."""

    refund: RefundRow
    shares: Shares
    ground: Ground


@dataclass(frozen=True, slots=True)
class Records:
    """What is on record of an order's refunds."""

    lines: tuple[OrderLineRow, ...]
    goods: Mapping[UUID, RefundedGoods]
    """By the refund's id."""
    returns: tuple[tuple[ReturnRow, tuple[ReturnLineRow, ...]], ...]


def given_back(
    order: OrderRow, sold: Shares, refunds: Sequence[RefundRow], records: Records
) -> Iterator[GivenBack]:
    """Yield refunds, in the order in which they were paid, with their shares.

    Each takes from what those before it have left, so that an order that went back whole leaves no
    cent of tax, whatever its refunds were for.
    """
    left = sold
    for refund in refunds:
        shares, ground = _taken(order, sold, left, refund, records)
        left = combined(left, shares, -1)
        yield GivenBack(refund, shares, ground)


def _taken(
    order: OrderRow, sold: Shares, left: Shares, refund: RefundRow, records: Records
) -> tuple[Shares, Ground]:
    amount, rest = refund.amount_minor, sum(each.gross for each in left)
    if amount == rest or _calls_off(order, refund):
        return _spread(sold, left, amount), Ground.REST
    known = within(_known(sold, refund, records), left)
    found = sum(each.gross for each in known)
    if found <= 0:
        return _spread(sold, left, amount), Ground.FREE
    if found >= amount:
        return shares_of(known, amount), Ground.GOODS
    surplus = _spread(sold, combined(left, known, -1), amount - found)
    return combined(known, surplus), Ground.MIXED


def _spread(sold: Shares, left: Shares, amount: int) -> Shares:
    """Spread a sum over what is left; what was paid beyond all of it, over what was sold."""
    rest = sum(each.gross for each in left)
    if amount <= rest:
        return shares_of(left, amount)
    return combined(left, shares_of(sold, amount - rest))


def _calls_off(order: OrderRow, refund: RefundRow) -> bool:
    """Return whether the order as a whole was called off, or the sale voided."""
    voided = order.channel is Channel.TILL and order.state is OrderState.CANCELLED
    return voided or belongs_to_cancellation(refund, order_id=order.id)


def _known(sold: Shares, refund: RefundRow, records: Records) -> Shares:
    """Return what a refund was worked out from; nothing of each where nobody knows."""
    for returned, lines in records.returns:
        if refund.request_id == request_for(returned.id, refund.payment_id):
            whole = _of_return(sold, returned, lines, records.lines)
            return _part(whole, refund, returned.refunded_minor)
    goods = records.goods.get(refund.id)
    if goods is None:
        return tuple(each.bearing(0, 0) for each in sold)
    return _part(_of_goods(sold, goods.units, records.lines), refund, goods.wish_minor)


def _part(whole: Shares, refund: RefundRow, wish_minor: int) -> Shares:
    """Return what of a wish is one refund's: a wish goes back to each tender that paid for it."""
    known = min(wish_minor, sum(each.gross for each in whole))
    exact = refund.amount_minor == wish_minor and known == sum(each.gross for each in whole)
    return whole if exact else shares_of(whole, -(-known * refund.amount_minor // wish_minor))


def _of_return(
    sold: Shares,
    returned: ReturnRow,
    lines: Sequence[ReturnLineRow],
    ordered: Sequence[OrderLineRow],
) -> Shares:
    """Return goods and delivery of a return; what was kept for lost value is kept of the goods."""
    rates = {line.id: line.tax_rate for line in ordered}
    goods = tuple(
        each.bearing(
            sum(a.net_minor + a.tax_minor for a in lines if _bears(each, rates[a.order_line_id])),
            sum(a.tax_minor for a in lines if _bears(each, rates[a.order_line_id])),
        )
        for each in sold
    )
    if returned.refunded_minor < returned.owed_minor:
        goods = shares_of(goods, max(0, returned.refunded_minor - returned.delivery_minor))
    return tuple(
        shares_of([whole], min(returned.delivery_minor, whole.gross))[0] if whole.delivery else each
        for whole, each in zip(sold, goods, strict=True)
    )


def _of_goods(sold: Shares, units: Mapping[UUID, int], lines: Sequence[OrderLineRow]) -> Shares:
    """Return what units were sold for, rounded up: nobody who works it out gets to more."""
    ordered: dict[UUID, int] = {}
    for line in lines:
        if line.variant_id is not None:
            ordered[line.variant_id] = ordered.get(line.variant_id, 0) + line.quantity
    found = []
    for each in sold:
        gross = tax = 0
        for line in lines:
            named = units.get(line.variant_id, 0) if line.variant_id else 0
            if named and line.variant_id and _bears(each, line.tax_rate):
                gross += -(-line.total_minor * named // ordered[line.variant_id])
                tax += line.tax_minor * named // ordered[line.variant_id]
        found.append(each.bearing(gross, tax))
    return tuple(found)


def _bears(share: Share, rate: object) -> bool:
    return not share.delivery and share.rate == rate
