"""Who is signed in to a shop, by the session table; the cookie is one per shop."""

from datetime import datetime
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection

from commerce.park.service.shopper_sessions import (
    OpenedShopperSession,
    SignedInShopper,
    find_shopper,
)
from commerce.web.services import services


def shopper_token(slug: str) -> str | None:
    """Return the token that this browser shows in the shop at `slug`."""
    return request.cookies.get(_cookie(slug))


def shopper_here(
    connection: Connection, *, merchant_id: UUID, slug: str, at: datetime
) -> SignedInShopper | None:
    """Return who is signed in here, or None."""
    token = shopper_token(slug)
    if not token:
        return None
    return find_shopper(connection, merchant_id=merchant_id, token=token, now=at)


def give_shopper_session(response: Response, slug: str, opened: OpenedShopperSession) -> None:
    """Let the browser keep the session as long as the server does."""
    response.set_cookie(
        _cookie(slug),
        opened.token,
        expires=opened.ends_at,
        secure=services().settings.secure,
        httponly=True,
        samesite="Lax",
    )


def take_shopper_session(response: Response, slug: str) -> None:
    """Take the session out of the browser."""
    response.delete_cookie(_cookie(slug), httponly=True, samesite="Lax")


def _cookie(slug: str) -> str:
    return f"quayside_shopper_{slug}"
