"""Passkeys over HTTP: JSON between `static/js/identity/passkey.js` and the two ceremonies."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.errors import PasskeyRefusedError
from commerce.park.service.passkey_ceremonies import RelyingParty
from commerce.park.service.passkey_sign_in import begin_passkey_sign_in, finish_passkey_sign_in
from commerce.park.service.passkeys import begin_registration, finish_registration, remove_passkey
from commerce.park.service.throttle import Limit, claim_attempt
from commerce.web.access import public
from commerce.web.identity.cookies import give_session
from commerce.web.identity.current import current_origin, staff_here
from commerce.web.identity.declaring import proved_lately, signed_in
from commerce.web.identity.letters import send_notice
from commerce.web.identity.sign_in import moved, next_page
from commerce.web.services import services

_ASKED_BY_ADDRESS = 60


def add_to(pages: Blueprint) -> None:
    """Add these views."""
    post = ["POST"]
    pages.add_url_rule("/signin/passkey/options", view_func=sign_in_options, methods=post)
    pages.add_url_rule("/signin/passkey", view_func=sign_in_by_passkey, methods=post)
    pages.add_url_rule("/security/passkeys/options", view_func=new_passkey_options, methods=post)
    pages.add_url_rule("/security/passkeys", view_func=add_passkey, methods=post)
    pages.add_url_rule(
        "/security/passkeys/<uuid:passkey>/remove", view_func=take_passkey, methods=post
    )


@public
def sign_in_options() -> Response:
    """Begin a sign-in; the challenge stays here."""
    origin = current_origin()
    asking = f"{origin.known_as} {origin.network}" if origin.known_as else origin.network
    limit = Limit.of("passkey", asking, allowed=_ASKED_BY_ADDRESS)
    with services().database.transaction(Scope.park()) as session:
        wait_until = claim_attempt(session, limits=[limit], now=utc_now())
        if wait_until is None:
            ceremony = begin_passkey_sign_in(session, party=party(), now=utc_now())
            return Response(ceremony.options, mimetype="application/json")
    raise PasskeyRefusedError


@public
def sign_in_by_passkey() -> Response:
    """Open a session for who holds the passkey."""
    ceremony_id, answer = _answer()
    with services().database.transaction(Scope.park()) as session:
        opened = finish_passkey_sign_in(
            session,
            ceremony_id=ceremony_id,
            answer=answer,
            party=party(),
            origin=current_origin(),
            now=utc_now(),
        )
    response = jsonify(next=next_page())
    give_session(response, opened)
    return response


@signed_in
@proved_lately
def new_passkey_options() -> Response:
    """Begin a registration."""
    with services().database.transaction(Scope.park()) as session:
        ceremony = begin_registration(
            session, staff_id=staff_here().id, party=party(), now=utc_now()
        )
    return Response(ceremony.options, mimetype="application/json")


@signed_in
@proved_lately
def add_passkey() -> Response:
    """Keep the passkey that the browser made."""
    staff = staff_here()
    ceremony_id, answer = _answer()
    with services().database.transaction(Scope.park()) as session:
        finish_registration(
            session,
            staff_id=staff.id,
            ceremony_id=ceremony_id,
            answer=answer,
            name=str(_document().get("name", "")),
            party=party(),
            now=utc_now(),
        )
        send_notice(session, staff_id=staff.id, what=_("the passkeys"))
    return jsonify(next="/security")


@signed_in
@proved_lately
def take_passkey(passkey: UUID) -> Response:
    """Forget one of the person's passkeys."""
    staff = staff_here()
    with services().database.transaction(Scope.park()) as session:
        remove_passkey(session, staff_id=staff.id, passkey_id=passkey)
        send_notice(session, staff_id=staff.id, what=_("the passkeys"))
    return moved("/security")


def party() -> RelyingParty:
    """Return whom passkeys are bound to: the host of the public address."""
    url = services().settings.public_url
    return RelyingParty(id=urlsplit(url).hostname or "", origin=url)


def _answer() -> tuple[UUID, dict[str, Any]]:
    document = _document()
    answer = document.get("answer")
    try:
        ceremony_id = UUID(str(document.get("ceremony")))
    except ValueError as error:
        raise PasskeyRefusedError from error
    if not isinstance(answer, dict):
        raise PasskeyRefusedError
    return ceremony_id, answer


def _document() -> dict[str, Any]:
    document = request.get_json(silent=True)
    return document if isinstance(document, dict) else {}
