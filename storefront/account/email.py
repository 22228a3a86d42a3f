"""Move the account to another e-mail address; until that is confirmed the old one counts."""

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from commerce.checkout.service import readdress_customer
from commerce.customers.emails import email_key
from commerce.customers.errors import AccountLinkSpentError, SameEmailError
from commerce.customers.queries import customer_by_email, email_link_is_good, pending_email
from commerce.customers.rows import AccountLinkIssued, CustomerRow
from commerce.customers.service import hold_proof, issue_email_link, withdraw_email_link
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.mail import MailAddressError
from commerce.park.service.throttle import claim_attempt
from commerce.web.faults import say
from commerce.web.formats import hour
from commerce.web.identity import shopper as demands_shopper
from commerce.web.services import services
from storefront.account.letters import send_letter
from storefront.account.limits import letter_limits
from storefront.account.pages import done, page, visit_of
from storefront.account.proving import Refusal, prove
from storefront.shop.visit import Visit

_TOO_MANY = 429


@demands_shopper
def show_email(merchant: str) -> Response:
    """Ask for the new address and the password."""
    return _page(*visit_of(merchant))


@demands_shopper
def ask_for_email(merchant: str) -> Response:
    """Mail the link to the new address and a notice to the old; the answer tells of nobody else.

    What was asked can be taken back, for which nobody has to prove anything.
    """
    visit, person = visit_of(merchant)
    if request.form.get("do") == "withdraw":
        with services().database.transaction(visit.scope) as session:
            withdraw_email_link(session, merchant_id=visit.merchant.id, customer_id=person.id)
        return done(visit, "email-kept")
    email = request.form.get("email", "").strip()
    refusal = _refused(visit, person, email)
    if refusal is not None:
        return _page(visit, person, refusal, email=email)
    return done(visit, "email-sent")


@demands_shopper
def show_email_link(merchant: str, token: str) -> Response:
    """Ask for the last click: programs that look through letters open links, too.

    Raises:
        AccountLinkSpentError: the link works no longer, or is not of this account.
    """
    visit, person = visit_of(merchant)
    with services().database.reading(visit.scope) as connection:
        email = email_link_is_good(connection, customer_id=person.id, token=token, now=utc_now())
    if email is None:
        raise AccountLinkSpentError
    title = _("Confirm your new e-mail address")
    return page("email_link", visit, title, email=email, former=person.email)


@demands_shopper
def use_email_link(merchant: str, token: str) -> Response:
    """Move the account, and tell the address that was left.

    Raises:
        AccountLinkSpentError: the link works no longer, or is not of this account.
        AccountExistsError: an account with that address was opened first.
    """
    visit, person = visit_of(merchant)
    services().database.run(visit.scope, lambda session: _move(session, visit, person, token))
    return done(visit, "email")


def _move(session: Session, visit: Visit, person: CustomerRow, token: str) -> None:
    moved = readdress_customer(
        session,
        merchant_id=visit.merchant.id,
        customer_id=person.id,
        token=token,
        now=utc_now(),
    )
    send_letter(
        session,
        visit,
        kind="email-moved",
        about=moved.link_id,
        to=moved.former,
        subject=_("Your account at %(shop)s has another address", shop=visit.name),
        told=_(
            "Your account at %(shop)s has another e-mail address from now on. This one no longer"
            " signs you in.",
            shop=visit.name,
        ),
        advice=_("If it was not you, write to the shop at once."),
    )


def _refused(visit: Visit, person: CustomerRow, email: str) -> Refusal | None:
    """Do what was asked, or return why not."""
    try:
        wanted = email_key(email)
    except MailAddressError:
        return Refusal("email", _("Enter an e-mail address, such as name@example.com."))
    proven = prove(visit)
    if isinstance(proven, Refusal):
        return proven
    if wanted == person.email:
        return _same()
    with services().database.transaction(Scope.park()) as session:
        wait = claim_attempt(
            session, limits=letter_limits(visit, email, person.email or ""), now=utc_now()
        )
    if wait is not None:
        told = _("Too many tries. Try again after %(hour)s.", hour=hour(wait))
        return Refusal("email", told, _TOO_MANY)
    try:
        with services().database.transaction(visit.scope) as session:
            hold_proof(session, proven)
            _ask(session, visit, person, email)
    except SameEmailError:  # In another window it has just become so.
        return _same()
    return None


def _same() -> Refusal:
    return Refusal("email", say(SameEmailError.template, {}))


def _ask(session: Session, visit: Visit, person: CustomerRow, email: str) -> None:
    link = issue_email_link(
        session,
        merchant_id=visit.merchant.id,
        customer_id=person.id,
        email=email,
        now=utc_now(),
    )
    _write_to_new(session, visit, link)
    send_letter(
        session,
        visit,
        kind="email-asked",
        about=link.id,
        to=person.email or "",
        subject=_("Another address for your account at %(shop)s", shop=visit.name),
        told=_(
            "Somebody who knows your password asked to give your account at %(shop)s another e-mail"
            " address. This one counts until the new one is confirmed.",
            shop=visit.name,
        ),
        advice=_(
            "If it was not you, choose a new password at once, on the sign-in page of the shop under"
            " “Forgotten the password?”: that stops it."
        ),
        place=visit.path("account", "signin"),
        deed=_("Sign in"),
    )


def _write_to_new(session: Session, visit: Visit, link: AccountLinkIssued) -> None:
    """Send the link to the new address; where it has an account already, only say so."""
    holder = customer_by_email(session, email=link.email)
    taken = holder is not None and holder.has_account
    send_letter(
        session,
        visit,
        kind="email-taken" if taken else "email-confirm",
        about=link.id,
        to=link.email,
        subject=_("Confirm your address for %(shop)s", shop=visit.name),
        told=_(
            "Somebody asked to use this address for their account at %(shop)s, but there is an"
            " account with it already. Sign in with this address, or go on using the other one.",
            shop=visit.name,
        )
        if taken
        else _(
            "Open this link to use this address for your account at %(shop)s. It works once, for one"
            " day, and only where you are signed in to that account.",
            shop=visit.name,
        ),
        advice=_(
            "If you did not ask for this, leave this letter alone: nothing changes without the link."
        )
        if not taken
        else _("If it was not you, leave this letter alone: nothing has changed."),
        secret="" if taken else visit.path("account", "email", link.token),
        deed=_("Use the new address"),
    )


def _page(
    visit: Visit, person: CustomerRow, refusal: Refusal | None = None, *, email: str = ""
) -> Response:
    with services().database.reading(visit.scope) as connection:
        waiting = pending_email(connection, customer_id=person.id, now=utc_now())
    title = _("Change the e-mail address")
    return page(
        "email",
        visit,
        title,
        refusal=refusal,
        typed=email,
        present=person.email or "",
        waiting=waiting,
    )
