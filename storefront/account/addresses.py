"""The address book."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from commerce.customers.addresses import postal_lines
from commerce.customers.errors import AddressFaultError, UnknownAddressError
from commerce.customers.queries import address_book
from commerce.customers.rows import AddressBookEntry
from commerce.customers.service import (
    add_address,
    change_address,
    choose_usual_address,
    remove_address,
)
from commerce.web.faults import say
from commerce.web.identity import shopper as demands_shopper
from commerce.web.services import services
from storefront.account.gate import shopper
from storefront.account.pages import done, page
from storefront.shop.contact import (
    contact_form,
    settle_places,
    summary_of,
    typed_address,
    typed_from,
)
from storefront.shop.destination import country_name
from storefront.shop.frame import head, shown
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEE_OTHER = 303
_UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Slip:
    """The form of one address: where it is sent, and which entry it changes, if any."""

    title: str
    action: str
    entry: AddressBookEntry | None = None


@demands_shopper
def show_new_address(merchant: str) -> Response:
    """Ask for an address by the format of the country in question."""
    visit = _visit(merchant)
    typed = {"country": request.args.get("country", visit.destination.country)}
    return _page(visit, _new(visit), typed, {})


@demands_shopper
def add_to_book(merchant: str) -> Response:
    """Keep an address; faults stand beside their fields, and what was typed stays."""
    visit = _visit(merchant)
    return _written(visit, _new(visit))


@demands_shopper
def show_address(merchant: str, address: UUID) -> Response:
    """Show an address of the book to be changed."""
    visit = _visit(merchant)
    entry = _entry(visit, address)
    kept = entry.address
    typed = {**typed_from(kept.as_json()), "country": kept.country}
    return _page(visit, _slip(visit, entry), typed, {})


@demands_shopper
def change_in_book(merchant: str, address: UUID) -> Response:
    """Replace an address of the book."""
    visit = _visit(merchant)
    return _written(visit, _slip(visit, _entry(visit, address)))


@demands_shopper
def make_usual(merchant: str, address: UUID) -> Response:
    """Let forms be filled with this address."""
    visit = _visit(merchant)
    with services().database.transaction(visit.scope) as session:
        choose_usual_address(
            session,
            merchant_id=visit.merchant.id,
            customer_id=shopper().customer_id,
            address_id=address,
        )
    return make_response(redirect(visit.path("account"), _SEE_OTHER))


def _written(visit: Visit, slip: Slip) -> Response:
    """Keep what was typed, or show it again with what is wrong."""
    typed = {name: value.strip() for name, value in request.form.items()}
    country = _country(visit, slip, typed)
    typed = settle_places(typed, country)
    if typed.get("do") == "recount" or country != typed.get("was_country", country):
        return _page(visit, slip, typed, {})
    try:
        with services().database.transaction(visit.scope) as session:
            _keep(session, visit, slip, typed)
    except AddressFaultError as error:
        faults = {
            problem.pointer.removeprefix("/"): say(problem.template, problem.params)
            for problem in error.problems
        }
        return _page(visit, slip, typed, faults)
    return make_response(redirect(visit.path("account"), _SEE_OTHER))


def _keep(session: Session, visit: Visit, slip: Slip, typed: Mapping[str, str]) -> None:
    mine = {"merchant_id": visit.merchant.id, "customer_id": shopper().customer_id}
    address = typed_address(typed, _country(visit, slip, typed))
    if slip.entry is None:
        usual = "usual" in typed
        add_address(session, **mine, address=address, language=visit.language, usual=usual)
        return
    change_address(
        session,
        **mine,
        address_id=slip.entry.id,
        address=address,
        language=visit.language,
        usual=slip.entry.is_default or "usual" in typed,
    )


@demands_shopper
def show_removal(merchant: str, address: UUID) -> Response:
    """Ask before an address is forgotten: it cannot be put back."""
    visit = _visit(merchant)
    kept = _entry(visit, address).address
    lines = postal_lines(kept, latin=visit.language != "zh")
    return page(
        "remove_address",
        visit,
        _("Remove this address?"),
        lines=(*lines, country_name(kept.country, visit.language)),
    )


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
    return done(visit, "address-removed")


def _new(visit: Visit) -> Slip:
    return Slip(_("A new address"), visit.path("account", "addresses"))


def _slip(visit: Visit, entry: AddressBookEntry) -> Slip:
    action = visit.path("account", "addresses", str(entry.id))
    return Slip(_("Change the address"), action, entry)


def _entry(visit: Visit, address: UUID) -> AddressBookEntry:
    """Return an address of the shopper's own book.

    Raises:
        UnknownAddressError: there is none.
    """
    with services().database.reading(visit.scope) as connection:
        book = address_book(connection, customer_id=shopper().customer_id)
    found = next((entry for entry in book if entry.id == address), None)
    if found is None:
        raise UnknownAddressError
    return found


def _country(visit: Visit, slip: Slip, typed: Mapping[str, str]) -> str:
    """Return the country that was chosen: one that the shop serves, or the one the address has."""
    served = {code for code, _name in visit.facts.countries}
    wanted = typed.get("country", "")
    if slip.entry is not None and wanted == slip.entry.address.country:
        return wanted
    return wanted if wanted in served else visit.destination.country


def _page(
    visit: Visit, slip: Slip, typed: Mapping[str, str], faults: Mapping[str, str]
) -> Response:
    country = _country(visit, slip, typed)
    countries = visit.facts.countries
    if country not in {code for code, _name in countries}:
        countries = ((country, country_name(country, visit.language)), *countries)
    title = slip.title
    form = contact_form(country, language=visit.language, typed=typed)
    return shown(
        "account/address.html",
        visit,
        head(visit, title=_("Error: %(title)s", title=title) if faults else title),
        status=_UNPROCESSABLE if faults else 200,
        slip=slip,
        country=country,
        countries=countries,
        form=form,
        typed=typed,
        faults=faults,
        summary=summary_of(faults, form),
    )


def _visit(merchant: str) -> Visit:
    with services().database.reading(scope_of(merchant)) as connection:
        return begin_visit(connection, merchant)
