"""Read one order with everything about it, in one transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.checkout.owing import standings
from commerce.checkout.service import WaitingUnits, goods_of, waiting_for
from commerce.customers.addresses import Address, postal_lines
from commerce.customers.phones import phone_in_groups
from commerce.customers.queries import get_customer
from commerce.fulfilment.carriers import waybill_of
from commerce.fulfilment.queries import fulfilments_of, sources_of
from commerce.fulfilment.rows import FulfilmentRow
from commerce.inventory.queries import locations
from commerce.inventory.queries.came_back import came_back
from commerce.kernel.channel import Channel
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.orders.charged import charged_line, promotions_of
from commerce.orders.queries import lines_of, order_by_id, timeline_of
from commerce.orders.rows import EventKind, EventRow, OrderLineRow, OrderRow, OrderState
from commerce.orders.story import answered, happened_at
from commerce.park.queries.staff import list_colleagues
from commerce.park.service.api_keys import list_api_keys
from commerce.payments.queries import payments_of, refunds_of
from commerce.payments.rows import RefundRow
from commerce.payments.stored_value.queries import accounts_behind
from commerce.plugins.registry import Registry
from commerce.pricing.charged import Charged
from commerce.registers.numbers import receipt_of_sale
from commerce.registers.promised import promised_of
from commerce.registers.queries import open_drawers, registers
from commerce.registers.rows import PromisedCash
from commerce.web.identity import current_merchant
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.orders.file import (
    Departure,
    OrderFile,
    ShownLine,
    TakenOff,
    in_cash,
    name_of,
)
from storefront.backoffice.orders.rows import (
    as_read_here,
    counter_of,
    destination_of,
    place_names,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import (
    country_name,
    event_state,
    event_text,
    event_title,
    in_language,
)


def read_order(connection: Connection, *, order_id: UUID) -> OrderFile:
    """Return one order with everything about it.

    Raises:
        NotFoundError: the merchant has no such order.
    """
    order = order_by_id(connection, order_id=order_id)
    if order is None:
        raise NotFoundError
    places = locations(connection)
    names = place_names(places)
    lines = _lines(connection, order)
    people = _people(connection)
    payments = payments_of(connection, order_id=order_id)
    refunds = refunds_of(connection, order_id=order_id)
    return OrderFile(
        order=order,
        standing=standings(connection, order_ids=[order_id])[order_id],
        lines=lines,
        goods=goods_of(connection, order_id=order_id),
        sources=sources_of(connection, order_id=order_id),
        came_back=came_back(connection, sale_id=order_id),
        departures=_departures(
            waiting_for(connection, order_id=order_id),
            fulfilments_of(connection, order_id=order_id),
            lines,
            names,
            order,
        ),
        payments=payments,
        refunds=refunds,
        customer=get_customer(connection, customer_id=order.customer_id)
        if order.customer_id
        else None,
        address=_address(order),
        counter=counter_of(order, names),
        receipt=receipt_of_sale(connection, sale_id=order_id)
        if order.channel is Channel.TILL
        else "",
        destination=destination_of(order, names),
        steps=_steps(connection, order_id, names, people),
        places=places,
        names=names,
        clerk=people.get(str(order.clerk_id), ""),
        drawers=open_drawers(connection, currency=order.currency) if in_cash(payments) else (),
        till_places=_till_places(connection) if in_cash(payments) else (),
        promised=_promised(connection, order_id, refunds),
        stored=accounts_behind(connection, payments=payments, refunds=refunds),
        plugin_of={each.id: each.plugin for each in payments},
        plugins={e.id: e.name.spoken(language()) for e in services().part(Registry).manifests},
    )


def _till_places(connection: Connection) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(e.location_id for e in registers(connection) if e.active))


def _promised(
    connection: Connection, order_id: UUID, refunds: tuple[RefundRow, ...]
) -> dict[UUID, PromisedCash]:
    if all(each.state != "requested" for each in refunds):
        return {}
    return {each.refund_id: each for each in promised_of(connection, order_id=order_id)}


def _lines(connection: Connection, order: OrderRow) -> tuple[ShownLine, ...]:
    lines = lines_of(connection, order_ids=[order.id])
    ids = [line.variant_id for line in lines if line.variant_id]
    variants = variants_by_ids(connection, variant_ids=ids, locale=language())
    return tuple(_line(order, line, variants) for line in lines)


def _line(order: OrderRow, line: OrderLineRow, variants: Mapping[UUID, SoldVariant]) -> ShownLine:
    paid = charged_line(line, order.currency)
    return ShownLine(
        line=as_read_here(order, line, variants),
        variant=variants.get(line.variant_id) if line.variant_id else None,
        unit_price=paid.unit,
        even=paid.even,
        total=Money(line.total_minor, order.currency),
        off=_taken_off(line, paid),
    )


def _taken_off(line: OrderLineRow, paid: Charged) -> tuple[TakenOff, ...]:
    """Name what was taken off: promotions in the order of the reasons, then what a clerk gave."""
    names = [in_language(str(each["name"]), str(each["name_zh"])) for each in promotions_of(line)]
    by_hand = line.discount_reason if len(paid.off) > len(names) else ""
    return tuple(
        TakenOff(name, amount)
        for name, amount in zip([*names, by_hand], paid.off, strict=False)
        if amount
    )


def _departures(
    waiting: tuple[WaitingUnits, ...],
    parts: tuple[FulfilmentRow, ...],
    lines: tuple[ShownLine, ...],
    names: dict[UUID, str],
    order: OrderRow,
) -> tuple[Departure, ...]:
    if order.state is not OrderState.PLACED:
        return ()
    called = {shown.line.variant_id: name_of(shown) for shown in lines}
    active = {part.location_id: part for part in parts if part.state.active}
    found: dict[UUID, list[WaitingUnits]] = {}
    for units in waiting:
        found.setdefault(units.location_id, []).append(units)
    return tuple(
        Departure(
            location_id=location_id,
            place=names.get(location_id, ""),
            units=sum(each.quantity for each in here),
            what=_(", ").join(
                f"{each.quantity} × {called.get(each.variant_id, '')}" for each in here
            ),
            part=active.get(location_id),
        )
        for location_id, here in found.items()
    )


def _people(connection: Connection) -> dict[str, str]:
    """Return what everybody is called who may act on an order: colleagues and programs' keys."""
    merchant_id = current_merchant().id
    colleagues = list_colleagues(connection, merchant_id=merchant_id)
    keys = list_api_keys(connection, merchant_id=merchant_id)
    return {str(each.staff_id): each.name_in(language()) for each in colleagues} | {
        str(key.id): _("API key “%(name)s”", name=key.name) for key in keys
    }


def _address(order: OrderRow) -> tuple[str, ...]:
    """Return where it goes as its label has it: in the order of the country, or of readers abroad."""
    kept = order.ship_to or {}
    if "lines" not in kept:
        names = (str(kept[name]) for name in ("name", "street", "city") if kept.get(name))
        return tuple(part for part in (*names, phone_in_groups(kept.get("phone"))) if part)
    address = Address.from_json(kept)
    lines = postal_lines(address, latin=language() != "zh")
    told = (*lines, country_name(address.country), phone_in_groups(address.phone))
    return tuple(part for part in told if part)


def _steps(
    connection: Connection, order_id: UUID, names: dict[UUID, str], people: dict[str, str]
) -> tuple[dict[str, Any], ...]:
    """Return what happened, the oldest first, as the shopper's page has it.

    What had only begun and has come to an end since waits for nothing any more.
    """
    by_text = {str(place): name for place, name in names.items()}
    events = timeline_of(connection, order_id=order_id, everything=True)
    over = answered(events)
    return tuple(
        {
            "title": event_title(event),
            "state": "done" if event.id in over else event_state(event),
            "at": happened_at(event),
            "text": event_text(event, by_text, people),
            "link": _tracking(event),
        }
        for event in sorted(events, key=happened_at)
    )


def _tracking(event: EventRow) -> dict[str, str] | None:
    if event.kind is not EventKind.SHIPPED:
        return None
    waybill = waybill_of(event.facts)
    if not waybill.url:
        return None
    carrier = waybill.carrier_in(language())
    return {"label": _("Follow the parcel at %(carrier)s", carrier=carrier), "url": waybill.url}
