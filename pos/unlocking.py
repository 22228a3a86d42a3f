"""Let a locked PIN pad ask again, by an owner or a manager who signs in with their password."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask_babel import gettext as _

from commerce.kernel.database import Scope
from commerce.park.service.clerk_pins import unlock_pin_pad
from commerce.web.access import public
from commerce.web.identity import signed_in
from commerce.web.identity.current import staff_here
from commerce.web.identity.sign_in import end_session_here
from commerce.web.pages import Page
from commerce.web.services import services
from pos.counters import chosen, counters, own_name
from pos.device import till_shown


def install(blueprint: Blueprint) -> None:
    """Add these pages."""
    blueprint.add_url_rule("/unlock", "ask_unlock", ask_unlock)
    blueprint.add_url_rule("/unlock", "unlock", unlock, methods=["POST"])
    blueprint.add_url_rule("/leave", "leave", leave, methods=["POST"])


@signed_in
def ask_unlock() -> Response:
    """Show the registers whose PIN pad the person who signed in may unlock: on a till, that till alone.

    Whoever may not unlock the till they signed in on is signed out of it at once.
    """
    here, found = till_shown(), counters()
    if here is not None:
        found = tuple(each for each in found if each.register.id == here.register.id)
    languages = {code: f"/language/{code}?next={request.path}" for code in ("en", "zh")}
    page = render_template(
        "till/unlock.html",
        page=Page(title=_("Unlock the PIN pad"), alternates=languages),
        staff_name=own_name(),
        here=here,
        counters=sorted(found, key=lambda each: not each.locked),
        unlocked="unlocked" in request.args,
    )
    response = make_response(page)
    if here is not None and not found:
        end_session_here(response)
    return response


@signed_in
def unlock() -> Response:
    """Let a locked PIN pad ask again; who did it on a till is signed out there."""
    counter = chosen(request.form.get("register", ""))
    with services().database.transaction(Scope.merchant(counter.merchant_id)) as session:
        unlock_pin_pad(
            session,
            merchant_id=counter.merchant_id,
            register_id=counter.register.id,
            actor_id=staff_here().id,
        )
    if till_shown() is None:
        return make_response(redirect("/till/unlock?unlocked", 303))
    return leave()


@public
def leave() -> Response:
    """Go back to the till; nobody who signed in stays signed in behind it."""
    response = make_response(redirect("/till/", 303))
    end_session_here(response)
    return response
