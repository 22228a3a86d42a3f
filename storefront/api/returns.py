"""Write the returns of an order, as its merchant reads them."""

from typing import Any

from sqlalchemy import Connection

from commerce.checkout.returns.where import reference_of
from commerce.orders.returns.queries import return_lines, returns_of
from commerce.orders.returns.rows import ReturnLineRow, ReturnRow
from commerce.orders.rows import OrderRow
from storefront.api.writing import minor


def returns_content(connection: Connection, order: OrderRow) -> list[dict[str, Any]]:
    """Return the returns of an order with their lines, the first one first."""
    found = returns_of(connection, order_id=order.id)
    lines = return_lines(connection, return_ids=[each.id for each in found])
    return [
        _content(order, each, [_line(order, line) for line in lines[each.id]]) for each in found
    ]


def _content(order: OrderRow, found: ReturnRow, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": str(found.id),
        "reference": reference_of(order.number, found),
        "state": found.state.value,
        "way": found.way.value,
        "location_id": found.location_id,
        "note": found.note,
        "goods": minor(found.goods_minor, order.currency),
        "delivery": minor(found.delivery_minor, order.currency),
        "refunded": minor(found.refunded_minor, order.currency),
        "asked_at": found.asked_at,
        "lines": lines,
    }


def _line(order: OrderRow, line: ReturnLineRow) -> dict[str, Any]:
    return {
        "line_id": line.order_line_id,
        "reason": line.reason,
        "quantity": line.quantity,
        "received": line.received,
        "restocked": line.restocked,
        "quarantined": line.quarantined,
        "written_off": line.written_off,
        "declined": line.declined,
        "worth": minor(line.net_minor + line.tax_minor, order.currency),
    }
