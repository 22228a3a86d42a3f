"""Sales of the shift, one sale with its receipt, baskets that were set aside."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify
from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.kernel.errors import NotFoundError
from commerce.payments.queries import payments_of
from commerce.registers.promised import paid_in
from commerce.registers.queries import open_shift_of, parked_at, recent_sales, till_sale_by_id
from commerce.registers.receipts import Receipt, receipt_of, receipts_of
from commerce.registers.rows import PromisedCash
from commerce.registers.service.return_goods import RETURNED
from commerce.web.identity import register
from commerce.web.services import services
from pos.deeds.sales import payment_json
from pos.device import Till, current_till
from pos.people import called, covered_person

_MOST = 50


def install(blueprint: Blueprint) -> None:
    """Add these views."""
    blueprint.add_url_rule("/api/sales", "api_sales", sales)
    blueprint.add_url_rule("/api/sales/<uuid:sale_id>", "api_sale", sale)
    blueprint.add_url_rule("/api/parked", "api_parked", parked)


@register
def sales() -> Response:
    """Return the sales of the open shift and the refunds that its drawer paid, the newest first."""
    till = current_till()
    with services().database.reading(till.scope) as connection:
        shift = open_shift_of(connection, register_id=till.register.id)
        rows = recent_sales(connection, shift_id=shift.id, most=_MOST) if shift else ()
        found = receipts_of(
            connection, merchant=till.merchant, register=till.register, store=till.store, sales=rows
        )
        clerks = called(connection, till, *(each.clerk_id for each in found))
        told = [
            receipt_json(connection, each) | {"clerk": clerk}
            for each, clerk in zip(found, clerks, strict=True)
        ]
        paid = paid_in(connection, shift=shift, location_id=till.store.id) if shift else ()
    return jsonify(sales=told, paid_back=[pay_back_json(each) for each in paid])


def pay_back_json(cash: PromisedCash) -> dict[str, Any]:
    """Return a refund in cash as the page shows it, whether it is still to be paid or was."""
    return {
        "id": str(cash.refund_id),
        "order": cash.order_number,
        "receipt": cash.receipt,
        "amount_minor": cash.handed.amount_minor,
        "reason": _("Return") if cash.reason == RETURNED else cash.reason,
        "at": cash.asked_at.isoformat(),
    }


@register
def sale(sale_id: UUID) -> Response:
    """Return one sale of this register, with the payments that a reloaded page goes on with."""
    till = current_till()
    with services().database.reading(till.scope) as connection:
        row = till_sale_by_id(connection, sale_id=sale_id)
        if row is None or row.register_id != till.register.id:
            raise NotFoundError
        found = receipt_of(connection, merchant=till.merchant, sale_id=sale_id)
        payments = [payment_json(each) for each in payments_of(connection, order_id=sale_id)]
        return jsonify(receipt_json(connection, found) | {"payments": payments})


@register
def parked() -> Response:
    """Return the baskets set aside at this store, the oldest first."""
    till: Till = current_till()
    with services().database.reading(till.scope) as connection:
        baskets = [
            {
                "id": str(row.id),
                "label": row.label,
                "customer": covered_person(connection, row.customer_id),
                **row.contents.kept(),
                "at": row.at.isoformat(),
            }
            for row in parked_at(connection, location_id=till.store.id)
        ]
    return jsonify(baskets=baskets)


def receipt_json(connection: Connection, receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as the page shows it; amounts in minor units."""
    return {
        "sale": str(receipt.sale_id),
        "number": receipt.number,
        "order": receipt.order_number,
        "at": receipt.at.isoformat(),
        "open": receipt.open,
        "voided": receipt.voided_at is not None,
        "total_minor": receipt.total.amount_minor,
        "due_minor": receipt.due.amount_minor if receipt.open else 0,
        "change_minor": receipt.change.amount_minor,
        "units": receipt.units,
        "customer": covered_person(connection, receipt.customer_id),
        "lines": [
            {
                "name": line.name,
                "title": line.variant,
                "sku": line.sku,
                "quantity": line.quantity,
                "total_minor": line.total.amount_minor,
            }
            for line in receipt.lines
        ],
        "tenders": [
            {"kind": tender.kind, "amount_minor": tender.amount.amount_minor}
            for tender in receipt.tenders
        ],
    }
