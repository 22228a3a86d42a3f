"""What a shopper says about themselves: name, telephone, language."""

from collections.abc import Mapping

from flask import Response, request
from flask_babel import gettext as _

from commerce.customers.errors import PhoneNumberError
from commerce.customers.phones import phone_in_groups
from commerce.customers.service import change_customer
from commerce.web.faults import say
from commerce.web.identity import shopper as demands_shopper
from commerce.web.services import services
from storefront.account.gate import shopper
from storefront.account.pages import done, page, visit_of
from storefront.account.proving import Refusal
from storefront.shop.visit import Visit


@demands_shopper
def show_details(merchant: str) -> Response:
    """Show what the shop calls the person, and in which language it writes."""
    visit, person = visit_of(merchant)
    phone = phone_in_groups(person.phone)
    return _page(visit, {"name": person.name, "phone": phone, "locale": person.locale})


@demands_shopper
def change_details(merchant: str) -> Response:
    """Keep what was typed; it stays where a telephone number is none."""
    visit, _person = visit_of(merchant)
    typed = {name: request.form.get(name, "").strip() for name in ("name", "phone", "locale")}
    try:
        with services().database.transaction(visit.scope) as session:
            change_customer(
                session,
                merchant_id=visit.merchant.id,
                customer_id=shopper().customer_id,
                name=typed["name"],
                phone=typed["phone"] or None,
                locale=typed["locale"],
                country=visit.destination.country,
            )
    except PhoneNumberError as error:
        return _page(visit, typed, Refusal("phone", say(error.template, error.params)))
    return done(visit, "details")


def _page(visit: Visit, typed: Mapping[str, str], refusal: Refusal | None = None) -> Response:
    return page("details", visit, _("Name and language"), refusal=refusal, typed=typed)
