"""Open an account or choose a new password: both by a link that only the mailbox's owner can read."""

from uuid import UUID

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from commerce.customers.emails import email_typed
from commerce.customers.errors import (
    AccountExistsError,
    AccountLinkSpentError,
    UnknownCustomerError,
)
from commerce.customers.queries import customer_by_email
from commerce.customers.rows import LinkPurpose
from commerce.customers.service import (
    account_link_is_good,
    issue_account_link,
    redeem_account_link,
    remember_customer,
)
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import NotFoundError
from commerce.kernel.mail import MailAddressError
from commerce.orders.queries import order_by_token
from commerce.park.errors import WeakPasswordError
from commerce.park.password_rules import FreshPassword
from commerce.park.service.shopper_sessions import open_shopper_session
from commerce.park.service.throttle import claim_attempt
from commerce.web.access import public
from commerce.web.bearer import shown_order
from commerce.web.faults import say
from commerce.web.formats import hour
from commerce.web.identity.current import current_origin
from commerce.web.services import services
from storefront.account.first_address import keep_address_of_orders
from storefront.account.letters import send_letter
from storefront.account.limits import letter_limits
from storefront.shop.frame import head, shown
from storefront.shop.shopper import give_shopper_session
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEE_OTHER = 303
_UNPROCESSABLE = 422
_TOO_MANY = 429


@public
def show_open(merchant: str) -> Response:
    """Ask for the address to which the link is sent."""
    return _ask(_visit(merchant), LinkPurpose.OPEN, email=request.args.get("email", ""))


@public
def show_forgotten(merchant: str) -> Response:
    """Ask for the address of the account."""
    return _ask(_visit(merchant), LinkPurpose.RESET)


@public
def send_open_link(merchant: str) -> Response:
    """Mail the link that opens an account; who has one gets the link for a new password."""
    return _send(merchant, LinkPurpose.OPEN)


@public
def send_reset_link(merchant: str) -> Response:
    """Mail the link for a new password, if there is an account; the answer never says so."""
    return _send(merchant, LinkPurpose.RESET)


@public
def show_link(merchant: str, token: str) -> Response:
    """Ask for a password, if the link still works."""
    visit = _visit(merchant)
    with services().database.transaction(visit.scope) as session:
        person = account_link_is_good(
            session, merchant_id=visit.merchant.id, token=token, now=utc_now()
        )
    if person is None:
        raise AccountLinkSpentError
    return _choose(visit, person.email or "")


@public
def use_link(merchant: str, token: str) -> Response:
    """Set the password and sign in at once.

    Raises:
        AccountLinkSpentError: the link works no longer.
    """
    visit = _visit(merchant)
    clear, now = request.form.get("password", ""), utc_now()
    with services().database.transaction(visit.scope) as session:
        known = account_link_is_good(session, merchant_id=visit.merchant.id, token=token, now=now)
    if known is None:
        raise AccountLinkSpentError
    try:
        password = FreshPassword(clear, about=(known.email or "", known.name, visit.merchant.name))
    except WeakPasswordError as error:
        return _choose(visit, known.email or "", fault=say(error.template, error.params))
    with services().database.transaction(visit.scope) as session:
        person = redeem_account_link(
            session, merchant_id=visit.merchant.id, token=token, password=password, now=now
        )
        keep_address_of_orders(session, visit, person)
        opened = open_shopper_session(
            session,
            merchant_id=visit.merchant.id,
            customer_id=person.id,
            origin=current_origin(),
            now=now,
        )
    response = make_response(redirect(visit.path("account"), _SEE_OTHER))
    give_shopper_session(response, merchant, opened)
    return response


@public
def send_link_for_order(merchant: str, token: str) -> Response:
    """Mail the link that opens an account to the address of a guest's order.

    Whoever holds the order's link may ask for it and never reads the address.

    Raises:
        NotFoundError: there is no such order, or it was given no address.
    """
    visit = _visit(merchant)
    with services().database.reading(visit.scope) as connection:
        order = order_by_token(connection, token=shown_order(token))
    if order is None or not order.email:
        raise NotFoundError
    fault = _mail_within_limits(visit, order.email, LinkPurpose.OPEN)
    if fault:
        return _ask(visit, LinkPurpose.OPEN, fault=fault, status=_TOO_MANY)
    return _sent(visit, "", LinkPurpose.OPEN)


def _send(merchant: str, purpose: LinkPurpose) -> Response:
    visit = _visit(merchant)
    email = request.form.get("email", "").strip()
    try:
        email = email_typed(email)
    except MailAddressError:
        fault = _("Enter an e-mail address, such as name@example.com.")
        return _ask(visit, purpose, email=email, fault=fault, status=_UNPROCESSABLE)
    fault = _mail_within_limits(visit, email, purpose)
    if fault:
        return _ask(visit, purpose, email=email, fault=fault, status=_TOO_MANY)
    return _sent(visit, email, purpose)


def _mail_within_limits(visit: Visit, email: str, purpose: LinkPurpose) -> str:
    """Mail the letter that fits; return what to say instead when there were too many."""
    limits = letter_limits(visit, email)
    with services().database.transaction(Scope.park()) as session:
        wait = claim_attempt(session, limits=limits, now=utc_now())
    if wait is not None:
        return str(_("Too many tries. Try again after %(hour)s.", hour=hour(wait)))
    with services().database.transaction(visit.scope) as session:
        _mail(session, visit, email, purpose)
    return ""


def _sent(visit: Visit, email: str, purpose: LinkPurpose) -> Response:
    return shown(
        "account/sent.html",
        visit,
        head(visit, title=_("Look into your mailbox")),
        email=email,
        opens=purpose is LinkPurpose.OPEN,
    )


def _mail(session: Session, visit: Visit, email: str, purpose: LinkPurpose) -> None:
    """Queue the letter that fits: whoever asks learns nothing about who has an account."""
    if purpose is LinkPurpose.RESET:
        known = customer_by_email(session, email=email)
        person_id = known.id if known is not None and known.has_account else None
    else:
        person_id = remember_customer(
            session, merchant_id=visit.merchant.id, email=email, locale=visit.language
        ).id
    if person_id is None:
        return
    try:
        _issue(session, visit, person_id, purpose)
    except AccountExistsError:
        _issue(session, visit, person_id, LinkPurpose.RESET)
    except UnknownCustomerError:
        return


def _issue(session: Session, visit: Visit, person_id: UUID, purpose: LinkPurpose) -> None:
    link = issue_account_link(
        session,
        merchant_id=visit.merchant.id,
        customer_id=person_id,
        purpose=purpose,
        now=utc_now(),
    )
    subjects = {
        LinkPurpose.OPEN: _("Open your account at %(shop)s", shop=visit.name),
        LinkPurpose.RESET: _("Choose a new password for %(shop)s", shop=visit.name),
    }
    told = {
        LinkPurpose.OPEN: _(
            "Open this link to choose a password for your account at %(shop)s. It works once and for"
            " seven days.",
            shop=visit.name,
        ),
        LinkPurpose.RESET: _(
            "Open this link to choose a new password for your account at %(shop)s. It works once and"
            " for thirty minutes.",
            shop=visit.name,
        ),
    }
    send_letter(
        session,
        visit,
        kind=str(purpose),
        about=link.id,
        to=link.email,
        subject=subjects[purpose],
        told=told[purpose],
        advice=_(
            "If you did not ask for this, leave this letter alone: nothing changes without the link."
        ),
        secret=visit.path("account", "link", link.token),
        deed=_("Choose a password"),
    )


def _visit(merchant: str) -> Visit:
    with services().database.reading(scope_of(merchant)) as connection:
        return begin_visit(connection, merchant)


def _ask(
    visit: Visit, purpose: LinkPurpose, *, email: str = "", fault: str = "", status: int = 200
) -> Response:
    opens = purpose is LinkPurpose.OPEN
    title = _("Open an account") if opens else _("Choose a new password")
    return shown(
        "account/ask.html",
        visit,
        head(visit, title=_("Error: %(title)s", title=title) if fault else title),
        status=status,
        title=title,
        opens=opens,
        email=email,
        fault=fault,
        summary=[{"field": "email", "message": fault}] if fault else [],
    )


def _choose(visit: Visit, email: str, *, fault: str = "") -> Response:
    title = _("Choose a password")
    return shown(
        "account/choose.html",
        visit,
        head(visit, title=_("Error: %(title)s", title=title) if fault else title),
        status=_UNPROCESSABLE if fault else 200,
        title=title,
        email=email,
        fault=fault,
        summary=[{"field": "password", "message": fault}] if fault else [],
    )
