"""Which order comes back: found by its receipt, its number or an e-mail address, with what can come."""

from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy import Connection

from commerce.checkout.returns import Returnable, returnable_lines
from commerce.checkout.returns.worth import share_of
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.orders.queries import order_by_id
from commerce.orders.returns.queries import claimed_units, return_lines, returns_of
from commerce.orders.returns.reasons import reasons_on
from commerce.orders.returns.rows import ReturnState
from commerce.orders.rows import OrderRow
from commerce.registers.numbers import receipts_of_sales
from commerce.registers.returned import orders_meant
from commerce.web.identity import register
from commerce.web.languages import language
from commerce.web.services import services
from pos.api.bodies import WhoBody, read_body
from pos.api.customers import look_up
from pos.api.return_bodies import OrderOfBody
from pos.authority import holder
from pos.device import current_till

_COMING = frozenset({ReturnState.REQUESTED, ReturnState.APPROVED})


def install(blueprint: Blueprint) -> None:
    """Add these views."""
    blueprint.add_url_rule("/api/returns/find", "api_find_return", find, methods=["POST"])
    blueprint.add_url_rule("/api/returns/order", "api_returnable", returnable, methods=["POST"])


@register
def find() -> Response:
    """Return the orders that what was typed or scanned means; a POST, as addresses are typed.

    Raises:
        UnknownBadgeError, PermissionDeniedError: whose badge it is sells nothing here.
        AskedTooOftenError: it has asked thirty times in this minute.
    """
    till, asked = current_till(), read_body(WhoBody)
    look_up(till, asked.badge)
    with services().database.reading(till.scope) as connection:
        found = orders_meant(connection, words=asked.words)
        receipts = receipts_of_sales(connection, sale_ids=[each.id for each in found])
    return jsonify(orders=[_order(each, receipts.get(each.id, "")) for each in found])


@register
def returnable() -> Response:
    """Return what of an order can come back, what of it was announced, and the reasons to choose from.

    Raises:
        UnknownBadgeError, PermissionDeniedError: whose badge it is sells nothing here.
        NotFoundError: the merchant has no such order.
    """
    till, asked = current_till(), read_body(OrderOfBody)
    with services().database.reading(till.scope) as connection:
        holder(connection, till, asked.badge)
        order = order_by_id(connection, order_id=asked.order)
        if order is None:
            raise NotFoundError
        receipts = receipts_of_sales(connection, sale_ids=[order.id])
        told = _order(order, receipts.get(order.id, ""))
        told["lines"] = _lines(connection, order)
        told["announced"] = _announced(connection, order)
    reasons = [
        {"code": each.code, "name": each.name_in(language())}
        for each in reasons_on(utc_now().date())
    ]
    return jsonify(order=told, reasons=reasons)


def _order(order: OrderRow, receipt: str) -> dict[str, Any]:
    return {
        "id": str(order.id),
        "number": order.number,
        "receipt": receipt,
        "at": (order.placed_at or order.created_at).isoformat(),
        "currency": order.currency,
        "total_minor": order.total_minor,
    }


def _lines(connection: Connection, order: OrderRow) -> list[dict[str, Any]]:
    settled = {
        line: each.settled for line, each in claimed_units(connection, order_id=order.id).items()
    }
    return [
        _line(each, settled.get(each.line.id, 0))
        for each in returnable_lines(connection, order=order)
    ]


def _line(found: Returnable, settled: int) -> dict[str, Any]:
    line = found.line
    return {
        "id": str(line.id),
        "name": line.name,
        "title": line.variant_name,
        "sku": line.sku,
        "sold": line.quantity,
        "units": found.units,
        # What each further unit is worth, so that the page adds up as the server does.
        "worth": [
            sum(share_of(line, before=settled, units=units))
            for units in range(1, min(line.quantity - settled, found.most) + 1)
        ],
    }


def _announced(connection: Connection, order: OrderRow) -> list[dict[str, Any]]:
    """Return the returns of an order that somebody asked for and that have not come yet."""
    coming = [each for each in returns_of(connection, order_id=order.id) if each.state in _COMING]
    lines = return_lines(connection, return_ids=[each.id for each in coming])
    return [
        {
            "id": str(each.id),
            "number": f"{order.number}-R{each.position}",
            "lines": [
                {"line": str(line.order_line_id), "units": line.quantity, "reason": line.reason}
                for line in lines[each.id]
            ],
        }
        for each in coming
    ]
