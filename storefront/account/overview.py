"""The account's one page: orders, addresses, sign out."""

from dataclasses import dataclass

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.customers.addresses import postal_lines
from commerce.customers.phones import phone_in_groups
from commerce.customers.queries import address_book, get_customer, pending_email
from commerce.customers.rows import AddressBookEntry, CustomerRow
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.orders.queries import OrderFilter, list_orders, orders_of_customer
from commerce.orders.rows import OrderRow, OrderState
from commerce.payments.stored_value.queries import credit_of, entries_of
from commerce.payments.stored_value.rows import ValueEntryKind
from commerce.web.identity import shopper as demands_shopper
from commerce.web.services import services
from storefront.account.gate import shopper
from storefront.account.past_orders import past_orders
from storefront.shop.destination import country_name
from storefront.shop.frame import Notice, head, shown
from storefront.shop.visit import Visit, begin_visit, scope_of

_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class KeptAddress:
    """An address as the book shows it."""

    lines: tuple[str, ...]
    phone: str
    is_default: bool
    url: str


def value_words() -> dict[ValueEntryKind, str]:
    """Return why a shopper's credit changed, in the page's language."""
    return {
        ValueEntryKind.GRANTED: _("Given by the shop"),
        ValueEntryKind.REDEEMED: _("Spent"),
        ValueEntryKind.REFUNDED: _("Refund"),
        ValueEntryKind.ADJUSTED: _("Corrected"),
        ValueEntryKind.EXPIRED: _("Expired"),
    }


@demands_shopper
def overview(merchant: str) -> Response:
    """Show what the shop knows of a shopper."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        person = get_customer(connection, customer_id=shopper().customer_id)
        orders = past_orders(connection, visit, history(connection, person))
        waiting = pending_email(connection, customer_id=person.id, now=utc_now())
        book = address_book(connection, customer_id=person.id)
        credit = [
            (each, entries_of(connection, account_id=each.id, most=_MOST_TOLD))
            for each in credit_of(connection, customer_id=person.id)
        ]
    return shown(
        "account/overview.html",
        visit,
        head(visit, title=_("Your account")),
        notices=_done(request.args.get("done", "")),
        person=person,
        waiting=waiting,
        orders=orders,
        credit=credit,
        happened=value_words(),
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
        "email-kept": _("Taken back. Your e-mail address stays as it is."),
        "devices": _("Every other browser is signed out."),
        "address-removed": _("The address is removed."),
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


def _kept(visit: Visit, entry: AddressBookEntry) -> KeptAddress:
    kept = entry.address
    lines = postal_lines(kept, latin=visit.language != "zh")
    return KeptAddress(
        lines=(*lines, country_name(kept.country, visit.language)),
        phone=phone_in_groups(kept.phone),
        is_default=entry.is_default,
        url=visit.path("account", "addresses", str(entry.id)),
    )
