"""Close the account: says before what goes and what stays, and waits for orders under way."""

from dataclasses import dataclass

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from commerce.checkout.errors import OpenOrdersError
from commerce.customers.rows import CustomerRow
from commerce.customers.service import hold_proof
from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.orders.forget import open_orders_of
from commerce.payments.stored_value.queries import credit_of
from commerce.web.access import public
from commerce.web.identity import shopper as demands_shopper
from commerce.web.people import forget_person
from commerce.web.services import services
from storefront.account.overview import history
from storefront.account.pages import page, visit_of
from storefront.account.proving import Refusal, prove
from storefront.shop.frame import head, shown
from storefront.shop.shopper import take_shopper_session
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEE_OTHER = 303
_CONFLICT = 409


@dataclass(frozen=True, slots=True)
class OrderUnderWay:
    """An order that has to end first; without a page where it was placed by a guest and not paid."""

    number: str
    url: str


@demands_shopper
def show_close(merchant: str) -> Response:
    """Say what goes, what stays and why, and which orders stand in the way."""
    return _page(*visit_of(merchant))


@demands_shopper
def close_account(merchant: str) -> Response:
    """Forget the person as the desk would, and end every session."""
    visit, person = visit_of(merchant)
    if _credit_left(visit, person) and "give_up" not in request.form:
        told = _("Tick that your store credit ends, or spend it first.")
        return _page(visit, person, Refusal("give_up", str(told)))
    proven = prove(visit)
    if isinstance(proven, Refusal):
        return _page(visit, person, proven)
    try:
        with services().database.transaction(visit.scope) as session:
            hold_proof(session, proven)
            forget_person(
                session,
                merchant_id=visit.merchant.id,
                customer_id=person.id,
                actor_id=None,
                now=utc_now(),
            )
    except OpenOrdersError:
        told = _("Orders are still under way. You can close the account once they have ended.")
        return _page(visit, person, Refusal("", told, _CONFLICT))
    response = make_response(redirect(visit.path("account", "closed"), _SEE_OTHER))
    take_shopper_session(response, merchant)
    return response


@public
def show_closed(merchant: str) -> Response:
    """Say that it is done."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
    return shown("account/closed.html", visit, head(visit, title=_("Your account is closed")))


def _credit_left(visit: Visit, person: CustomerRow) -> list[Money]:
    """Return the credit that would end with the account, in each of its currencies."""
    with services().database.reading(visit.scope) as connection:
        own = credit_of(connection, customer_id=person.id)
    return [each.balance for each in own if each.balance]


def _page(visit: Visit, person: CustomerRow, refusal: Refusal | None = None) -> Response:
    with services().database.reading(visit.scope) as connection:
        numbers = open_orders_of(
            connection, customer_id=person.id, email=(person.email or "").lower()
        )
        own = history(connection, person) if numbers else []
    known = {each.number: visit.order_path(each.id) for each in own}
    return page(
        "close",
        visit,
        _("Close the account"),
        refusal=refusal,
        email=person.email or "",
        credit=_credit_left(visit, person),
        open_orders=[OrderUnderWay(number, known.get(number, "")) for number in numbers.values()],
    )
