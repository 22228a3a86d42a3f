"""Accept an invitation to work at a merchant."""

from http import HTTPStatus
from urllib.parse import quote

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError
from commerce.park.errors import EarlierInvitationError, NotTheInvitedError, WeakPasswordError
from commerce.park.password_rules import FreshPassword
from commerce.park.queries.staff import find_contact
from commerce.park.service.invitations import Invited, accept_invitation, read_invitation
from commerce.web.access import public
from commerce.web.faults import say
from commerce.web.identity.current import current_staff
from commerce.web.identity.pages import draw
from commerce.web.identity.sign_in import entered, moved, opened_by
from commerce.web.services import services


def add_to(pages: Blueprint) -> None:
    """Add these pages."""
    pages.add_url_rule("/signin/invitation/<token>", view_func=show_invitation)
    pages.add_url_rule("/signin/invitation/<token>", view_func=accept, methods=["POST"])


@public
def show_invitation(token: str) -> Response:
    """Ask a new colleague for a password; send one who has an account to sign in, then for a click."""
    invited = _invited(token)
    if not invited.needs_password and current_staff() is None:
        return moved(f"/signin?next={quote(request.path)}")
    return _page(invited)


@public
def accept(token: str) -> Response:
    """Put the membership in force; who has chosen a password with it is signed in and goes to work."""
    invited, staff = _invited(token), current_staff()
    try:
        fresh = request.form.get("password", "")
        password = FreshPassword(fresh) if invited.needs_password else None
        with services().database.transaction(Scope.park()) as session:
            staff_id = accept_invitation(
                session,
                token=token,
                password=password,
                signed_in_as=staff.id if staff is not None else None,
                now=utc_now(),
            )
            welcomed = find_contact(session, staff_id=staff_id)
    except (WeakPasswordError, EarlierInvitationError, NotTheInvitedError) as error:
        return _page(invited, error)
    if staff is not None and staff.id == staff_id:
        return moved("/workplaces")
    # Who has just chosen a password is not asked for it, and does not stay at a used-up address.
    opened = opened_by(welcomed.email, fresh) if password is not None else None
    if opened is not None:
        return entered(opened)
    return draw(
        "sign_in.html",
        title=_("Sign in"),
        notice=_("Welcome. Sign in to begin."),
        email=welcomed.email,
        next="",
    )


def _invited(token: str) -> Invited:
    with services().database.transaction(Scope.park()) as session:
        return read_invitation(session, token=token, now=utc_now())


def _page(invited: Invited, error: CommerceError | None = None) -> Response:
    return draw(
        "choose_password.html",
        title=_("Accept the invitation"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        error=say(error.template, error.params) if error else "",
        needs_password=invited.needs_password,
        invited=invited,
    )
