"""The device that is a till: its key in a cookie, and the gate that lets its requests pass."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from uuid import UUID

from flask import Response, g, redirect, request
from sqlalchemy import Connection

from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.queries.merchants import MerchantCard, get_merchant
from commerce.registers.badges import Post
from commerce.registers.queries import register_by_id
from commerce.registers.rows import RegisterRow
from commerce.registers.service.setup import device_hash
from commerce.web.access import Access
from commerce.web.faults import wants_json
from commerce.web.services import services

KEY_LASTS = timedelta(days=90)
_PATH = "/till"


class NotEnrolledError(CommerceError):
    """The device is no till, or no longer."""

    code = "till-not-enrolled"
    status = 401
    template = "This device is not a till any more. Ask the manager to enrol it again."


@dataclass(frozen=True, slots=True)
class Till:
    """The register behind the current request, with its store and its merchant."""

    merchant: MerchantCard
    register: RegisterRow
    store: LocationRow

    @property
    def scope(self) -> Scope:
        """Where the till reads and writes."""
        return Scope.merchant(self.merchant.id)

    @property
    def post(self) -> Post:
        """What badges of this till are good at."""
        return Post(self.register.id, self.register.device_hash or "")


def admit_register(_access: Access) -> Response | None:
    """Let an enrolled device pass; send any other page to the enrolment.

    Raises:
        NotEnrolledError: the request is the page's own and its device is no till.
    """
    till = till_shown()
    if till is None:
        if wants_json() or request.method not in {"GET", "HEAD"}:
            raise NotEnrolledError
        return cast("Response", redirect("/till/enrol", 303))
    g.till, g.merchant, g.scope = till, till.merchant, till.scope
    g.time_zone = till.merchant.time_zone
    return None


def current_till() -> Till:
    """Return the till behind the current request.

    Raises:
        NotFoundError: the view is not declared for registers.
    """
    if "till" not in g:
        raise NotFoundError
    return cast("Till", g.till)


def give_key(response: Response, *, merchant_id: UUID, register_id: UUID, key: str) -> None:
    """Let the browser keep the device's key for ninety days; scripts never see it."""
    response.set_cookie(
        _name(),
        f"{merchant_id.hex}.{register_id.hex}.{key}",
        max_age=KEY_LASTS,
        path=_PATH,
        secure=services().settings.secure,
        httponly=True,
        samesite="Strict",
    )


def store_of(connection: Connection, register: RegisterRow) -> LocationRow:
    """Return the place where a register stands.

    Raises:
        NotFoundError: it stands nowhere.
    """
    for place in locations(connection):
        if place.id == register.location_id:
            return place
    raise NotFoundError


def till_shown() -> Till | None:
    """Return the till that the browser which asks is enrolled as, whatever page below /till it asks for."""
    shown = request.cookies.get(_name(), "").split(".")
    try:
        merchant_id, register_id, key = UUID(hex=shown[0]), UUID(hex=shown[1]), shown[2]
    except (ValueError, IndexError):
        return None
    with services().database.reading(Scope.merchant(merchant_id)) as connection:
        register = register_by_id(connection, register_id=register_id)
        if register is None or not register.active or not _opens(register, key):
            return None
        return Till(
            merchant=get_merchant(connection, merchant_id=merchant_id),
            register=register,
            store=store_of(connection, register),
        )


def _opens(register: RegisterRow, key: str) -> bool:
    known = register.device_hash or ""
    return bool(known) and hmac.compare_digest(known, device_hash(key))


def _name() -> str:
    # __Secure- and not __Host-, because the key is shown below /till alone.
    return "__Secure-quayside-till" if services().settings.secure else "quayside-till"
