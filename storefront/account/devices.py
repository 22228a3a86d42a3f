"""Where a shopper is signed in, and how to end it."""

from uuid import UUID

from flask import Response, make_response, redirect
from flask_babel import gettext as _

from commerce.kernel.clock import utc_now
from commerce.park.service.shopper_sessions import revoke_shopper_sessions, shopper_devices
from commerce.web.identity import shopper as demands_shopper
from commerce.web.services import services
from storefront.account.gate import shopper
from storefront.account.pages import done, page, visit_of
from storefront.shop.shopper import take_shopper_session

_SEE_OTHER = 303


@demands_shopper
def show_devices(merchant: str) -> Response:
    """List the browsers in which the shopper is signed in."""
    visit, person = visit_of(merchant)
    with services().database.reading(visit.scope) as connection:
        devices = shopper_devices(
            connection, merchant_id=visit.merchant.id, customer_id=person.id, now=utc_now()
        )
    title = _("Where you are signed in")
    return page("devices", visit, title, devices=devices, here=shopper().session_id)


@demands_shopper
def end_device(merchant: str, device: UUID) -> Response:
    """Sign out one of the shopper's own browsers; nothing happens to anybody else's."""
    visit, person = visit_of(merchant)
    with services().database.transaction(visit.scope) as session:
        revoke_shopper_sessions(
            session,
            merchant_id=visit.merchant.id,
            customer_id=person.id,
            now=utc_now(),
            only=device,
        )
    return make_response(redirect(visit.path("account", "devices"), _SEE_OTHER))


@demands_shopper
def sign_out_others(merchant: str) -> Response:
    """Sign out every browser but this one."""
    visit, person = visit_of(merchant)
    with services().database.transaction(visit.scope) as session:
        revoke_shopper_sessions(
            session,
            merchant_id=visit.merchant.id,
            customer_id=person.id,
            now=utc_now(),
            keep=shopper().session_id,
        )
    return done(visit, "devices")


@demands_shopper
def sign_out_everywhere(merchant: str) -> Response:
    """Sign out every browser, this one too."""
    visit, person = visit_of(merchant)
    with services().database.transaction(visit.scope) as session:
        revoke_shopper_sessions(
            session, merchant_id=visit.merchant.id, customer_id=person.id, now=utc_now()
        )
    response = make_response(
        redirect(f"{visit.path('account', 'signin')}?done=everywhere", _SEE_OTHER)
    )
    take_shopper_session(response, merchant)
    return response
