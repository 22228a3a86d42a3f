"""Turn a device into a till: by a manager who signs in on it, or by a one-time link from the desk.

Whoever decided about it is signed out of that browser: the clerks who stand there later must not find
the manager's desk behind the till.
"""

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.service.security_log import note_security_event
from commerce.registers.enrolment import SpentLinkError, check_link, read_link
from commerce.registers.queries import register_by_id
from commerce.registers.service import enrol_device, lock_register
from commerce.web.access import public
from commerce.web.identity import signed_in
from commerce.web.identity.current import current_origin, staff_here
from commerce.web.identity.sign_in import end_session_here
from commerce.web.languages import language
from commerce.web.pages import Page
from commerce.web.services import services
from pos.counters import chosen, counters, own_name
from pos.device import give_key, till_shown


def install(blueprint: Blueprint) -> None:
    """Add these pages."""
    blueprint.add_url_rule("/enrol", "choose", choose)
    blueprint.add_url_rule("/enrol", "enrol", enrol, methods=["POST"])
    blueprint.add_url_rule("/enrol/<token>", "open_link", open_link)
    blueprint.add_url_rule("/enrol/<token>", "use_link", use_link, methods=["POST"])


@signed_in
def choose() -> str:
    """Show the registers that the person who signed in may enrol."""
    return _drawn(
        "till/enrol.html",
        _("Make this device a till"),
        counters=counters(),
        staff_name=own_name(),
        here=till_shown(),
    )


@signed_in
def enrol() -> Response:
    """Make this device the chosen register; the device before it stops working."""
    counter = chosen(request.form.get("register", ""))
    scope = Scope.merchant(counter.merchant_id)
    with services().database.transaction(scope) as session:
        response = _enrolled(session, counter.merchant_id, counter.register.id, staff_here().id)
    end_session_here(response)
    return response


@public
def open_link(token: str) -> str:
    """Show what a one-time link would make of this device."""
    claim = read_link(token)
    with services().database.reading(Scope.merchant(claim.merchant_id)) as connection:
        register = register_by_id(connection, register_id=claim.register_id)
    if register is None:
        raise SpentLinkError
    check_link(services().vault, claim, register=register, now=utc_now())
    return _drawn("till/link.html", _("Make this device a till"), name=register.name_in(language()))


@public
def use_link(token: str) -> Response:
    """Spend a one-time link: this device is the register from now on."""
    claim = read_link(token)
    with services().database.transaction(Scope.merchant(claim.merchant_id)) as session:
        # Of two devices that open the link at once the second finds it spent.
        lock_register(session, merchant_id=claim.merchant_id, register_id=claim.register_id)
        register = register_by_id(session.connection(), register_id=claim.register_id)
        if register is None:
            raise SpentLinkError
        check_link(services().vault, claim, register=register, now=utc_now())
        response = _enrolled(session, claim.merchant_id, register.id, None)
    end_session_here(response)
    return response


def _enrolled(
    session: Session, merchant_id: UUID, register_id: UUID, actor_id: UUID | None
) -> Response:
    key = enrol_device(session, merchant_id=merchant_id, register_id=register_id)
    note_security_event(
        session,
        merchant_id=merchant_id,
        action="till-enrolled",
        actor_id=actor_id,
        subject=str(register_id),
        address=current_origin().address,
    )
    response = _moved("/till/")
    give_key(response, merchant_id=merchant_id, register_id=register_id, key=key)
    return response


def _drawn(template: str, title: str, **context: object) -> str:
    here = {code: f"/language/{code}?next={request.path}" for code in ("en", "zh")}
    return render_template(template, page=Page(title=title, alternates=here), **context)


def _moved(target: str) -> Response:
    return make_response(redirect(target, 303))
