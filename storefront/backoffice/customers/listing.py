"""Customers: the list, and one person with addresses, consents and orders."""

from uuid import UUID

from flask import Response, request

from commerce.customers.addresses import Address, postal_lines
from commerce.customers.queries import (
    address_book,
    consents_of,
    get_customer,
    search_customers,
)
from commerce.inventory.queries import locations
from commerce.orders.queries import orders_of_customer
from commerce.park.permissions import Permission
from commerce.park.queries.security_log import security_events_about
from commerce.payments.stored_value.queries import credit_of
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, draw, link
from storefront.backoffice.forms import typed_id
from storefront.backoffice.logged import what_happened
from storefront.backoffice.once import named_wish
from storefront.backoffice.orders.rows import shown_orders
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.value.forms import AmountForm

_MOST = 40


@needs(Permission.VIEW_CUSTOMERS)
def customers() -> Response:
    """List customers, newest first."""
    words = request.args.get("q", "").strip()[:100]
    before = typed_id(request.args.get("before"))
    with services().database.reading(current_scope()) as connection:
        found = search_customers(connection, words=words, before=before, most=_MOST + 1)
    kept = {"q": words} if words else {}
    more = len(found) > _MOST
    return draw(
        "customers/list.html",
        title=_("Customers"),
        room="customers",
        rows=found[:_MOST],
        words=words,
        next_url=link("customers", **kept, before=found[_MOST - 1].id) if more else "",
        first_url=link("customers", **kept) if before else "",
    )


@needs(Permission.VIEW_CUSTOMERS)
def customer(customer_id: UUID) -> Response:
    """Show one customer."""
    with services().database.reading(current_scope()) as connection:
        person = get_customer(connection, customer_id=customer_id)
        addresses = address_book(connection, customer_id=customer_id)
        consents = consents_of(connection, customer_id=customer_id)
        found = orders_of_customer(connection, customer_id=customer_id)
        credit = credit_of(connection, customer_id=customer_id)
        orders = shown_orders(connection, found, locations(connection))
        log = security_events_about(
            connection, merchant_id=current_merchant().id, subject=str(customer_id)
        )
    return draw(
        "customers/detail.html",
        title=_("Forgotten customer")
        if person.erased_at
        else person.name or person.email or _("Guest"),
        room="customers",
        trail=(Crumb(_("Customers"), link("customers")),),
        person=person,
        addresses=addresses,
        written=_written,
        consents=consents,
        orders=orders,
        credit=credit,
        credit_form=AmountForm(),
        wish=named_wish(),
        log=[(what_happened(each.action), each.at) for each in log],
    )


def _written(address: Address) -> tuple[str, ...]:
    """Return an address as its owner sees it: in the order of the country, or of readers abroad."""
    return postal_lines(address, latin=language() != "zh")
