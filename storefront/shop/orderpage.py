"""One page that tells the whole journey of an order; the link is its key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.checkout.queries import cart_by_token
from commerce.checkout.service import may_change_mind
from commerce.customers.addresses import Address, postal_lines
from commerce.customers.phones import phone_in_groups
from commerce.customers.queries import get_customer
from commerce.fulfilment.queries import fulfilments_of
from commerce.kernel.channel import Channel
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.orders.charged import charged_delivery, charged_line, saved_by_promotions
from commerce.orders.queries import lines_of, order_by_token, timeline_of
from commerce.orders.rows import EventKind, EventRow, OrderLineRow, OrderRow, OrderState
from commerce.park.policies import PolicyKind
from commerce.payments.queries import payments_of, refunds_of
from commerce.payments.rows import PaymentRow, RefundRow, kept_minor
from commerce.web.access import public
from commerce.web.bearer import shown_order
from commerce.web.services import services
from storefront.shop.basket import browser_cart, forget_cart
from storefront.shop.codes import ToldOff, sold_off
from storefront.shop.destination import country_name
from storefront.shop.facts import StoreFacts
from storefront.shop.frame import Notice, head, shown
from storefront.shop.methods import Method, methods_for
from storefront.shop.order_help import help_with
from storefront.shop.order_journey import journey, never_left, paid_back, still_coming
from storefront.shop.order_money import payment_standing, shown_payments, shown_refunds, totals
from storefront.shop.order_outlook import (
    Outlook,
    given_up_note,
    nothing_left_words,
    outlook_of,
)
from storefront.shop.order_returns import OrderReturns, returns_shown
from storefront.shop.pickup import ReadyPickup, pickups_of
from storefront.shop.pictures import media_url
from storefront.shop.policies import stated_at
from storefront.shop.promised import arrival_words, delivery_name
from storefront.shop.shopper import shopper_token
from storefront.shop.sold_names import SoldName, names_for
from storefront.shop.tax_told import tax_of_order
from storefront.shop.value import value_names
from storefront.shop.visit import Visit, begin_visit, scope_of

_CONFLICT = 409


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as it was sold."""

    name: str
    variant: str
    told_in: str
    """The language of both names, where it is not the page's."""
    quantity: int
    unit: Money
    even: bool
    """Whether the units add up to the total; else `unit` is rounded."""
    total: Money
    off: list[ToldOff]
    """What promotions took off."""
    image: str
    given_up: str
    """Whether some of it, or all, will not come."""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What the page is made of."""

    order: OrderRow
    lines: tuple[OrderLineRow, ...]
    names: Mapping[UUID, SoldName]
    events: tuple[EventRow, ...]
    payments: tuple[PaymentRow, ...]
    value_names: Mapping[UUID, str]
    """Which gift card or credit paid or has money back, by the id of the payment or refund."""
    refunds: tuple[RefundRow, ...]
    outlook: Outlook
    methods: tuple[Method, ...]
    signed_in: bool
    has_account: bool
    """Whether who bought has an account already."""
    returns: OrderReturns
    ready: tuple[ReadyPickup, ...]
    """What lies ready for pickup, each with its code."""
    may_cancel: bool
    """Whether it is paid and nobody has begun to get it ready."""
    first_look: bool
    """Whether the browser still holds the cart of which this order was made."""


@public
def order(merchant: str, token: str) -> Response:
    """Show an order to whoever has its link."""
    return order_page(merchant, token)


def order_page(merchant: str, token: str, *, refusal: str = "") -> Response:
    """Return the page; `refusal` is why something that was just asked for cannot be done."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        found = order_by_token(connection, token=shown_order(token))
        if found is None:
            raise NotFoundError
        held = browser_cart(merchant)
        cart = cart_by_token(connection, token=held) if held else None
        lines = lines_of(connection, order_ids=[found.id])
        events = timeline_of(connection, order_id=found.id, everything=False)
        names = names_for(connection, lines, told_in=found.locale, language=visit.language)
        payments = payments_of(connection, order_id=found.id)
        refunds = refunds_of(connection, order_id=found.id)
        facts = OrderFacts(
            order=found,
            lines=lines,
            names=names,
            events=events,
            payments=payments,
            value_names=value_names(connection, payments, refunds),
            refunds=refunds,
            outlook=outlook_of(connection, found, lines=lines, events=events),
            methods=methods_for(connection, visit, currency=found.currency),
            returns=returns_shown(
                connection, visit, found, lines=lines, names=names, events=events
            ),
            ready=pickups_of(connection, visit, found),
            may_cancel=_may_cancel(connection, found, payments),
            signed_in=shopper_token(merchant) is not None,
            has_account=_has_account(connection, found),
            first_look=cart is not None and cart.order_id == found.id,
        )
    response = _shown(visit, facts, refusal)
    settled = found.state is not OrderState.AWAITING_PAYMENT
    if facts.first_look and settled:
        forget_cart(response, merchant)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _shown(visit: Visit, facts: OrderFacts, refusal: str) -> Response:
    found = facts.order
    standing = payment_standing(visit, found, payments=facts.payments, events=facts.events)
    thanks = facts.first_look and found.state in {OrderState.PLACED, OrderState.COMPLETED}
    title = _("Order %(number)s", number=found.number)
    return shown(
        "shop/order.html",
        visit,
        head(visit, title=title),
        status=_CONFLICT if refusal else 200,
        notices=(Notice(refusal, "bad"),) if refusal else (),
        order=found,
        title=_("Thank you. Your order is placed.") if thanks else title,
        thanks=thanks,
        lead=lead_words(visit, facts),
        standing=standing,
        methods=facts.methods if standing and standing.can_pay else (),
        steps=journey(
            visit,
            found,
            facts.events,
            lines=facts.lines,
            names=facts.names,
            outlook=facts.outlook,
        ),
        returns=facts.returns,
        ready=facts.ready,
        lines=[_line(visit, facts, line) for line in facts.lines],
        totals=totals(found),
        delivery_off=sold_off(
            found.delivery.get("reasons", ()), charged_delivery(found).off, visit.language
        ),
        tax=tax_of_order(found, facts.lines, visit.language),
        total=found.total,
        due=Money(found.total_minor - kept_minor(facts.payments), found.currency),
        saved=saved_by_promotions(found, facts.lines),
        address=_address(visit, found),
        place=_place(visit, facts),
        awaited=facts.outlook.awaited,
        way=delivery_name(visit.language, found.delivery),
        phone=phone_in_groups((found.ship_to or {}).get("phone")),
        may_cancel=facts.may_cancel,
        refundable=Money(sum(e.refundable.amount_minor for e in facts.payments), found.currency),
        help=help_with(visit, found, facts.outlook, ended=_ended(facts)),
        can_reorder=found.state is OrderState.CANCELLED
        and found.channel is Channel.WEB
        and visit.merchant.paused_at is None,
        kind=found.delivery.get("kind"),
        terms=stated_at(visit, PolicyKind.TERMS, found.created_at),
        offers_account=offers_account(facts),
        payments=[
            *shown_payments(facts.payments, facts.methods, facts.value_names),
            *shown_refunds(facts.refunds, facts.value_names),
        ],
    )


def _may_cancel(connection: Connection, found: OrderRow, payments: Sequence[PaymentRow]) -> bool:
    if found.state is not OrderState.PLACED:
        return False
    parts = fulfilments_of(connection, order_id=found.id)
    return may_change_mind(found, [each.state for each in parts], payments)


def offers_account(facts: OrderFacts) -> bool:
    """Return whether to offer an account to the guest who placed the order."""
    found = facts.order
    stands = found.state in {OrderState.PLACED, OrderState.COMPLETED}
    return stands and bool(found.email) and not (facts.signed_in or facts.has_account)


def _has_account(connection: Connection, found: OrderRow) -> bool:
    if found.customer_id is None:
        return False
    return get_customer(connection, customer_id=found.customer_id).has_account


def lead_words(visit: Visit, facts: OrderFacts) -> str:
    """Return the one sentence under the title."""
    found = facts.order
    if facts.ready:
        return str(_("It lies ready for you: %(store)s.", store=facts.ready[0].store))
    if found.state is OrderState.PLACED:
        return (
            _without_goods(facts)
            if _ended(facts)
            else arrival_words(visit.language, found, visit.facts.store_names)
        )
    if found.state is OrderState.COMPLETED:
        return _completed_words(visit, facts)
    if found.state is OrderState.CANCELLED:
        return _cancelled_words(facts)
    return ""


def _completed_words(visit: Visit, facts: OrderFacts) -> str:
    found = facts.order
    if _ended(facts):
        return _without_goods(facts)
    if still_coming(visit, found, facts.events):
        return arrival_words(visit.language, found, visit.facts.store_names)
    told = {
        "parcel": _("Everything was sent to you. We hope you enjoy it."),
        "service": _("Your service was delivered. Thank you for your trust."),
    }
    kind = str(found.delivery.get("kind"))
    return str(told.get(kind) or _("Everything has reached you. We hope you enjoy it."))


def _ended(facts: OrderFacts) -> bool:
    """Whether the shopper has nothing of the order, or has all the money back."""
    found, events = facts.order, facts.events
    if found.state is OrderState.PLACED:
        return not facts.outlook.awaited
    return paid_back(found, events) or never_left(found, events)


def _without_goods(facts: OrderFacts) -> str:
    """Say that nobody has to wait for anything: all the money is back, or what is of it is told."""
    if paid_back(facts.order, facts.events):
        return str(_("What you paid was given back."))
    return nothing_left_words(facts.order.delivery.get("kind"))


def _cancelled_words(facts: OrderFacts) -> str:
    """Say what becomes of the money: none was taken, it is under way, or it is back."""
    if not any(each.captured_minor for each in facts.payments):
        return str(_("This order was cancelled. Nothing was charged."))
    if facts.refunds and all(each.state == "done" for each in facts.refunds):
        return str(_("This order was cancelled, and what you paid was given back."))
    return str(_("This order was cancelled. What you paid is on its way back."))


def _line(visit: Visit, facts: OrderFacts, line: OrderLineRow) -> ShownLine:
    found, told = facts.order, facts.names[line.id]
    paid = charged_line(line, found.currency)
    return ShownLine(
        name=told.name,
        variant=told.variant,
        told_in=told.told_in if told.told_in != visit.language else "",
        quantity=line.quantity,
        unit=paid.unit,
        even=paid.even,
        total=Money(line.total_minor, found.currency),
        off=sold_off(line.reasons, paid.off, visit.language),
        image=media_url(visit.merchant.id, line.image) if line.image else "",
        given_up=given_up_note(
            found.delivery.get("kind"),
            units=facts.outlook.given_up.get(line.id, 0),
            ordered=line.quantity,
        ),
    )


def _address(visit: Visit, found: OrderRow) -> tuple[str, ...]:
    if not found.ship_to or "lines" not in found.ship_to:
        return ()
    kept = Address.from_json(found.ship_to)
    lines = postal_lines(kept, latin=visit.language != "zh")
    return (*lines, country_name(kept.country, visit.language))


def _place(visit: Visit, facts: OrderFacts) -> StoreFacts | None:
    """Return the store where the order is picked up, or was; none that would be gone to in vain."""
    found = facts.order
    handed = any(event.kind is EventKind.HANDED_OVER for event in facts.events)
    if found.delivery.get("kind") != "pickup" or not (facts.outlook.awaited or handed):
        return None
    kept = str(found.delivery.get("location_id"))
    return next((store for store in visit.facts.stores if str(store.id) == kept), None)
