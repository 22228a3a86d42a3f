"""The two cookies of staff: the session's token, and the proof that this device signed in before."""

import hmac
from datetime import timedelta
from uuid import UUID

from flask import Response, request

from commerce.park.service.sessions import OpenedSession
from commerce.web.services import services

_DEVICE_LIFE = timedelta(days=180)


def session_token() -> str | None:
    """Return the token that the browser shows, if it shows one."""
    return request.cookies.get(_name("staff"))


def give_session(response: Response, opened: OpenedSession) -> None:
    """Let the browser keep a session until it is closed; the server decides when it really ends."""
    _set(response, _name("staff"), opened.token)
    _set(response, _name("device"), _signed(opened.staff_id), life=_DEVICE_LIFE)


def take_session(response: Response) -> None:
    """Take the session's token from the browser; the device stays known."""
    response.delete_cookie(
        _name("staff"), secure=services().settings.secure, httponly=True, samesite="Strict"
    )


def known_device() -> UUID | None:
    """Return the account that this device has signed in to before, if it can prove it."""
    shown = request.cookies.get(_name("device"), "")
    try:
        staff_id = UUID(hex=shown.partition(".")[0])
    except ValueError:
        return None
    genuine = hmac.compare_digest(shown.encode(), _signed(staff_id).encode())
    return staff_id if genuine else None


def _signed(staff_id: UUID) -> str:
    key = services().vault.derive("known devices")
    return f"{staff_id.hex}.{hmac.digest(key, staff_id.bytes, 'sha256').hex()}"


def _name(what: str) -> str:
    prefix = "__Host-" if services().settings.secure else ""
    return f"{prefix}quayside-{what}"


def _set(response: Response, name: str, value: str, *, life: timedelta | None = None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=life,
        path="/",
        secure=services().settings.secure,
        httponly=True,
        samesite="Strict",
    )
