"""Turn a device into a till: by a manager who signs in on it, or by a one-time link from the desk.

Whoever decided about it is signed out of that browser: the clerks who stand there later must not find
the manager's desk behind the till.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import NotFoundError, PermissionDeniedError
from commerce.park.permissions import Permission, permissions_of
from commerce.park.queries.sessions import roles_at
from commerce.park.queries.staff import list_colleagues, list_workplaces
from commerce.park.service.clerk_pins import unlock_pin_pad
from commerce.park.service.security_log import note_security_event
from commerce.registers.enrolment import SpentLinkError, check_link, read_link
from commerce.registers.queries import register_by_id, registers
from commerce.registers.rows import RegisterRow
from commerce.registers.service import enrol_device
from commerce.web.access import public
from commerce.web.identity import signed_in
from commerce.web.identity.current import current_origin, staff_here
from commerce.web.identity.sign_in import end_session_here
from commerce.web.languages import language
from commerce.web.pages import Page
from commerce.web.services import services
from pos.device import give_key, is_till


@dataclass(frozen=True, slots=True)
class Counter:
    """A register that a device could become."""

    merchant_id: UUID
    merchant: str
    store: str
    register: RegisterRow
    pin_url: str
    """Where the desk gives PINs, as long as nobody of the merchant has one; else nothing."""

    @property
    def name(self) -> str:
        """What the register is called in the page's language."""
        return self.register.name_in(language())

    @property
    def value(self) -> str:
        """What its button sends."""
        return f"{self.merchant_id.hex}.{self.register.id.hex}"


def install(blueprint: Blueprint) -> None:
    """Add these pages."""
    blueprint.add_url_rule("/enrol", "choose", choose)
    blueprint.add_url_rule("/enrol", "enrol", enrol, methods=["POST"])
    blueprint.add_url_rule("/enrol/<token>", "open_link", open_link)
    blueprint.add_url_rule("/enrol/<token>", "use_link", use_link, methods=["POST"])
    blueprint.add_url_rule("/unlock", "ask_unlock", ask_unlock)
    blueprint.add_url_rule("/unlock", "unlock", unlock, methods=["POST"])


@signed_in
def choose() -> str:
    """Show the registers that the person who signed in may enrol."""
    return _drawn("till/enrol.html", _("Make this device a till"), **_choice())


@signed_in
def enrol() -> Response:
    """Make this device the chosen register; the device before it stops working."""
    counter = _chosen(request.form.get("register", ""))
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
        register = register_by_id(session.connection(), register_id=claim.register_id)
        if register is None:
            raise SpentLinkError
        check_link(services().vault, claim, register=register, now=utc_now())
        response = _enrolled(session, claim.merchant_id, register.id, None)
    end_session_here(response)
    return response


@signed_in
def ask_unlock() -> str:
    """Show the registers whose PIN pad the person who signed in may unlock."""
    return _drawn("till/unlock.html", _("Unlock the PIN pad"), **_choice())


@signed_in
def unlock() -> Response:
    """Let a locked PIN pad ask again; who did it on a till is signed out there."""
    counter = _chosen(request.form.get("register", ""))
    with services().database.transaction(Scope.merchant(counter.merchant_id)) as session:
        unlock_pin_pad(
            session,
            merchant_id=counter.merchant_id,
            register_id=counter.register.id,
            actor_id=staff_here().id,
        )
    response = _moved("/till/")
    if is_till():
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


def _choice() -> dict[str, object]:
    """Return what both pages show: who is signed in, and what they may decide about."""
    return {"staff": staff_here(), "counters": _counters()}


def _counters() -> tuple[Counter, ...]:
    """Return the registers of every merchant at which the person may decide this."""
    staff = staff_here()
    with services().database.reading(Scope.park()) as connection:
        workplaces = list_workplaces(connection, staff_id=staff.id)
    found: list[Counter] = []
    for place in workplaces:
        if Permission.APPROVE_AT_TILL not in permissions_of(place.roles):
            continue
        with services().database.reading(Scope.merchant(place.merchant_id)) as connection:
            stores = {each.id: each for each in locations(connection)}
            people = list_colleagues(connection, merchant_id=place.merchant_id)
            some_pin = any(each.has_pin for each in people)
            pin_url = "" if some_pin else f"/desk/{place.slug}/staff/{staff.id}"
            name = place.name_zh if language() == "zh" else place.name
            found += [
                Counter(
                    place.merchant_id,
                    name,
                    _name_in(stores[each.location_id]),
                    each,
                    pin_url,
                )
                for each in registers(connection)
                if each.active
            ]
    return tuple(found)


def _name_in(place: LocationRow) -> str:
    return place.name_zh if language() == "zh" else place.name


def _chosen(value: str) -> Counter:
    """Return the register that was chosen, if the person may decide about it.

    Raises:
        NotFoundError: it is none of theirs.
        PermissionDeniedError: their role was taken since the page was shown.
    """
    counter = next((each for each in _counters() if each.value == value), None)
    if counter is None:
        raise NotFoundError
    with services().database.reading(Scope.merchant(counter.merchant_id)) as connection:
        roles = roles_at(connection, merchant_id=counter.merchant_id, staff_id=staff_here().id)
    if Permission.APPROVE_AT_TILL not in permissions_of(roles):
        raise PermissionDeniedError
    return counter


def _drawn(template: str, title: str, **context: object) -> str:
    here = {code: f"/language/{code}?next={request.path}" for code in ("en", "zh")}
    return render_template(template, page=Page(title=title, alternates=here), **context)


def _moved(target: str) -> Response:
    return make_response(redirect(target, 303))
