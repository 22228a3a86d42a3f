"""Who is behind the current request, by the session table and never by the cookie alone."""

from typing import Any, cast

import flask_login
from flask import Flask, g, request

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import NotFoundError
from commerce.park.origin import Origin
from commerce.park.permissions import Permission
from commerce.park.queries.merchants import MerchantCard
from commerce.park.queries.sessions import SignedInStaff, find_staff
from commerce.park.service.sessions import Stage, touch_session
from commerce.web.identity.cookies import known_device, session_token
from commerce.web.identity.faults import NotSignedInError
from commerce.web.services import services


class StaffUser:
    """A signed-in member of staff, as Flask-Login wants to see one."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, staff: SignedInStaff) -> None:
        self.staff = staff

    def get_id(self) -> str:
        """Return the account's id."""
        return str(self.staff.id)


def install(app: Flask) -> None:
    """Let `flask_login.current_user` be who our session table says.

    Flask-Login's own session protection is off: it compares addresses, ours can be revoked. Its
    `init_app` is left out because the remember-me cookie it installs would touch every response,
    and anonymous catalogue pages must carry no cookie.
    """
    login = flask_login.LoginManager()
    login.session_protection = None
    login.request_loader(_load_user)
    vars(app)["login_manager"] = login


def current_staff() -> SignedInStaff | None:
    """Return who is fully signed in, or None."""
    user = cast("Any", flask_login.current_user)
    return user.staff if user.is_authenticated else None


def staff_here() -> SignedInStaff:
    """Return who is signed in, in a view that demands it.

    Raises:
        NotSignedInError: nobody is.
    """
    staff = current_staff()
    if staff is None:
        raise NotSignedInError
    return staff


def half_signed_in() -> SignedInStaff | None:
    """Return who has proved their password and still owes the second step."""
    shown = _shown()
    return shown if shown is not None and shown.stage is Stage.SECOND_STEP else None


def current_origin() -> Origin:
    """Return where the current request comes from."""
    return Origin(
        address=request.remote_addr or "",
        user_agent=request.headers.get("User-Agent", ""),
        known_as=known_device(),
    )


def current_merchant() -> MerchantCard:
    """Return the merchant whose desk or key the current request uses.

    Raises:
        NotFoundError: the view belongs to no merchant.
    """
    if "merchant" not in g:
        raise NotFoundError
    return cast("MerchantCard", g.merchant)


def current_scope() -> Scope:
    """Return the scope in which the current view works.

    Raises:
        NotFoundError: the view belongs to no merchant.
    """
    if "scope" not in g:
        raise NotFoundError
    return cast("Scope", g.scope)


def may(permission: Permission) -> bool:
    """Return whether who is asking holds `permission` here; for what a page shows, not for guards."""
    return permission in g.get("permissions", frozenset())


def _load_user(_request: object) -> StaffUser | None:
    shown = _shown()
    return StaffUser(shown) if shown is not None and shown.stage is Stage.FULL else None


def _shown() -> SignedInStaff | None:
    if "shown_session" not in g:
        g.shown_session = _found(session_token())
    return cast("SignedInStaff | None", g.shown_session)


def _found(token: str | None) -> SignedInStaff | None:
    if not token:
        return None
    database, now = services().database, utc_now()
    with database.reading(Scope.park()) as connection:
        staff = find_staff(connection, token=token, now=now)
    if staff is not None and staff.stale:
        with database.transaction(Scope.park()) as session:
            touch_session(session, session_id=staff.session_id, now=now)
    return staff
