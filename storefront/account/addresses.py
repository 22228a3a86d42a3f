"""The address book."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from commerce.customers.errors import AddressFaultError
from commerce.customers.service import add_address, remove_address
from commerce.web.faults import say
from commerce.web.identity import shopper as demands_shopper
from commerce.web.services import services
from storefront.account.gate import shopper
from storefront.shop.contact import contact_form, typed_address
from storefront.shop.frame import head, shown
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEE_OTHER = 303
_UNPROCESSABLE = 422


@demands_shopper
def show_new_address(merchant: str) -> Response:
    """Ask for an address by the format of the country in question."""
    visit = _visit(merchant)
    return _page(visit, {"country": request.args.get("country", visit.destination.country)}, {})


@demands_shopper
def add_to_book(merchant: str) -> Response:
    """Keep an address; faults stand beside their fields, and what was typed stays."""
    visit = _visit(merchant)
    typed = {name: value.strip() for name, value in request.form.items()}
    if typed.get("do") == "country":
        return _page(visit, typed, {})
    try:
        with services().database.transaction(visit.scope) as session:
            add_address(
                session,
                merchant_id=visit.merchant.id,
                customer_id=shopper().customer_id,
                address=typed_address(typed, _country(visit, typed)),
                language=visit.language,
                usual="usual" in typed,
            )
    except AddressFaultError as error:
        faults = {
            problem.pointer.removeprefix("/"): say(problem.template, problem.params)
            for problem in error.problems
        }
        return _page(visit, typed, faults)
    return make_response(redirect(visit.path("account"), _SEE_OTHER))


@demands_shopper
def remove_from_book(merchant: str, address: UUID) -> Response:
    """Forget an address."""
    visit = _visit(merchant)
    with services().database.transaction(visit.scope) as session:
        remove_address(
            session,
            merchant_id=visit.merchant.id,
            customer_id=shopper().customer_id,
            address_id=address,
        )
    return make_response(redirect(visit.path("account"), _SEE_OTHER))


def _country(visit: Visit, typed: Mapping[str, str]) -> str:
    served = {code for code, _name in visit.facts.countries}
    wanted = typed.get("country", "")
    return wanted if wanted in served else visit.destination.country


def _page(visit: Visit, typed: Mapping[str, str], faults: Mapping[str, str]) -> Response:
    title = _("A new address")
    country = _country(visit, typed)
    return shown(
        "account/address.html",
        visit,
        head(visit, title=_("Error: %(title)s", title=title) if faults else title),
        status=_UNPROCESSABLE if faults else 200,
        title=title,
        country=country,
        form=contact_form(country, language=visit.language, typed=typed),
        typed=typed,
        faults=faults,
        summary=[{"field": name, "message": said} for name, said in faults.items()],
    )


def _visit(merchant: str) -> Visit:
    with services().database.reading(scope_of(merchant)) as connection:
        return begin_visit(connection, merchant)
