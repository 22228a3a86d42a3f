"""The list of orders as a file for a bookkeeper: sales and refunds by tax rate, and nobody's name.

Its columns are the same whatever it holds, so that the files of two months go under each other.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Response, request
from sqlalchemy import Connection, and_

from commerce.checkout.owing import gave_back_between
from commerce.imports.cells import guarded
from commerce.kernel.money import Money
from commerce.orders.queries import list_orders
from commerce.park.permissions import Permission
from commerce.payments.rows import PaymentRow
from commerce.plugins.registry import Registry
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import announce, moved
from storefront.backoffice.orders.booked import Booked, booked_orders
from storefront.backoffice.orders.given_back import Ground
from storefront.backoffice.orders.listing import Asked, asked_in
from storefront.backoffice.orders.shares import Share
from storefront.backoffice.products.importing import as_file
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import channel_name, in_language, order_state, tender_name

MOST = 20_000
"""Orders that one file holds."""

_BATCH = 500


@needs(Permission.VIEW_MONEY)
def orders_file() -> Response:
    """Give the orders of the list, all its pages, and what went back in its time, as a file."""
    with services().database.reading(current_scope()) as connection:
        asked = asked_in(connection)
        if asked.backwards:
            announce(_("The time ends before it begins"), "bad")
            return moved("orders", **request.args)
        sold = list(_booked(connection, asked))
        repaid = list(_booked(connection, _repaid_in(asked)))
    if max(len(sold), len(repaid)) > MOST:
        announce(_("These are more than %(most)s orders. Choose a shorter time.", most=MOST), "bad")
        return moved("orders")
    kept = io.StringIO()
    table = csv.writer(kept)
    table.writerow(_headings())
    names = {e.id: e.name.spoken(language()) for e in services().part(Registry).manifests}
    rows = [row for each in sold if each.is_sale for row in _sold(each, names)]
    rows += [row for each in repaid for row in _repaid(each, asked, names)]
    table.writerows([guarded(cell) for cell in row] for row in rows)
    # With the mark a spreadsheet reads Chinese headings as what they are.
    return as_file(kept.getvalue().encode("utf-8-sig"), f"{current_merchant().slug}-orders.csv")


def _repaid_in(asked: Asked) -> Asked:
    """Return the same list by the day on which money went back, whenever it was ordered."""
    narrowed = asked.filter
    return replace(
        asked,
        filter=replace(narrowed, since=None, until=None),
        repaid=gave_back_between(narrowed.since, narrowed.until),
    )


def _booked(connection: Connection, asked: Asked) -> Iterator[Booked]:
    """Yield the orders asked for, newest first, and one more than a file holds at most."""
    before, told = None, 0
    conditions = [each for each in (asked.only, asked.repaid) if each is not None]
    only = and_(*conditions) if conditions else None
    while told <= MOST:
        found = list_orders(
            connection, narrowed=asked.filter, only=only, before=before, most=_BATCH
        )
        yield from booked_orders(connection, found)
        if len(found) < _BATCH:
            return
        before, told = found[-1].id, told + len(found)


def _headings() -> list[str]:
    return [
        _("What it is"),
        _("Day"),
        _("Order"),
        _("Receipt number"),
        _("Placed"),
        _("State"),
        _("Counter"),
        _("Store"),
        _("Country"),
        _("Currency"),
        _("Paid with"),
        _("Paid on"),
        _("Goods or delivery"),
        _("Tax rate"),
        _("Without tax"),
        _("Tax"),
        _("With tax"),
        _("How a refund was split"),
    ]


def _sold(booked: Booked, names: dict[str, str]) -> Iterator[list[str]]:
    ways = " + ".join(dict.fromkeys(_way(each, names) for each in booked.payments))
    days = [each.settled_at or each.created_at for each in booked.payments]
    placed = _placed(booked)
    for share in booked.shares:
        yield [
            _("Sale"),
            *_about(booked, placed),
            ways,
            _local(max(days)) if days else "",
            *_amounts(booked, share),
            "",
        ]


def _repaid(booked: Booked, asked: Asked, names: dict[str, str]) -> Iterator[list[str]]:
    payments = {each.id: each for each in booked.payments}
    since, until = asked.filter.since, asked.filter.until
    for back in booked.given_back():
        refund = back.refund
        at = refund.settled_at or refund.created_at
        if (since and at < since) or (until and at >= until):
            continue
        paid = payments.get(refund.payment_id)
        about = [*_about(booked, at), _way(paid, names) if paid else "", _local(at)]
        for share in back.shares:
            if share.gross or share.tax:
                given = share.bearing(-share.gross, -share.tax)
                yield [_("Refund"), *about, *_amounts(booked, given), _ground(back.ground)]


def _ground(ground: Ground) -> str:
    return {
        Ground.GOODS: _("By what went back"),
        Ground.REST: _("All that was left"),
        Ground.FREE: _("A free sum, by proportion"),
        Ground.MIXED: _("More than the goods, the rest by proportion"),
    }[ground]


def _about(booked: Booked, at: datetime) -> list[str]:
    order, place = booked.order, booked.place
    return [
        f"{_here(at):%Y-%m-%d}",
        order.number,
        booked.receipt,
        _local(_placed(booked)),
        order_state(order.state, str(order.delivery.get("kind", "")), booked.standing).word,
        channel_name(order.channel),
        in_language(place.name, place.name_zh) if place else "",
        booked.country,
        order.currency,
    ]


def _amounts(booked: Booked, share: Share) -> list[str]:
    currency = booked.order.currency
    return [
        _("Delivery") if share.delivery else _("Goods"),
        "" if share.rate is None else _rate(share.rate),
        *(_plain(minor, currency) for minor in (share.net, share.tax, share.gross)),
    ]


def _rate(rate: Decimal) -> str:
    """Write a rate in percent as spreadsheets reckon with it: 0.13 is 13."""
    return f"{(rate * 100).normalize():f}"


def _way(payment: PaymentRow, names: dict[str, str]) -> str:
    tender = tender_name(payment.tender)
    provider = names.get(payment.plugin)
    return _("%(tender)s, %(provider)s", tender=tender, provider=provider) if provider else tender


def _placed(booked: Booked) -> datetime:
    return booked.order.placed_at or booked.order.created_at


def _here(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(current_merchant().time_zone))


def _local(at: datetime) -> str:
    return f"{_here(at):%Y-%m-%d %H:%M}"


def _plain(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).major:f}"
