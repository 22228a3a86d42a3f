"""Orders as a bookkeeper takes them: what was sold and what went back, each on its own day, by tax rate."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from commerce.checkout.owing import OrderStanding, standings
from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.orders.queries import lines_of
from commerce.orders.refunded import refunded_goods
from commerce.orders.returns.queries import return_lines, returns_of_orders
from commerce.orders.rows import OrderLineRow, OrderRow, OrderState
from commerce.payments.queries import payments_of_orders, refunds_of_orders
from commerce.payments.rows import PaymentRow, RefundRow
from commerce.registers.numbers import receipts_of_sales
from storefront.backoffice.orders.given_back import GivenBack, Records, given_back
from storefront.backoffice.orders.shares import Share, Shares

_NONE = Records((), {}, ())


@dataclass(frozen=True, slots=True)
class Booked:
    """One order with its money; a row of the file is one of its shares, sold or given back."""

    order: OrderRow
    receipt: str
    place: LocationRow | None
    """Where it was sold, or is picked up."""
    standing: OrderStanding
    shares: Shares
    payments: tuple[PaymentRow, ...]
    """Those that brought money, oldest first."""
    refunds: tuple[RefundRow, ...]
    """Those that were paid out, in the order in which they were."""
    records: Records
    """What is known of what they were for."""

    @property
    def is_sale(self) -> bool:
        """Whether it counts as sold: a sale that nobody paid for is none."""
        firm = self.order.state in {OrderState.PLACED, OrderState.COMPLETED}
        return firm or bool(self.payments)

    @property
    def country(self) -> str:
        """The country whose tax it bears: where it goes, or where it is picked up or was sold."""
        kept = str((self.order.ship_to or {}).get("country", ""))
        return kept or (self.place.country if self.place else "")

    def given_back(self) -> Iterator[GivenBack]:
        """Yield each refund with what it gave back of goods and of delivery."""
        return given_back(self.order, self.shares, self.refunds, self.records)


def booked_orders(connection: Connection, orders: Sequence[OrderRow]) -> Iterator[Booked]:
    """Yield orders with their money, in the given order."""
    ids = [each.id for each in orders]
    places = {each.id: each for each in locations(connection)}
    lines: dict[UUID, list[OrderLineRow]] = defaultdict(list)
    for line in lines_of(connection, order_ids=ids):
        lines[line.order_id].append(line)
    payments: dict[UUID, list[PaymentRow]] = defaultdict(list)
    for payment in payments_of_orders(connection, order_ids=ids):
        if payment.captured_minor:
            payments[payment.order_id].append(payment)
    standing = standings(connection, order_ids=ids)
    receipts = receipts_of_sales(connection, sale_ids=ids)
    refunds = refunds_of_orders(connection, order_ids=ids)
    records = _records(connection, lines, [each for each in ids if refunds[each]])
    for order in orders:
        yield Booked(
            order=order,
            receipt=receipts.get(order.id, ""),
            place=_place(order, places),
            standing=standing[order.id],
            shares=_shares(order, lines[order.id]),
            payments=tuple(payments[order.id]),
            refunds=tuple(sorted(filter(_is_out, refunds[order.id]), key=_paid_out)),
            records=records.get(order.id, _NONE),
        )


def _records(
    connection: Connection, lines: Mapping[UUID, Sequence[OrderLineRow]], repaid: Sequence[UUID]
) -> dict[UUID, Records]:
    """Return what is on record of the refunds of the orders that have any."""
    if not repaid:
        return {}
    goods = refunded_goods(connection, order_ids=repaid)
    returns = defaultdict(list)
    for each in returns_of_orders(connection, order_ids=repaid):
        returns[each.order_id].append(each)
    of_returns = return_lines(
        connection, return_ids=[each.id for found in returns.values() for each in found]
    )
    return {
        order: Records(
            tuple(lines[order]),
            goods,
            tuple((each, of_returns[each.id]) for each in returns[order]),
        )
        for order in repaid
    }


def _is_out(refund: RefundRow) -> bool:
    return refund.state == "done" and refund.settled_at is not None


def _paid_out(refund: RefundRow) -> datetime:
    return refund.settled_at or refund.created_at


def _place(order: OrderRow, places: Mapping[UUID, LocationRow]) -> LocationRow | None:
    if order.location_id:
        return places.get(order.location_id)
    told = order.delivery.get("location_id") if order.delivery.get("kind") == "pickup" else None
    return places.get(UUID(str(told))) if told else None


def _shares(order: OrderRow, lines: Sequence[OrderLineRow]) -> Shares:
    by_rate: dict[Decimal, tuple[int, int]] = {}
    for line in lines:
        net, tax = by_rate.get(line.tax_rate, (0, 0))
        by_rate[line.tax_rate] = (net + line.net_minor, tax + line.tax_minor)
    goods = [Share(False, rate, *by_rate[rate]) for rate in sorted(by_rate)]  # noqa: FBT003 - goods
    if not order.delivery_minor:
        return tuple(goods)
    tax = order.tax_minor - sum(each.tax for each in goods)
    rate = _rate_of(order.delivery_minor, tax, by_rate)
    return (*goods, Share(True, rate, order.delivery_minor - tax, tax))  # noqa: FBT003 - delivery


def _rate_of(gross: int, tax: int, rates: Mapping[Decimal, object]) -> Decimal | None:
    """Return at which rate of the goods a delivery is taxed; the order keeps its tax alone."""
    if not tax:
        return Decimal(0)
    fitting = (rate for rate in rates if abs(gross * rate / (1 + rate) - tax) <= 1)
    return next(fitting, None)
