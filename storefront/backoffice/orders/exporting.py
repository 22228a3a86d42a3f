"""The list of orders as a file for a bookkeeper: amounts and taxes, and nobody's name."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response
from sqlalchemy import Connection

from commerce.checkout.owing import OrderStanding, standings
from commerce.imports.cells import guarded
from commerce.inventory.queries import locations
from commerce.kernel.money import Money
from commerce.orders.queries import lines_of, list_orders
from commerce.orders.rows import OrderLineRow, OrderRow
from commerce.park.permissions import Permission
from commerce.registers.numbers import receipts_of_sales
from commerce.web.formats import percent
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import announce, moved
from storefront.backoffice.orders.listing import Asked, asked_in
from storefront.backoffice.orders.rows import place_names
from storefront.backoffice.products.importing import as_file
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import channel_name, order_state

MOST = 20_000
"""Orders that one file holds."""

_BATCH = 500


@dataclass(frozen=True, slots=True)
class _Booked:
    """One order as a bookkeeper reads it; amounts in minor units."""

    order: OrderRow
    receipt: str
    place: str
    standing: OrderStanding
    by_rate: dict[Decimal, tuple[int, int]]
    """Net and tax of the goods by the rate that they bear."""

    @property
    def delivery_tax(self) -> int:
        """The tax in the delivery: what of the order's is in no line."""
        return self.order.tax_minor - sum(tax for _net, tax in self.by_rate.values())


@needs(Permission.VIEW_ORDERS)
def orders_file() -> Response:
    """Give the orders of the list, all its pages, as a file for a spreadsheet."""
    with services().database.reading(current_scope()) as connection:
        booked = list(_booked(connection, asked_in(connection)))
    if len(booked) > MOST:
        announce(_("These are more than %(most)s orders. Choose a shorter time.", most=MOST), "bad")
        return moved("orders")
    rates = sorted({rate for each in booked for rate in each.by_rate})
    kept = io.StringIO()
    table = csv.writer(kept)
    table.writerow(_headings(rates))
    table.writerows([guarded(cell) for cell in _cells(each, rates)] for each in booked)
    # With the mark a spreadsheet reads Chinese headings as what they are.
    return as_file(kept.getvalue().encode("utf-8-sig"), f"{current_merchant().slug}-orders.csv")


def _booked(connection: Connection, asked: Asked) -> Iterator[_Booked]:
    """Yield the orders asked for, newest first, and one more than a file holds at most."""
    names, before, told = place_names(locations(connection)), None, 0
    while told <= MOST:
        found = list_orders(
            connection, narrowed=asked.filter, only=asked.only, before=before, most=_BATCH
        )
        yield from _filled(connection, found, names)
        if len(found) < _BATCH:
            return
        before, told = found[-1].id, told + len(found)


def _filled(
    connection: Connection, orders: Sequence[OrderRow], names: dict[UUID, str]
) -> Iterator[_Booked]:
    ids = [each.id for each in orders]
    lines: dict[UUID, list[OrderLineRow]] = defaultdict(list)
    for line in lines_of(connection, order_ids=ids):
        lines[line.order_id].append(line)
    standing = standings(connection, order_ids=ids)
    receipts = receipts_of_sales(connection, sale_ids=ids)
    for order in orders:
        by_rate: dict[Decimal, tuple[int, int]] = {}
        for line in lines[order.id]:
            net, tax = by_rate.get(line.tax_rate, (0, 0))
            by_rate[line.tax_rate] = (net + line.net_minor, tax + line.tax_minor)
        place = names.get(order.location_id, "") if order.location_id else ""
        yield _Booked(order, receipts.get(order.id, ""), place, standing[order.id], by_rate)


def _headings(rates: Sequence[Decimal]) -> list[str]:
    by_rate = [
        heading
        for rate in rates
        for heading in (
            _("Goods without tax at %(rate)s", rate=percent(float(rate))),
            _("Tax on goods at %(rate)s", rate=percent(float(rate))),
        )
    ]
    return [
        _("Order"),
        _("Receipt number"),
        _("Placed"),
        _("State"),
        _("Counter"),
        _("Store"),
        _("Country"),
        _("Currency"),
        _("Total"),
        _("Tax included"),
        *by_rate,
        _("Delivery"),
        _("Tax in the delivery"),
        _("Paid"),
        _("Given back"),
    ]


def _cells(booked: _Booked, rates: Sequence[Decimal]) -> list[str]:
    order = booked.order
    at = (order.placed_at or order.created_at).astimezone(ZoneInfo(current_merchant().time_zone))
    split = [booked.by_rate.get(rate, (0, 0)) for rate in rates]
    return [
        order.number,
        booked.receipt,
        f"{at:%Y-%m-%d %H:%M}",
        order_state(order.state, str(order.delivery.get("kind", "")), booked.standing).word,
        channel_name(order.channel),
        booked.place,
        str((order.ship_to or {}).get("country", "")),
        order.currency,
        *(
            _plain(minor, order.currency)
            for minor in (
                order.total_minor,
                order.tax_minor,
                *(part for each in split for part in each),
                order.delivery_minor,
                booked.delivery_tax,
                booked.standing.paid_minor,
                booked.standing.back_minor,
            )
        ),
    ]


def _plain(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).major:f}"
