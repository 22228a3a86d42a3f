"""Sign in, the second step, sign out, and the choice among one's desks."""

from http import HTTPStatus
from typing import cast
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.queries.staff import list_workplaces
from commerce.park.service.second_step import finish_second_step
from commerce.park.service.sessions import OpenedSession, Stage, revoke_session
from commerce.park.service.sign_in import begin_sign_in, check_password_of, finish_sign_in
from commerce.web.access import public
from commerce.web.identity.addresses import own_address
from commerce.web.identity.cookies import give_session, take_session
from commerce.web.identity.current import (
    current_origin,
    current_staff,
    half_signed_in,
    staff_here,
)
from commerce.web.identity.declaring import signed_in
from commerce.web.identity.pages import draw
from commerce.web.languages import COOKIE, LANGUAGES
from commerce.web.services import services

_YEAR_SECONDS = 365 * 24 * 3600
# Who stands at a till was not told before they came here why somebody has to sign in.
_WHY = {
    "/till/unlock": lazy_gettext(
        "An owner or a manager signs in here to unlock the till. "
        "They are signed out again right after it."
    ),
    "/till/enrol": lazy_gettext(
        "An owner or a manager signs in here to choose the register that this device becomes. "
        "They are signed out again right after it."
    ),
}
_BACK = {"/till/unlock": "/till/"}


def add_to(pages: Blueprint) -> None:
    """Add these pages."""
    pages.add_url_rule("/signin", view_func=show_sign_in)
    pages.add_url_rule("/signin", view_func=sign_in, methods=["POST"])
    pages.add_url_rule("/signin/second-step", view_func=show_second_step)
    pages.add_url_rule("/signin/second-step", view_func=second_step, methods=["POST"])
    pages.add_url_rule("/signout", view_func=sign_out, methods=["POST"])
    pages.add_url_rule("/workplaces", view_func=workplaces)
    pages.add_url_rule("/language/<code>", view_func=choose_language)


@public
def show_sign_in() -> Response:
    """Ask for e-mail address and password, or go on when somebody is signed in."""
    if current_staff() is not None:
        return moved(next_page())
    return _sign_in_page()


@public
def sign_in() -> Response:
    """Check the password; the same answer for a wrong name, a wrong password and too many tries."""
    opened = opened_by(request.form.get("email", ""), request.form.get("password", ""))
    if opened is None:
        return _sign_in_page(
            error=_(
                "That did not fit, or there were too many tries. Check both, or wait a few minutes."
            )
        )
    return entered(opened)


def opened_by(email: str, password: str) -> OpenedSession | None:
    """Return the session that an address and its password open here; None where they do not fit."""
    database, origin, now = services().database, current_origin(), utc_now()
    with database.transaction(Scope.park()) as session:
        attempt = begin_sign_in(session, email=email, origin=origin, now=now)
    proof = check_password_of(attempt, password)
    with database.transaction(Scope.park()) as session:
        return finish_sign_in(session, attempt=attempt, proof=proof, origin=origin, now=now)


@public
def show_second_step() -> Response:
    """Ask for the code of the app, or for a passkey."""
    staff = half_signed_in()
    return _second_step_page() if staff is not None else moved("/signin")


@public
def second_step() -> Response:
    """Trade the half open session and a code for a full one."""
    staff = half_signed_in()
    if staff is None:
        return moved("/signin")
    with services().database.transaction(Scope.park()) as session:
        outcome = finish_second_step(
            session,
            session_id=staff.session_id,
            staff_id=staff.id,
            code=request.form.get("code", ""),
            vault=services().vault,
            origin=current_origin(),
            now=utc_now(),
        )
    if outcome.opened is None:
        return _second_step_page(
            error=_("This code does not fit, was used before, or there were too many tries.")
        )
    return entered(outcome.opened)


@public
def sign_out() -> Response:
    """End the session on the server, then in the browser.

    The form may say in `next` where whoever signs in next goes on.
    """
    onward = next_page("")
    response = moved(f"/signin?next={quote(onward, safe='/')}" if onward else "/signin")
    end_session_here(response)
    # Not "storage": the till keeps unsent sales there, and a sale outlives a session.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@signed_in
def workplaces() -> Response:
    """Show the desks that a person may open, or go to the only one."""
    staff = staff_here()
    with services().database.reading(Scope.park()) as connection:
        places = list_workplaces(connection, staff_id=staff.id)
    if staff.park_roles and not places:
        return moved("/park/")
    if len(places) == 1 and not staff.park_roles:
        return moved(f"/desk/{places[0].slug}/")
    return draw("workplaces.html", title=_("Where to?"), staff=staff, places=places)


@public
def choose_language(code: str) -> Response:
    """Remember the language of pages whose address does not name one."""
    response = moved(next_page("/signin"))
    if code in LANGUAGES:
        response.set_cookie(
            COOKIE,
            code,
            max_age=_YEAR_SECONDS,
            secure=services().settings.secure,
            httponly=True,
            samesite="Lax",
        )
    return response


def entered(opened: OpenedSession) -> Response:
    """Answer with the new session's cookie and the page that comes next.

    Whoever was signed in with this browser before is signed out: its token would open doors for as
    long as it lasts, with nobody who could see it (ASVS 5.0, 7.2.4).
    """
    _end_former(opened)
    onward = next_page()
    if opened.stage is Stage.SECOND_STEP:
        onward = f"/signin/second-step?next={quote(onward, safe='/')}"
    response = moved(onward)
    give_session(response, opened)
    return response


def _end_former(opened: OpenedSession) -> None:
    staff = current_staff()
    if staff is None or staff.session_id == opened.id:
        return
    with services().database.transaction(Scope.park()) as session:
        revoke_session(session, staff_id=staff.id, session_id=staff.session_id, now=utc_now())


def end_session_here(response: Response) -> None:
    """End the session of this browser on the server, if there is one, and take its token."""
    staff = current_staff() or half_signed_in()
    if staff is not None:
        with services().database.transaction(Scope.park()) as session:
            revoke_session(session, staff_id=staff.id, session_id=staff.session_id, now=utc_now())
    take_session(response)


def next_page(otherwise: str = "/workplaces") -> str:
    """Return the page of ours that the request wants to see next."""
    return own_address(request.values.get("next"), otherwise=otherwise)


def moved(target: str) -> Response:
    """Send the browser on, with GET."""
    return cast("Response", redirect(target, HTTPStatus.SEE_OTHER))


def _sign_in_page(error: str = "") -> Response:
    return draw(
        "sign_in.html",
        title=_("Sign in"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        error=error,
        email=request.form.get("email", ""),
        next=next_page(),
        why=_WHY.get(next_page(), ""),
        back=_BACK.get(next_page(), ""),
    )


def _second_step_page(error: str = "") -> Response:
    staff = half_signed_in()
    return draw(
        "second_step.html",
        title=_("Second step"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        error=error,
        staff=staff,
        next=next_page(),
    )
