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
from commerce.orders.rows import OrderLineRow, OrderRow, OrderState
from commerce.payments.queries import payments_of_orders, refunds_of_orders
from commerce.payments.rows import PaymentRow, RefundRow
from commerce.registers.numbers import receipts_of_sales


@dataclass(frozen=True, slots=True)
class Share:
    """What of an order bears one tax rate; minor units, negative for what went back."""

    delivery: bool
    rate: Decimal | None
    """A ratio; None for a delivery whose tax is at no rate of its goods."""
    net: int
    tax: int

    @property
    def gross(self) -> int:
        """With tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Booked:
    """One order with its money; a row of the file is one of its shares, sold or given back."""

    order: OrderRow
    receipt: str
    place: LocationRow | None
    """Where it was sold, or is picked up."""
    standing: OrderStanding
    shares: tuple[Share, ...]
    payments: tuple[PaymentRow, ...]
    """Those that brought money, oldest first."""
    refunds: tuple[RefundRow, ...]
    """Those that were paid out, in the order in which they were."""

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

    def given_back(self) -> Iterator[tuple[RefundRow, Share]]:
        """Yield each refund with its shares: of all rates as much as of the order.

        The shares of several refunds add up, so that an order that went back whole leaves no cent
        of tax.
        """
        before, told = tuple(Share(e.delivery, e.rate, 0, 0) for e in self.shares), 0
        for refund in self.refunds:
            told += refund.amount_minor
            after = shares_of(self.shares, told)
            for old, new in zip(before, after, strict=True):
                share = Share(new.delivery, new.rate, old.net - new.net, old.tax - new.tax)
                if share.gross or share.tax:
                    yield refund, share
            before = after


def shares_of(shares: Sequence[Share], amount: int) -> tuple[Share, ...]:
    """Return `amount` of the whole, spread by what the shares come to; nothing is lost in cents."""
    whole, upto, given, found = sum(each.gross for each in shares), 0, 0, []
    for each in shares:
        upto += each.gross
        gross = amount * upto // whole - given if whole else 0
        given += gross
        tax = round(Decimal(each.tax) * gross / each.gross) if each.gross else 0
        found.append(Share(each.delivery, each.rate, gross - tax, tax))
    return tuple(found)


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
    for order in orders:
        yield Booked(
            order=order,
            receipt=receipts.get(order.id, ""),
            place=_place(order, places),
            standing=standing[order.id],
            shares=_shares(order, lines[order.id]),
            payments=tuple(payments[order.id]),
            refunds=tuple(sorted(filter(_is_out, refunds[order.id]), key=_paid_out)),
        )


def _is_out(refund: RefundRow) -> bool:
    return refund.state == "done" and refund.settled_at is not None


def _paid_out(refund: RefundRow) -> datetime:
    return refund.settled_at or refund.created_at


def _place(order: OrderRow, places: Mapping[UUID, LocationRow]) -> LocationRow | None:
    if order.location_id:
        return places.get(order.location_id)
    told = order.delivery.get("location_id") if order.delivery.get("kind") == "pickup" else None
    return places.get(UUID(str(told))) if told else None


def _shares(order: OrderRow, lines: Sequence[OrderLineRow]) -> tuple[Share, ...]:
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
