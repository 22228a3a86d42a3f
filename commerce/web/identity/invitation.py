"""Accept an invitation to work at a merchant."""

from http import HTTPStatus

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.errors import WeakPasswordError
from commerce.park.password_rules import FreshPassword
from commerce.park.queries.staff import find_contact
from commerce.park.service.invitations import Invited, accept_invitation, read_invitation
from commerce.web.access import public
from commerce.web.faults import say
from commerce.web.identity.pages import draw
from commerce.web.services import services


def add_to(pages: Blueprint) -> None:
    """Add these pages."""
    pages.add_url_rule("/signin/invitation/<token>", view_func=show_invitation)
    pages.add_url_rule("/signin/invitation/<token>", view_func=accept, methods=["POST"])


@public
def show_invitation(token: str) -> Response:
    """Ask a new colleague for a password, one with an account for a click."""
    return _page(_invited(token))


@public
def accept(token: str) -> Response:
    """Put the membership in force and ask to sign in, with the address filled in."""
    invited = _invited(token)
    try:
        fresh = request.form.get("password", "")
        password = FreshPassword(fresh) if invited.needs_password else None
    except WeakPasswordError as error:
        return _page(invited, error=say(error.template, error.params))
    with services().database.transaction(Scope.park()) as session:
        staff_id = accept_invitation(session, token=token, password=password, now=utc_now())
        welcomed = find_contact(session, staff_id=staff_id)
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


def _page(invited: Invited, error: str = "") -> Response:
    return draw(
        "choose_password.html",
        title=_("Accept the invitation"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        error=error,
        needs_password=invited.needs_password,
        invited=invited,
    )
