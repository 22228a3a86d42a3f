"""What follows a sign-in: the shop turns to the usual address, and an unknown browser is told of."""

from uuid import UUID

from flask import Response
from flask_babel import gettext as _

from commerce.customers.queries import address_book, get_customer
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.service.shopper_sessions import browsers_before
from commerce.park.service.throttle import Limit, claim_attempt
from commerce.web.identity.browsers import browser_name
from commerce.web.identity.current import current_origin
from commerce.web.services import services
from storefront.account.letters import send_letter
from storefront.shop.basket import browser_cart
from storefront.shop.destination import fitting, has_chosen, keep_destination, local_currency
from storefront.shop.visit import Visit

_LETTERS = 3


def welcome(response: Response, visit: Visit, *, customer_id: UUID, session_id: UUID) -> None:
    """Let prices and deliveries be those of the usual address; write of a browser that is new."""
    _turn_home(response, visit, customer_id)
    if _is_new(visit, customer_id, session_id) and _may_write(visit, customer_id):
        _write(visit, customer_id, session_id)


def _turn_home(response: Response, visit: Visit, customer_id: UUID) -> None:
    """Keep the usual address's country as if chosen, unless another was, or a cart has its own."""
    if has_chosen() or browser_cart(visit.merchant.slug):
        return
    with services().database.reading(visit.scope) as connection:
        book = address_book(connection, customer_id=customer_id)
    usual = next((entry.address.country for entry in book if entry.is_default), None)
    if usual is None or usual not in {code for code, _name in visit.facts.countries}:
        return
    currency = local_currency(usual, visit.facts.currencies) or visit.destination.currency
    there = fitting(visit.merchant, visit.facts, country=usual, currency=currency)
    keep_destination(response, there)


def _is_new(visit: Visit, customer_id: UUID, session_id: UUID) -> bool:
    """Return whether no browser of this kind ever signed in; the first of an account is no news."""
    with services().database.reading(visit.scope) as connection:
        before = browsers_before(
            connection,
            merchant_id=visit.merchant.id,
            customer_id=customer_id,
            session_id=session_id,
        )
    known = {browser_name(each) for each in before}
    return bool(known) and browser_name(current_origin().user_agent) not in known


def _may_write(visit: Visit, customer_id: UUID) -> bool:
    """Count a letter: whoever plays with the name of a browser fills no mailbox."""
    limit = Limit.of("new-browser", f"{visit.merchant.id} {customer_id}", allowed=_LETTERS)
    with services().database.transaction(Scope.park()) as session:
        return claim_attempt(session, limits=(limit,), now=utc_now()) is None


def _write(visit: Visit, customer_id: UUID, session_id: UUID) -> None:
    browser = browser_name(current_origin().user_agent)
    with services().database.transaction(visit.scope) as session:
        person = get_customer(session.connection(), customer_id=customer_id)
        send_letter(
            session,
            visit,
            kind="new-browser",
            about=session_id,
            to=person.email or "",
            subject=_("A new sign-in to your account at %(shop)s", shop=visit.name),
            told=_(
                "Somebody signed in to your account at %(shop)s with a browser that it has not seen"
                " before: %(browser)s. If it was you, all is well.",
                shop=visit.name,
                browser=browser,
            ),
            advice=_(
                "If it was not you, choose a new password at once: on the sign-in page of the shop,"
                " under “Forgotten the password?”. That signs out every other browser."
            ),
            place=visit.path("account", "signin"),
            deed=_("Sign in"),
        )
