"""Keep every view to what it declares, before it runs. What declares nothing is closed."""

from collections.abc import Callable
from datetime import timedelta
from typing import cast
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import PermissionDeniedError
from commerce.park.errors import UnknownMerchantError
from commerce.park.permissions import ApiScope, Permission, permissions_of
from commerce.park.queries.merchants import MerchantDirectory
from commerce.park.queries.sessions import SignedInStaff, roles_at
from commerce.park.service.api_keys import KeyInUse, find_api_key, read_key, touch_api_key
from commerce.park.service.security_log import note_security_event
from commerce.web.access import Access, access_of
from commerce.web.faults import wants_json
from commerce.web.identity.current import current_origin, current_staff
from commerce.web.identity.declaring import wants_fresh_proof
from commerce.web.identity.faults import (
    MissingScopeError,
    NotSignedInError,
    UndeclaredViewError,
    UnknownDeskError,
)
from commerce.web.identity.proving import ask_in_between, is_form
from commerce.web.services import services

Gate = Callable[[Access], ResponseReturnValue | None]

PROOF_LASTS = timedelta(minutes=10)
PARK_TIME_ZONE = "Asia/Shanghai"
"""Where the park stands: pages of its staff that belong to no merchant tell the time there."""
_GATES = "quayside.gates"
_BEARER = "Bearer "


def install(app: Flask) -> None:
    """Guard every view of `app`."""
    app.extensions[_GATES] = {"public": _anybody, "staff": _staff, "api_key": _api_key}
    app.before_request(admit)


def set_gate(app: Flask, kind: str, gate: Gate) -> None:
    """Let `gate` decide who passes views of `kind` ("shopper" or "register").

    It returns None to let the request pass, or the answer to give instead; it may raise. Until a
    kind has a gate, its views are closed.
    """
    app.extensions[_GATES][kind] = gate


def admit() -> ResponseReturnValue | None:
    """Let the request pass, or answer it.

    Raises:
        UndeclaredViewError: the view declares nothing, or a kind that nobody guards.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None  # no such address: Flask says so
    access = access_of(view)
    gates = cast("dict[str, Gate]", current_app.extensions[_GATES])
    if access is None or access.kind not in gates:
        raise UndeclaredViewError
    return gates[access.kind](access) or _prove_again(view)


def _anybody(_access: Access) -> None:
    return None


def _staff(access: Access) -> Response | None:
    staff = current_staff()
    if staff is None:
        return _ask_to_sign_in()
    g.permissions = staff.park_permissions
    g.time_zone = PARK_TIME_ZONE
    slug = (request.view_args or {}).get("merchant")
    if slug is not None:
        enter_desk(staff, slug)
    if access.needs and Permission(access.needs) not in g.permissions:
        _note_denied(staff, access.needs)
        raise PermissionDeniedError
    return None


def enter_desk(staff: SignedInStaff, slug: str) -> None:
    """Take the desk's merchant; to who does not work there it looks as if it did not exist.

    Raises:
        UnknownDeskError: there is no such merchant, or none for this member of staff.
    """
    directory = services().part(MerchantDirectory)
    try:
        merchant = directory.locate(slug)
    except UnknownMerchantError as unknown:
        raise UnknownDeskError from unknown
    with services().database.reading(Scope.merchant(merchant.id)) as connection:
        roles = roles_at(connection, merchant_id=merchant.id, staff_id=staff.id)
        if not roles:
            raise UnknownDeskError
        g.merchant = directory.current(connection, slug)
    g.scope = Scope.merchant(merchant.id)
    g.permissions = permissions_of(roles)
    g.time_zone = g.merchant.time_zone


def _note_denied(staff: SignedInStaff, permission: str) -> None:
    merchant_id = g.scope.merchant_id if "scope" in g else None
    with services().database.transaction(g.get("scope", Scope.park())) as session:
        note_security_event(
            session,
            merchant_id=merchant_id,
            action="access-denied",
            actor_id=staff.id,
            subject=str(request.endpoint),
            address=current_origin().address,
            facts={"permission": permission},
        )


def _ask_to_sign_in() -> Response:
    if wants_json() or request.method not in {"GET", "HEAD"}:
        raise NotSignedInError
    target = f"/signin?next={quote(_here(), safe='/')}"
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": target})
    return _moved(target)


def _prove_again(view: Callable[..., object]) -> Response | None:
    if not wants_fresh_proof(view):
        return None
    staff = current_staff()
    if staff is None:
        raise NotSignedInError
    if utc_now() - staff.proved_at < PROOF_LASTS:
        return None
    if is_form():
        return ask_in_between()
    return _moved(f"/security/confirm?next={quote(_page(), safe='/')}")


def _page() -> str:
    """Return the page to come back to: this one, or the one whose form was sent."""
    if request.method in {"GET", "HEAD"}:
        return _here()
    came_from = urlsplit(request.referrer or "")
    return came_from.path if came_from.netloc == request.host else "/security"


def _here() -> str:
    return request.full_path.rstrip("?")


def _moved(target: str) -> Response:
    return cast("Response", redirect(target, 303))


def _api_key(access: Access) -> None:
    key = _key_shown()
    if key is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    if ApiScope(access.needs) not in key.scopes:
        raise MissingScopeError(scope=access.needs)


def _key_shown() -> KeyInUse | None:
    """Return the key of the request, and take its merchant."""
    header = request.headers.get("Authorization", "")
    claim = read_key(header[len(_BEARER) :].strip()) if header.startswith(_BEARER) else None
    if claim is None:
        return None
    database, scope, now = services().database, Scope.merchant(claim.merchant_id), utc_now()
    with database.reading(scope) as connection:
        key = find_api_key(connection, claim=claim, now=now)
    if key is None:
        return None
    if key.stale:
        with database.transaction(scope) as session:
            touch_api_key(session, key=key, now=now)
    g.scope, g.api_key, g.merchant = scope, key, key.merchant
    g.time_zone = key.merchant.time_zone
    return key
