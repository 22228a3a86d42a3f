"""A forgotten password: ask for a link, and use it."""

import time
from http import HTTPStatus

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.errors import LinkSpentError, WeakPasswordError
from commerce.park.password_rules import FreshPassword
from commerce.park.service.accounts import ask_for_reset, counted_as, find_account, reset_password
from commerce.park.service.mailed_links import Purpose, link_is_good
from commerce.park.service.throttle import Limit, claim_attempt
from commerce.web.access import public
from commerce.web.faults import say
from commerce.web.identity.current import current_origin
from commerce.web.identity.letters import send_notice, send_reset_link
from commerce.web.identity.pages import draw
from commerce.web.services import services

_EVEN_SECONDS = 0.25
_ASKED_BY_ADDRESS = 10
_ASKED_FOR_NAME = 3


def add_to(pages: Blueprint) -> None:
    """Add these pages."""
    pages.add_url_rule("/signin/forgotten", view_func=show_forgotten)
    pages.add_url_rule("/signin/forgotten", view_func=forgotten, methods=["POST"])
    pages.add_url_rule("/signin/reset/<token>", view_func=show_reset)
    pages.add_url_rule("/signin/reset/<token>", view_func=reset, methods=["POST"])


@public
def show_forgotten() -> Response:
    """Ask for the e-mail address."""
    return draw("forgotten.html", title=_("Forgotten password"), sent=False)


@public
def forgotten() -> Response:
    """Send a link if somebody has that address; the answer is the same, and takes as long."""
    started = time.monotonic()
    with services().database.transaction(Scope.park()) as session:
        _send_link(session, request.form.get("email", ""))
    time.sleep(max(0.0, started + _EVEN_SECONDS - time.monotonic()))
    return draw("forgotten.html", title=_("Forgotten password"), sent=True)


def _send_link(session: Session, email: str) -> None:
    origin, now = current_origin(), utc_now()
    staff_id = find_account(session, email=email)
    limits = [
        Limit.of("reset-address", origin.network, allowed=_ASKED_BY_ADDRESS),
        Limit.of("reset-account", counted_as(staff_id, email), allowed=_ASKED_FOR_NAME),
    ]
    if claim_attempt(session, limits=limits, now=now) is not None:
        return
    token = ask_for_reset(session, email=email, origin=origin, now=now)
    if staff_id is None or token is None:
        return
    send_reset_link(session, staff_id=staff_id, token=token)


@public
def show_reset(token: str) -> Response:
    """Ask for the new password; opening the page does not use the link up."""
    _check_link(token)
    return _password_page()


@public
def reset(token: str) -> Response:
    """Set the new password and ask to sign in with it."""
    _check_link(token)  # a spent link must not cost a hash
    try:
        password = FreshPassword(request.form.get("password", ""))
    except WeakPasswordError as error:
        return _password_page(say(error.template, error.params))
    with services().database.transaction(Scope.park()) as session:
        staff_id = reset_password(
            session, token=token, password=password, origin=current_origin(), now=utc_now()
        )
        send_notice(session, staff_id=staff_id, what=_("the password"))
    return draw("sign_in.html", title=_("Sign in"), notice=_("Your new password is set."), next="")


def _check_link(token: str) -> None:
    with services().database.transaction(Scope.park()) as session:
        if not link_is_good(session, purpose=Purpose.RESET, token=token, now=utc_now()):
            raise LinkSpentError


def _password_page(error: str = "") -> Response:
    return draw(
        "choose_password.html",
        title=_("Choose a new password"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        error=error,
        needs_password=True,
    )
