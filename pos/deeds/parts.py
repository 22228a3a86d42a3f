"""Get parts of orders ready at this store: the verbs of the desk's packing room, at the counter."""

from typing import Any

from sqlalchemy.orm import Session

from commerce.checkout.service import decline_fulfilment, lay_ready, pick_short, refuse_pickup
from commerce.fulfilment.errors import UnknownFulfilmentError
from commerce.fulfilment.queries import fulfilment_by_id
from commerce.fulfilment.rows import FulfilmentRow
from commerce.fulfilment.service import begin_picking, pack, pick, put_back
from commerce.kernel.errors import PermissionDeniedError
from commerce.park.permissions import Permission
from commerce.web.formats import money
from commerce.web.services import services
from pos.api.work_bodies import (
    DeclineBody,
    PartBody,
    PickBody,
    RefuseBody,
    ShelveBody,
    ShortBody,
    units_of,
)
from pos.authority import Authority
from pos.deeds.deed import Answer, Deed


def part_in_hand(session: Session, authority: Authority, body: PartBody) -> FulfilmentRow:
    """Return a part of an order that waits, or waited, at this store.

    Raises:
        PermissionDeniedError: the clerk does not serve orders.
        UnknownFulfilmentError: this store has no such part.
    """
    if not authority.happened and not authority.holds(session, Permission.FULFIL_ORDERS):
        raise PermissionDeniedError
    part = fulfilment_by_id(session, fulfilment_id=body.fulfilment)
    if part is None or part.location_id != authority.till.store.id:
        raise UnknownFulfilmentError
    return part


def begin(session: Session, authority: Authority, body: PartBody) -> Answer:
    """Take a part in hand."""
    begin_picking(session, **_part(session, authority, body), clerk_id=authority.clerk_id)
    return _told(body)


def lay_back(session: Session, authority: Authority, body: PartBody) -> Answer:
    """Lay everything back for somebody else to pick."""
    put_back(session, **_part(session, authority, body), clerk_id=authority.clerk_id)
    return _told(body)


def take(session: Session, authority: Authority, body: PickBody) -> Answer:
    """Count units as picked that were scanned or ticked off."""
    terms = _part(session, authority, body)
    picked = pick(session, **terms, variant_id=body.variant, units=body.units)
    return {**_told(body), "variant": str(body.variant), "picked": picked}


def miss(session: Session, authority: Authority, body: ShortBody) -> Answer:
    """Say that units are not there: they come from elsewhere, or the merchant is told."""
    result = pick_short(
        session,
        **_part(session, authority, body),
        variant_id=body.variant,
        units=body.units,
        reason=body.reason,
        clerk_id=authority.clerk_id,
    )
    return {**_told(body), "nowhere": result.nowhere}


def decline(session: Session, authority: Authority, body: DeclineBody) -> Answer:
    """Let another place do it."""
    result = decline_fulfilment(
        session,
        **_part(session, authority, body),
        reason=body.reason,
        note=body.note,
        clerk_id=authority.clerk_id,
    )
    return {**_told(body), "nowhere": result.nowhere}


def wrap(session: Session, authority: Authority, body: PartBody) -> Answer:
    """Note that everything is packed."""
    pack(session, **_part(session, authority, body), clerk_id=authority.clerk_id)
    return _told(body)


def shelve(session: Session, authority: Authority, body: ShelveBody) -> Answer:
    """Lay a packed part on the pickup shelf, and let its customer know."""
    lay_ready(
        session,
        durable=services().durable,
        vault=services().vault,
        **_part(session, authority, body),
        clerk_id=authority.clerk_id,
        shelf=body.shelf,
    )
    return _told(body)


def refuse(session: Session, authority: Authority, body: RefuseBody) -> Answer:
    """Take out what the customer does not want, for which a manager answers: money goes back."""
    terms = _part(session, authority, body)
    back = refuse_pickup(
        session,
        durable=services().durable,
        **terms,
        units=units_of(body.lines),
        request_id=authority.command_id,
        actor_id=authority.approved(session),
    )
    return {**_told(body), "back": money(back)}


def _part(session: Session, authority: Authority, body: PartBody) -> dict[str, Any]:
    part = part_in_hand(session, authority, body)
    return {"merchant_id": authority.till.merchant.id, "fulfilment_id": part.id}


def _told(body: PartBody) -> Answer:
    return {"fulfilment": str(body.fulfilment)}


BEGIN = Deed(PartBody, begin)
LAY_BACK = Deed(PartBody, lay_back)
PICK = Deed(PickBody, take)
SHORT = Deed(ShortBody, miss)
DECLINE = Deed(DeclineBody, decline)
PACK = Deed(PartBody, wrap)
SHELVE = Deed(ShelveBody, shelve)
REFUSE = Deed(RefuseBody, refuse)
