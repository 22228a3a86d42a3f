"""Who stands at the till: PINs, and a manager's word for what a clerk may not do alone."""

from flask import Blueprint, Response, jsonify

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.park.service.clerk_pins import Clerk, PinDoor, identify_clerk, pin_fingerprint
from commerce.registers.badges import APPROVAL, CLERK, Badge, for_command, for_reading, issue_badge
from commerce.web.identity import register
from commerce.web.languages import language
from commerce.web.services import services
from pos.api.bodies import ApproveBody, PinBody, read_body
from pos.api.commands import understood
from pos.authority import ApprovalNeededError
from pos.device import Till, current_till


class WrongPinError(CommerceError):
    """Nobody has this PIN."""

    code = "wrong-pin"
    status = 403
    template = "Nobody here has this PIN. Tries left: %(left)s."


class NotTheirPinError(CommerceError):
    """The PIN is not the one of the clerk who was chosen."""

    code = "not-their-pin"
    status = 403
    template = "This is not the PIN of the clerk you chose. Tries left: %(left)s."


class PinPadLockedError(CommerceError):
    """Too many misses within half an hour."""

    code = "pin-pad-locked"
    status = 423
    template = "Too many wrong PINs. A manager has to unlock this till with their password."


def install(blueprint: Blueprint) -> None:
    """Add these views."""
    blueprint.add_url_rule("/api/unlock", "api_unlock", unlock, methods=["POST"])
    blueprint.add_url_rule("/api/approve", "api_approve", approve, methods=["POST"])


@register
def unlock() -> Response:
    """Trade a PIN for the badge that every command of this clerk carries."""
    till = current_till()
    clerk = _clerk(till, read_body(PinBody), PinDoor.UNLOCK)
    return jsonify(
        id=str(clerk.staff_id),
        name=clerk.name_in(language()),
        badge=_badge(till, clerk, CLERK),
        approves=Permission.APPROVE_AT_TILL in clerk.permissions,
    )


@register
def approve() -> Response:
    """Trade a manager's PIN for an approval of one deed or one reading, good for ten minutes.

    What is allowed is read before the PIN: nobody allows what cannot be done.
    """
    till, asked = current_till(), read_body(ApproveBody)
    allows = for_reading(asked.reading or "")
    if asked.deed is not None:
        _deed, body = understood(asked.deed)
        allows = for_command(asked.deed.id, asked.deed.kind, body.model_dump(mode="json"))
    clerk = _clerk(till, PinBody(pin=asked.pin), PinDoor.APPROVE)
    if Permission.APPROVE_AT_TILL not in clerk.permissions:
        raise ApprovalNeededError
    return jsonify(name=clerk.name_in(language()), approval=_badge(till, clerk, APPROVAL, allows))


def _clerk(till: Till, typed: PinBody, door: PinDoor) -> Clerk:
    fingerprint = pin_fingerprint(services().vault, merchant_id=till.merchant.id, pin=typed.pin)
    with services().database.transaction(till.scope) as session:
        outcome = identify_clerk(
            session,
            merchant_id=till.merchant.id,
            register_id=till.register.id,
            fingerprint=fingerprint,
            now=utc_now(),
            named=typed.clerk,
            door=door,
        )
    if outcome.locked:
        raise PinPadLockedError
    if outcome.clerk is None and typed.clerk is not None:
        raise NotTheirPinError(left=outcome.tries_left)
    if outcome.clerk is None:
        raise WrongPinError(left=outcome.tries_left)
    return outcome.clerk


def _badge(till: Till, clerk: Clerk, kind: str, allows: str = "") -> str:
    holder = Badge(clerk.staff_id, clerk.pin_set_at, allows)
    return issue_badge(services().vault, post=till.post, holder=holder, kind=kind, now=utc_now())
