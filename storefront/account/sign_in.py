"""Sign in with e-mail and password, and sign out."""

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from commerce.customers.service import (
    begin_shopper_sign_in,
    check_shopper_password,
    finish_shopper_sign_in,
)
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.service.shopper_sessions import revoke_shopper_sessions
from commerce.web.access import public
from commerce.web.formats import hour
from commerce.web.identity import shopper as demands_shopper
from commerce.web.identity.current import current_origin
from commerce.web.services import services
from storefront.account.gate import LINK_OF_ACCOUNT, shopper
from storefront.account.welcome import welcome
from storefront.shop.frame import Notice, head, shown
from storefront.shop.shopper import give_shopper_session, take_shopper_session
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEE_OTHER = 303
_UNPROCESSABLE = 422
_TOO_MANY = 429


@public
def show_sign_in(merchant: str) -> Response:
    """Ask for e-mail and password."""
    return _page(_visit(merchant))


@public
def sign_in(merchant: str) -> Response:
    """Check the password; a wrong name and a wrong password get the same answer."""
    visit = _visit(merchant)
    database, origin, now = services().database, current_origin(), utc_now()
    email = request.form.get("email", "").strip()
    with database.transaction(Scope.park()) as session:
        attempt = begin_shopper_sign_in(
            session, merchant_id=visit.merchant.id, email=email, origin=origin, now=now
        )
    proof = check_shopper_password(attempt, request.form.get("password", ""))
    with database.transaction(Scope.park()) as session:
        opened = finish_shopper_sign_in(
            session, attempt=attempt, proof=proof, origin=origin, now=now
        )
    if opened is None and attempt.wait_until is not None:
        wait = _("Too many tries. Try again after %(hour)s.", hour=hour(attempt.wait_until))
        return _page(visit, email=email, fault=wait, status=_TOO_MANY)
    if opened is None:
        fault = _("E-mail and password do not belong together. Check both and try again.")
        return _page(visit, email=email, fault=fault, status=_UNPROCESSABLE)
    response = make_response(redirect(_onward(visit), _SEE_OTHER))
    give_shopper_session(response, merchant, opened)
    if attempt.customer_id is not None:
        welcome(response, visit, customer_id=attempt.customer_id, session_id=opened.id)
    return response


def _onward(visit: Visit) -> str:
    """Return where the shopper was going: to the checkout, to a link of theirs, or to the account."""
    to = request.args.get("to", "")
    if to == "checkout":
        return visit.path("checkout")
    return visit.path("account", to) if LINK_OF_ACCOUNT.fullmatch(to) else visit.path("account")


@demands_shopper
def sign_out(merchant: str) -> Response:
    """End this browser's session."""
    visit = _visit(merchant)
    here = shopper()
    with services().database.transaction(visit.scope) as session:
        revoke_shopper_sessions(
            session,
            merchant_id=visit.merchant.id,
            customer_id=here.customer_id,
            now=utc_now(),
            only=here.session_id,
        )
    response = make_response(redirect(f"{visit.root}/", _SEE_OTHER))
    take_shopper_session(response, merchant)
    return response


def _visit(merchant: str) -> Visit:
    with services().database.reading(scope_of(merchant)) as connection:
        return begin_visit(connection, merchant)


def _page(visit: Visit, *, email: str = "", fault: str = "", status: int = 200) -> Response:
    title = _("Sign in")
    done = request.args.get("done") == "everywhere" and request.method == "GET"
    return shown(
        "account/sign_in.html",
        visit,
        head(visit, title=_("Error: %(title)s", title=title) if fault else title),
        status=status,
        notices=(Notice(_("You are signed out in every browser."), "good"),) if done else (),
        confirming=bool(LINK_OF_ACCOUNT.fullmatch(request.args.get("to", ""))),
        email=email,
        fault=fault,
        summary=[{"field": "email", "message": fault}] if fault else [],
    )
