"""Lets signed-in shoppers pass, and leads everybody else to the sign-in."""

import re

from flask import Response, g, make_response, redirect, request

from commerce.kernel.clock import utc_now
from commerce.park.service.shopper_sessions import SignedInShopper, touch_shopper_session
from commerce.web.access import Access
from commerce.web.languages import language
from commerce.web.services import services
from storefront.shop.shopper import shopper_here
from storefront.shop.visit import scope_of

_SEE_OTHER = 303
LINK_OF_ACCOUNT = re.compile(r"email/[\w-]{1,100}", re.ASCII)
"""The address, below the account's, of a link for who is signed in."""


def admit(_access: Access) -> Response | None:
    """Let the request pass with `shopper()` known, or send it to the sign-in."""
    slug = str((request.view_args or {}).get("merchant", ""))
    scope = scope_of(slug)
    merchant_id = scope.merchant_id
    assert merchant_id is not None  # noqa: S101 - the scope is a merchant's
    now = utc_now()
    with services().database.reading(scope) as connection:
        found = shopper_here(connection, merchant_id=merchant_id, slug=slug, at=now)
    if found is None:
        account = f"/{language()}/{slug}/account"
        # A link that only its own account can use: it is there again after the sign-in.
        link = LINK_OF_ACCOUNT.fullmatch(request.path.removeprefix(f"{account}/"))
        onward = f"?to={link[0]}" if link else ""
        return make_response(redirect(f"{account}/signin{onward}", _SEE_OTHER))
    if found.stale:
        with services().database.transaction(scope) as session:
            touch_shopper_session(
                session, merchant_id=merchant_id, session_id=found.session_id, now=now
            )
    g.shopper = found
    return None


def shopper() -> SignedInShopper:
    """Return who is signed in, in a view that demands it."""
    found = g.shopper
    assert isinstance(found, SignedInShopper)  # noqa: S101 - the gate put it there
    return found
