"""A person's own security: password, authenticator app, recovery codes, passkeys, devices."""

from http import HTTPStatus
from uuid import UUID

import segno
from flask import Blueprint, Response, request
from flask_babel import gettext as _
from markupsafe import Markup

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.errors import WeakPasswordError, WrongCodeError
from commerce.park.password_rules import FreshPassword
from commerce.park.queries.sessions import list_devices
from commerce.park.service.accounts import change_password
from commerce.park.service.passkeys import list_passkeys
from commerce.park.service.second_step import (
    Seed,
    begin_totp,
    confirm_totp,
    remove_totp,
    renew_recovery_codes,
    waiting_seed,
)
from commerce.park.service.sessions import revoke_session
from commerce.web.faults import say
from commerce.web.identity.cookies import give_session
from commerce.web.identity.current import current_origin, staff_here
from commerce.web.identity.declaring import proved_lately, signed_in
from commerce.web.identity.letters import send_notice
from commerce.web.identity.pages import draw
from commerce.web.identity.proving import prove
from commerce.web.identity.sign_in import moved, next_page
from commerce.web.services import services


def add_to(pages: Blueprint) -> None:
    """Add these pages."""
    pages.add_url_rule("/security", view_func=overview)
    pages.add_url_rule("/security/confirm", view_func=show_confirm)
    pages.add_url_rule("/security/confirm", view_func=confirm, methods=["POST"])
    pages.add_url_rule("/security/password", view_func=show_password)
    pages.add_url_rule("/security/password", view_func=new_password, methods=["POST"])
    pages.add_url_rule("/security/app", view_func=show_app, methods=["POST"])
    pages.add_url_rule("/security/app/confirm", view_func=add_app, methods=["POST"])
    pages.add_url_rule("/security/app/remove", view_func=remove_app, methods=["POST"])
    pages.add_url_rule("/security/codes", view_func=new_codes, methods=["POST"])
    pages.add_url_rule("/security/devices/<uuid:device>", view_func=end_device, methods=["POST"])


@signed_in
def overview() -> Response:
    """Show what protects the account, and where it is signed in."""
    staff = staff_here()
    with services().database.transaction(Scope.park()) as session:
        passkeys = list_passkeys(session, staff_id=staff.id)
        devices = list_devices(session, staff_id=staff.id, now=utc_now())
    return draw(
        "security.html", title=_("Security"), staff=staff, passkeys=passkeys, devices=devices
    )


@signed_in
def show_confirm() -> Response:
    """Ask for the password once more before a sensitive act."""
    return _confirm_page()


@signed_in
def confirm() -> Response:
    """Prove the password again; the session gets a new token."""
    opened = prove(request.form.get("password", ""))
    if opened is None:
        return _confirm_page(_("That did not fit, or there were too many tries."))
    response = moved(next_page("/security"))
    give_session(response, opened)
    return response


@signed_in
@proved_lately
def show_password() -> Response:
    """Ask for a new password."""
    return _password_page()


@signed_in
@proved_lately
def new_password() -> Response:
    """Set a new password and end every other session."""
    staff = staff_here()
    try:
        about = (staff.email, staff.name)
        password = FreshPassword(request.form.get("password", ""), about=about)
    except WeakPasswordError as error:
        return _password_page(say(error.template, error.params))
    with services().database.transaction(Scope.park()) as session:
        change_password(
            session,
            staff_id=staff.id,
            password=password,
            keep_session=staff.session_id,
            origin=current_origin(),
            now=utc_now(),
        )
        send_notice(session, staff_id=staff.id, what=_("the password"))
    return moved("/security")


@signed_in
@proved_lately
def show_app() -> Response:
    """Make a seed and show it as a QR code and as text."""
    staff = staff_here()
    with services().database.transaction(Scope.park()) as session:
        seed = begin_totp(
            session, staff_id=staff.id, vault=services().vault, issuer="Quayside", now=utc_now()
        )
    return _app_page(seed)


@signed_in
@proved_lately
def add_app() -> Response:
    """Put the app in force and show the recovery codes, once."""
    staff = staff_here()
    try:
        with services().database.transaction(Scope.park()) as session:
            codes = confirm_totp(
                session,
                staff_id=staff.id,
                code=request.form.get("code", ""),
                vault=services().vault,
                now=utc_now(),
            )
            send_notice(session, staff_id=staff.id, what=_("the authenticator app"))
    except WrongCodeError as error:
        return _app_page(_waiting_seed(), error=say(error.template, error.params))
    return _codes_page(codes)


@signed_in
@proved_lately
def remove_app() -> Response:
    """Take the authenticator app away."""
    staff = staff_here()
    with services().database.transaction(Scope.park()) as session:
        remove_totp(session, staff_id=staff.id)
        send_notice(session, staff_id=staff.id, what=_("the authenticator app"))
    return moved("/security")


@signed_in
@proved_lately
def new_codes() -> Response:
    """Replace the recovery codes and show them, once."""
    staff = staff_here()
    with services().database.transaction(Scope.park()) as session:
        codes = renew_recovery_codes(session, staff_id=staff.id, vault=services().vault)
        send_notice(session, staff_id=staff.id, what=_("the recovery codes"))
    return _codes_page(codes)


@signed_in
def end_device(device: UUID) -> Response:
    """End the session on one of the person's devices."""
    with services().database.transaction(Scope.park()) as session:
        revoke_session(session, staff_id=staff_here().id, session_id=device, now=utc_now())
    return moved("/security")


def qr_code(text: str) -> Markup:
    """Return a QR code as inline SVG; the text in it comes from us."""
    drawing = segno.make(text, error="m").svg_inline(scale=5, border=2, light="#fff", dark="#000")
    return Markup(drawing)  # noqa: S704 - segno draws squares; no character of the text is in it


def _waiting_seed() -> Seed | None:
    with services().database.transaction(Scope.park()) as session:
        return waiting_seed(
            session, staff_id=staff_here().id, vault=services().vault, issuer="Quayside"
        )


def _app_page(seed: Seed | None, error: str = "") -> Response:
    """Draw the key with its picture; after a wrong code they stand there still."""
    secret = seed.secret if seed else ""
    return draw(
        "app.html",
        title=_("Authenticator app"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        picture=qr_code(seed.uri) if seed else None,
        error=error,
    )


def _confirm_page(error: str = "") -> Response:
    return draw(
        "confirm.html",
        title=_("Is it you?"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        error=error,
        action="/security/confirm",
        carried=[("next", next_page("/security"))],
        name="password",
        back="",
    )


def _password_page(error: str = "") -> Response:
    return draw(
        "choose_password.html",
        title=_("Choose a new password"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        error=error,
        needs_password=True,
    )


def _codes_page(codes: tuple[str, ...]) -> Response:
    return draw("recovery_codes.html", title=_("Recovery codes"), codes=codes)
