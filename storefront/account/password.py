"""Choose another password; every other browser has to sign in again."""

from flask import Response, request
from flask_babel import gettext as _

from commerce.customers.rows import CustomerRow
from commerce.customers.service import hold_proof, set_password
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.park.errors import WeakPasswordError
from commerce.park.password_rules import FreshPassword
from commerce.park.service.shopper_sessions import open_shopper_session
from commerce.web.faults import say
from commerce.web.identity import shopper as demands_shopper
from commerce.web.identity.current import current_origin
from commerce.web.services import services
from storefront.account.letters import send_letter
from storefront.account.pages import done, page, visit_of
from storefront.account.proving import Refusal, prove
from storefront.shop.shopper import give_shopper_session
from storefront.shop.visit import Visit


@demands_shopper
def show_password(merchant: str) -> Response:
    """Ask for the present password and the next one."""
    return _page(*visit_of(merchant))


@demands_shopper
def change_password(merchant: str) -> Response:
    """Set the new password, end every session, and sign this browser in anew."""
    visit, person = visit_of(merchant)
    proven = prove(visit)
    if isinstance(proven, Refusal):
        return _page(visit, person, proven)
    try:
        password = FreshPassword(
            request.form.get("password", ""),
            about=(person.email or "", person.name, visit.merchant.name),
        )
    except WeakPasswordError as error:
        return _page(visit, person, Refusal("password", say(error.template, error.params)))
    mine, now = {"merchant_id": visit.merchant.id, "customer_id": person.id}, utc_now()
    with services().database.transaction(visit.scope) as session:
        hold_proof(session, proven)
        known = set_password(session, **mine, password=password, now=now)
        opened = open_shopper_session(session, **mine, origin=current_origin(), now=now)
        send_letter(
            session,
            visit,
            kind="password-changed",
            about=new_id(),
            to=known.email or "",
            subject=_("Your password at %(shop)s was changed", shop=visit.name),
            told=_("The password of your account at %(shop)s was changed.", shop=visit.name),
            advice=_(
                "If it was not you, choose a new one at once: on the sign-in page of the shop,"
                " under “Forgotten the password?”."
            ),
            place=visit.path("account", "signin"),
            deed=_("Sign in"),
        )
    response = done(visit, "password")
    give_shopper_session(response, merchant, opened)
    return response


def _page(visit: Visit, person: CustomerRow, refusal: Refusal | None = None) -> Response:
    return page(
        "password", visit, _("Change the password"), refusal=refusal, email=person.email or ""
    )
