"""The account's one page: orders, addresses, sign out."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.customers.addresses import postal_lines
from commerce.customers.queries import address_book, get_customer
from commerce.customers.rows import AddressBookEntry, CustomerRow
from commerce.kernel.channel import Channel
from commerce.kernel.money import Money
from commerce.orders.queries import OrderFilter, list_orders, orders_of_customer
from commerce.orders.rows import OrderRow, OrderState
from commerce.web.identity import shopper as demands_shopper
from commerce.web.services import services
from storefront.account.gate import shopper
from storefront.shop.destination import country_name
from storefront.shop.frame import Notice, head, shown
from storefront.shop.visit import Visit, begin_visit, scope_of


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order as the history lists it."""

    number: str
    url: str
    at: datetime
    state: str
    kind: str
    total: Money


@dataclass(frozen=True, slots=True)
class KeptAddress:
    """An address as the book shows it."""

    lines: tuple[str, ...]
    is_default: bool
    url: str


@demands_shopper
def overview(merchant: str) -> Response:
    """Show what the shop knows of a shopper."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        person = get_customer(connection, customer_id=shopper().customer_id)
        orders = history(connection, person)
        book = address_book(connection, customer_id=person.id)
    return shown(
        "account/overview.html",
        visit,
        head(visit, title=_("Your account")),
        notices=_done(request.args.get("done", "")),
        person=person,
        orders=[_past(visit, each) for each in orders],
        addresses=[_kept(visit, each) for each in book],
    )


def _done(what: str) -> tuple[Notice, ...]:
    """Say what a page of the account has just done."""
    told = {
        "details": _("Your details are saved."),
        "password": _("Your new password is set. Every other browser has to sign in again."),
        "email-sent": _(
            "A link is on its way to the new address. Until you open it, your present address counts."
        ),
        "email": _("Your account has its new e-mail address."),
        "devices": _("Every other browser is signed out."),
    }.get(what)
    return (Notice(told, "good"),) if told else ()


def history(connection: Connection, person: CustomerRow) -> list[OrderRow]:
    """Return a person's orders, newest first, with those placed as a guest.

    The account was opened by mail to this address, so its guest orders are the person's own. What
    was begun at a till and given up was never an order of anybody.
    """
    found = {each.id: each for each in orders_of_customer(connection, customer_id=person.id)}
    if person.email:
        alike = list_orders(connection, narrowed=OrderFilter(words=person.email))
        own = [each for each in alike if each.email.casefold() == person.email.casefold()]
        found |= {each.id: each for each in own if each.state is not OrderState.AWAITING_PAYMENT}
    told = (each for each in found.values() if each.channel is not Channel.TILL or each.placed_at)
    return sorted(told, key=lambda each: each.id, reverse=True)


def _past(visit: Visit, each: OrderRow) -> PastOrder:
    states = {
        OrderState.PLACED: (_("in progress"), "wait"),
        OrderState.COMPLETED: (_("completed"), "good"),
        OrderState.CANCELLED: (_("cancelled"), "bad"),
    }
    state, kind = states.get(each.state, (_("waiting for payment"), "wait"))
    return PastOrder(
        number=each.number,
        url=visit.order_path(each.id),
        at=each.placed_at or each.created_at,
        state=state,
        kind=kind,
        total=each.total,
    )


def _kept(visit: Visit, entry: AddressBookEntry) -> KeptAddress:
    kept = entry.address
    lines = postal_lines(kept, latin=visit.language != "zh")
    return KeptAddress(
        lines=(*lines, country_name(kept.country, visit.language)),
        is_default=entry.is_default,
        url=visit.path("account", "addresses", str(entry.id)),
    )
