"""Everything about one order: what its page shows, read in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.checkout.owing import OrderStanding, Owing, standings
from commerce.checkout.service import GoodsStanding, WaitingUnits, goods_of, waiting_for
from commerce.checkout.service.give_back import spread
from commerce.checkout.service.give_up import is_repaid
from commerce.customers.addresses import Address, postal_lines
from commerce.customers.queries import get_customer
from commerce.customers.rows import CustomerRow
from commerce.fulfilment.carriers import waybill_of
from commerce.fulfilment.queries import SourceRow, sources_of
from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.kernel.channel import Channel
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money, total
from commerce.orders.charged import charged_line
from commerce.orders.queries import lines_of, order_by_id, timeline_of
from commerce.orders.rows import EventRow, OrderLineRow, OrderRow, OrderState
from commerce.orders.story import answered
from commerce.park.queries.staff import list_colleagues
from commerce.park.service.api_keys import list_api_keys
from commerce.payments.queries import payments_of, refunds_of
from commerce.payments.rows import PaymentRow, RefundRow, Tender
from commerce.plugins.registry import Registry
from commerce.pricing.taxation import TaxGround
from commerce.registers.numbers import receipt_of_sale
from commerce.registers.promised import promised_of
from commerce.registers.queries import DrawerRow, open_drawers, registers
from commerce.registers.rows import PromisedCash
from commerce.web.formats import money
from commerce.web.identity import current_merchant
from commerce.web.languages import language
from commerce.web.services import services
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
    phone_in_groups,
)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line with the goods as they are called today, and how far they have come."""

    line: OrderLineRow
    variant: SoldVariant | None
    unit_price: Money
    """With the tax that was due; rounded where not `even`."""
    even: bool
    total: Money
    discount: Money


@dataclass(frozen=True, slots=True)
class Departure:
    """What waits at one place to leave it."""

    location_id: UUID
    place: str
    units: int
    what: str


@dataclass(frozen=True, slots=True)
class OrderFile:
    """One order with everything about it."""

    order: OrderRow
    standing: OrderStanding
    lines: tuple[ShownLine, ...]
    goods: tuple[GoodsStanding, ...]
    sources: tuple[SourceRow, ...]
    departures: tuple[Departure, ...]
    payments: tuple[PaymentRow, ...]
    refunds: tuple[RefundRow, ...]
    customer: CustomerRow | None
    address: tuple[str, ...]
    counter: str
    receipt: str
    """The number on the receipt of a sale at a till."""
    destination: str
    steps: tuple[dict[str, Any], ...]
    places: tuple[LocationRow, ...]
    names: dict[UUID, str]
    clerk: str
    drawers: tuple[DrawerRow, ...]
    """Open registers that could pay back what was paid in cash; none are read where nothing was."""
    till_places: tuple[UUID, ...]
    """Stores with a till that could pay it back when the customer comes."""
    promised: dict[UUID, PromisedCash]
    """What tills have still to pay back, by the refund's id."""
    plugins: dict[str, str]
    """What each way to pay is called."""
    plugin_of: dict[UUID, str]
    """Who carried each payment, by the payment's id."""

    @property
    def without_rate(self) -> bool:
        """Whether nothing of it was taxed because no rate applied: then there is no amount to tell."""
        grounds = {each.get("ground") for shown in self.lines for each in shown.line.reasons}
        return not self.order.tax_minor and TaxGround.NO_RATE in grounds

    @property
    def paid(self) -> Money:
        """What was taken, before anything was given back."""
        return self._money(sum(payment.captured_minor for payment in self.payments))

    @property
    def refunded(self) -> Money:
        """What went back or is on its way."""
        back = sum(each.refunded_minor + each.refunding_minor for each in self.payments)
        return self._money(back)

    @property
    def refundable(self) -> Money:
        """What can still go back."""
        return self._money(sum(each.refundable.amount_minor for each in self.payments))

    @property
    def in_cash(self) -> bool:
        """Whether something that can still go back was paid in cash."""
        return _in_cash(self.payments)

    @property
    def ways_back(self) -> tuple[tuple[PaymentRow, Money], ...]:
        """What can still go back to each payment, in the order in which it does."""
        return tuple(spread(self.refundable, self.payments))

    @property
    def before_cash(self) -> Money:
        """How much goes back otherwise before the first coin does."""
        others = takewhile(lambda way: way[0].tender is not Tender.CASH, self.ways_back)
        return self._money(sum(part.amount_minor for _payment, part in others))

    @property
    def short(self) -> int:
        """Units that are owed and that nobody keeps for this order."""
        if self.order.state is not OrderState.PLACED:
            return 0
        return sum(goods.short for goods in self.goods)

    @property
    def unplaced(self) -> int:
        """Units that need not be counted, and have no place from which they could leave."""
        if self.order.state is not OrderState.PLACED:
            return 0
        return sum(goods.short for goods in self.goods if not goods.counted)

    @property
    def may_close(self) -> bool:
        """Whether nothing is left to send: all has left, or the money of the rest has gone back."""
        if self.order.state is not OrderState.PLACED:
            return False
        owed = any(goods.held or goods.short for goods in self.goods)
        return not owed or (any(goods.gone for goods in self.goods) and self._is_repaid)

    @property
    def idle(self) -> bool:
        """Whether somebody has to close it, because nothing of it is left to send."""
        return self.may_close and self.standing.owing is not Owing.SERVICE

    @property
    def _is_repaid(self) -> bool:
        lines = [shown.line for shown in self.lines]
        return is_repaid(lines, self.goods, refunded_minor=self.refunded.amount_minor)

    @property
    def may_cancel(self) -> bool:
        """Whether the order can still be called off."""
        open_state = self.order.state in {OrderState.AWAITING_PAYMENT, OrderState.PLACED}
        return open_state and not any(goods.gone for goods in self.goods)

    @property
    def returnable(self) -> tuple[tuple[GoodsStanding, str], ...]:
        """Goods that could come back on a shelf, with their names."""
        return tuple((goods, self._called(goods)) for goods in self.goods if goods.restockable)

    @property
    def unsent(self) -> tuple[tuple[GoodsStanding, str], ...]:
        """Goods that have not left yet and could be given up, with their names."""
        if self.order.state is not OrderState.PLACED:
            return ()
        return tuple((goods, self._called(goods)) for goods in self.goods if goods.owed)

    def _called(self, goods: GoodsStanding) -> str:
        """Return what goods are called, and what one was sold for."""
        for shown in self.lines:
            if shown.line.variant_id == goods.variant_id:
                each = Money(shown.total.amount_minor // shown.line.quantity, self.order.currency)
                return _("%(name)s, %(amount)s each", name=name_of(shown), amount=money(each))
        return ""

    def sources_in_words(self, line: OrderLineRow) -> str:
        """Return where a line's goods come from, and how many are no longer to be sent.

        Nothing comes from anywhere for an order that was called off.
        """
        if self.order.state is OrderState.CANCELLED:
            return ""
        said = [
            _(
                "%(units)s from %(place)s",
                units=source.quantity,
                place=self.names[source.location_id],
            )
            for source in self.sources
            if source.variant_id == line.variant_id
        ]
        given_up = sum(
            line.quantity - goods.wanted
            for goods in self.goods
            if goods.variant_id == line.variant_id and goods.wanted < line.quantity
        )
        if given_up:
            said.append(_("%(units)s no longer to be sent", units=given_up))
        return " · ".join(said)

    def _money(self, minor: int) -> Money:
        return Money(minor, self.order.currency)


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
        departures=_departures(waiting_for(connection, order_id=order_id), lines, names, order),
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
        drawers=open_drawers(connection, currency=order.currency) if _in_cash(payments) else (),
        till_places=_till_places(connection) if _in_cash(payments) else (),
        promised=_promised(connection, order_id, refunds),
        plugin_of={each.id: each.plugin for each in payments},
        plugins={e.id: e.name.spoken(language()) for e in services().part(Registry).manifests},
    )


def name_of(shown: ShownLine) -> str:
    """Return what a line is called, with its variant."""
    variant = shown.line.variant_name
    return f"{shown.line.name}, {variant}" if variant else shown.line.name


def _in_cash(payments: tuple[PaymentRow, ...]) -> bool:
    return any(each.tender is Tender.CASH and each.refundable for each in payments)


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
        discount=total(paid.off, currency=order.currency),
    )


def _departures(
    waiting: tuple[WaitingUnits, ...],
    lines: tuple[ShownLine, ...],
    names: dict[UUID, str],
    order: OrderRow,
) -> tuple[Departure, ...]:
    if order.state is not OrderState.PLACED:
        return ()
    called = {shown.line.variant_id: name_of(shown) for shown in lines}
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
        return tuple(str(kept[name]) for name in ("name", "street", "city") if kept.get(name))
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
            "at": event.at,
            "text": event_text(event, by_text, people),
            "link": _tracking(event),
        }
        for event in events
    )


def _tracking(event: EventRow) -> dict[str, str] | None:
    waybill = waybill_of(event.facts)
    if not waybill.url:
        return None
    carrier = waybill.carrier_in(language())
    return {"label": _("Follow the parcel at %(carrier)s", carrier=carrier), "url": waybill.url}
