"""Ask who sits there once more before a sensitive act, and carry what they typed through the question."""

from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

from flask import Response, redirect, request
from flask_babel import gettext as _

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.service.sessions import OpenedSession, Stage, replace_session
from commerce.park.service.sign_in import check_password_of, prove_again
from commerce.park.service.throttle import settle_attempt
from commerce.web.identity.cookies import give_session
from commerce.web.identity.current import current_origin, staff_here
from commerce.web.identity.pages import draw
from commerce.web.services import services

PROOF = "password-once-more"
"""The field in which a form that waited brings the password along."""

_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def prove(password: str) -> OpenedSession | None:
    """Return the session with a new token and a fresh proof; None when the password did not fit."""
    staff, origin, now = staff_here(), current_origin(), utc_now()
    database = services().database
    with database.transaction(Scope.park()) as session:
        attempt = prove_again(session, staff_id=staff.id, now=now)
    if not check_password_of(attempt, password).fits:
        return None
    with database.transaction(Scope.park()) as session:
        settle_attempt(session, forget=attempt.limits)
        return replace_session(
            session, session_id=staff.session_id, stage=Stage.FULL, origin=origin, now=now
        )


def is_form() -> bool:
    """Return whether the request is a page's form, and not a script's call."""
    return request.method == "POST" and request.mimetype in _FORMS


def ask_in_between() -> Response:
    """Put the question between a form and what it does; the form goes on with the answer.

    Every field comes back in the question's own form, which answers to the same address, so that
    nobody types anything twice. Files are not carried: no form that asks for a proof takes one.
    """
    typed = request.form.get(PROOF)
    if typed is None:
        return _question()
    opened = prove(typed)
    if opened is None:
        return _question(_("That did not fit, or there were too many tries."))
    # The browser sends the same form once more, now with a session that has proved itself.
    response = cast("Response", redirect(_here(), HTTPStatus.TEMPORARY_REDIRECT))
    give_session(response, opened)
    return response


def _question(error: str = "") -> Response:
    carried = [(name, value) for name, value in request.form.items(multi=True) if name != PROOF]
    came_from = urlsplit(request.referrer or "")
    return draw(
        "confirm.html",
        title=_("Is it you?"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        error=error,
        action=_here(),
        carried=carried,
        name=PROOF,
        back=came_from.path if came_from.netloc == request.host else "",
    )


def _here() -> str:
    return request.full_path.rstrip("?")
