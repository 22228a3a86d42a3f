"""Write an order: for its shopper with a token, for its merchant with everything."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from commerce.checkout.owing import given_up_of, standings
from commerce.checkout.service import GoodsStanding, WaitingUnits, goods_of, waiting_for
from commerce.customers.addresses import postal
from commerce.customers.municipalities import with_municipality_as_city
from commerce.fulfilment.carriers import waybill_of
from commerce.orders.queries import lines_of, timeline_of
from commerce.orders.rows import EventRow, OrderLineRow, OrderRow, OrderState
from commerce.payments.queries import payments_of, refunds_of
from commerce.payments.rows import PaymentRow, RefundRow
from commerce.web.bearer import order_token
from commerce.web.languages import language
from commerce.web.refusals import why_refused
from storefront.api.returns import returns_content
from storefront.api.writing import minor, url


def shopper_content(connection: Connection, order: OrderRow) -> dict[str, Any]:
    """Return an order as its shopper may see it: five statements with the one that found it."""
    token = order_token(order.id)
    return {
        "token": token,
        "url": url("shop", "orders", token),
        **_facts(order),
        **_story(connection, order, everything=False),
        "still_to_come": _still_to_come(connection, order),
    }


def merchant_content(connection: Connection, order: OrderRow) -> dict[str, Any]:
    """Return an order as its merchant sees it."""
    return {
        **head_content(order),
        "note": order.note,
        "customer_id": order.customer_id,
        "location_id": order.location_id,
        "register_id": order.register_id,
        "clerk_id": order.clerk_id,
        **_story(connection, order, everything=True),
        "refunds": [_refund(each) for each in refunds_of(connection, order_id=order.id)],
        "returns": returns_content(connection, order),
        "goods": [_goods(each) for each in goods_of(connection, order_id=order.id)],
        "held": [_held(each) for each in waiting_for(connection, order_id=order.id)],
    }


def head_content(order: OrderRow) -> dict[str, Any]:
    """Return an order as a list shows it."""
    return {"id": str(order.id), "url": url("orders", str(order.id)), **_facts(order)}


def _goods(standing: GoodsStanding) -> dict[str, Any]:
    return {
        "variant_id": standing.variant_id,
        "wanted": standing.wanted,
        "held": standing.held,
        "gone": standing.gone,
        "returned": standing.returned,
        "short": standing.short,
    }


def _held(waiting: WaitingUnits) -> dict[str, Any]:
    return {
        "variant_id": waiting.variant_id,
        "location_id": waiting.location_id,
        "quantity": waiting.quantity,
        "stage": waiting.stage,
    }


def payment_content(payment: PaymentRow) -> dict[str, Any]:
    """Return an attempt to pay; the provider's own handle stays with us."""
    return {
        "id": str(payment.id),
        "method": payment.plugin,
        "state": payment.state.value,
        "detail": why_refused(
            plugin=payment.plugin, refusal=payment.refusal, detail=payment.detail
        ),
        "amount": minor(payment.amount_minor, payment.currency),
        "captured_minor": payment.captured_minor,
        "refunded_minor": payment.refunded_minor,
        "created_at": payment.created_at,
        "settled_at": payment.settled_at,
    }


def _facts(order: OrderRow) -> dict[str, Any]:
    return {
        "number": order.number,
        "channel": order.channel.value,
        "state": order.state.value,
        "currency": order.currency,
        "goods_minor": order.goods_minor,
        "discount_minor": order.discount_minor,
        "delivery_minor": order.delivery_minor,
        "tax_minor": order.tax_minor,
        "total_minor": order.total_minor,
        "email": order.email,
        "created_at": order.created_at,
        "placed_at": order.placed_at,
    }


def _still_to_come(connection: Connection, order: OrderRow) -> bool:
    """Return whether a shopper may wait for anything; an order that is not paid waits itself."""
    if order.state is not OrderState.PLACED:
        return False
    return standings(connection, order_ids=[order.id])[order.id].awaited


def _story(connection: Connection, order: OrderRow, *, everything: bool) -> dict[str, Any]:
    events: Sequence[EventRow] = timeline_of(connection, order_id=order.id, everything=everything)
    lines = lines_of(connection, order_ids=[order.id])
    gone = given_up_of(connection, order_id=order.id, lines=lines, events=events)
    sent_to = postal(order.ship_to)
    return {
        "address": with_municipality_as_city(sent_to) if sent_to else None,
        "delivery": order.delivery,
        "lines": [{**_line(line), "given_up": gone.get(line.id, 0)} for line in lines],
        "payments": [payment_content(each) for each in payments_of(connection, order_id=order.id)],
        "timeline": [_event(event) for event in events],
    }


def _line(line: OrderLineRow) -> dict[str, Any]:
    return {
        "position": line.position,
        "variant_id": line.variant_id,
        "sku": line.sku,
        "name": line.name,
        "variant_name": line.variant_name,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price_minor,
        "discount_minor": line.discount_minor,
        "discount_reason": line.discount_reason,
        "tax_rate": str(line.tax_rate),
        "net_minor": line.net_minor,
        "tax_minor": line.tax_minor,
        "total_minor": line.total_minor,
        "reasons": line.reasons,
    }


def _event(event: EventRow) -> dict[str, Any]:
    return {
        "kind": event.kind.value,
        "at": event.at,
        "actor": event.actor.value,
        "facts": {**event.facts, **_waybill(event)},
    }


def _waybill(event: EventRow) -> dict[str, str]:
    """Return what is known of a parcel's carrier beyond what the timeline keeps."""
    waybill = waybill_of(event.facts)
    known = {"carrier_name": waybill.carrier_in(language()), "tracking_url": waybill.url}
    return {name: told for name, told in known.items() if told}


def _refund(refund: RefundRow) -> dict[str, Any]:
    return {
        "id": str(refund.id),
        "payment_id": str(refund.payment_id),
        "amount": minor(refund.amount_minor, refund.currency),
        "reason": refund.reason,
        "state": refund.state,
        "created_at": refund.created_at,
        "settled_at": refund.settled_at,
    }
