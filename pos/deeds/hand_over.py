"""Hand what lies ready to whoever came for it, and tell the buyer by a letter.

A till without the network knows a true code by its signature, and hands over what its list says. That
is a fact by the time the server hears of it. Of two tills that did so the first hands over; the second
is told, and so are the order's timeline and the register's journal, because goods left twice or a code
was shown twice: somebody has to look.
"""

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.errors import CollectedAlreadyError, StaysBeyondReadyError
from commerce.checkout.service import hand_over, hand_over_some
from commerce.fulfilment.errors import FulfilmentMovedOnError
from commerce.fulfilment.rows import FulfilmentRow
from commerce.fulfilment.service import confirm_taken_out
from commerce.inventory.errors import HoldLostError
from commerce.orders.errors import IllegalTransitionError
from commerce.orders.queries import order_by_id
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell
from commerce.registers.journal import append_entry
from commerce.web.services import services
from pos.api.work_bodies import HandOverBody, PartBody, units_of
from pos.authority import Authority
from pos.deeds.deed import Answer, Deed
from pos.deeds.parts import part_in_hand
from pos.device import Till
from pos.handing import first_hand_over, handed_over, letter_of, twice_words, unbooked_words
from pos.printing.layout import receipt_bytes
from pos.printing.printers import lettering_here, send

TWICE, UNBOOKED = "handed-over-twice", "handed-over-unbooked"
"""Notes in the timeline: what tills that had no network did, and nothing in the books can say."""

_GONE = (FulfilmentMovedOnError, HoldLostError, IllegalTransitionError, StaysBeyondReadyError)


def hand_out(session: Session, authority: Authority, body: HandOverBody) -> Answer:
    """Hand over what the clerk saw lying ready; what has happened is booked, or told.

    Raises:
        CollectedAlreadyError: it was collected before, and the goods are still on the counter.
        FulfilmentMovedOnError: other goods lie ready than the clerk saw.
    """
    part = part_in_hand(session, authority, body)
    try:
        with session.begin_nested():
            if authority.happened:
                # The bag is gone with all that was in it: nobody takes anything out any more.
                confirm_taken_out(
                    session,
                    merchant_id=authority.till.merchant.id,
                    fulfilment_id=part.id,
                    clerk_id=authority.clerk_id,
                )
            as_seen = _leave(session, authority, body)
            letter_of(session, authority, part, body)
            if not as_seen and not authority.happened:
                raise FulfilmentMovedOnError
        warning = "" if as_seen else _told(session, authority, part, UNBOOKED)
    except (CollectedAlreadyError, *_GONE) as refusal:
        if not authority.happened:
            raise
        twice = isinstance(refusal, CollectedAlreadyError)
        warning = _told(session, authority, part, TWICE if twice else UNBOOKED)
    _note(session, authority, part, body, warning)
    return {
        "fulfilment": str(part.id),
        "order": str(part.order_id),
        "units": sum(each.quantity for each in body.lines),
        "warning": warning,
    }


def always(_body: HandOverBody) -> bool:
    """Return that goods are given out of the hand before the server knows of it."""
    return True


def _leave(session: Session, authority: Authority, body: HandOverBody) -> bool:
    """Let the goods leave, and return whether what left is what the clerk gave out of the hand."""
    terms: dict[str, Any] = {
        "durable": services().durable,
        "merchant_id": authority.till.merchant.id,
        "fulfilment_id": body.fulfilment,
        "actor_id": authority.clerk_id,
    }
    if body.stays:
        stays = units_of(body.stays)
        vault = services().vault
        left = hand_over_some(session, **terms, vault=vault, stays=stays, shelf=body.shelf)
    else:
        left = hand_over(session, **terms)
    gone = Counter[UUID]()
    for each in left:
        gone[each.variant_id] += each.quantity
    return gone == units_of(body.lines)


def _told(session: Session, authority: Authority, part: FulfilmentRow, note: str) -> str:
    """Tell the merchant of goods that left otherwise than booked, and return what the clerk reads."""
    tell(
        session,
        merchant_id=authority.till.merchant.id,
        order_id=part.order_id,
        kind=EventKind.NOTE,
        actor=Actor.STAFF,
        actor_id=authority.clerk_id,
        note=note,
        fulfilment=str(part.id),
    )
    order = order_by_id(session.connection(), order_id=part.order_id)
    number = order.number if order else ""
    if note == UNBOOKED:
        return unbooked_words(number)
    return twice_words(number, first_hand_over(session, authority.till, part))


def _note(
    session: Session, authority: Authority, part: FulfilmentRow, body: HandOverBody, warning: str
) -> None:
    """Write into the register's journal who handed what over, and upon what."""
    append_entry(
        session,
        merchant_id=authority.till.merchant.id,
        register_id=authority.till.register.id,
        kind="hand_over",
        body={
            "order": str(part.order_id),
            "fulfilment": str(part.id),
            "by": body.by,
            "units": sum(each.quantity for each in body.lines),
            "booked": not warning,
            "actor": str(authority.clerk_id),
        },
    )


def note_slip(session: Session, authority: Authority, body: PartBody) -> Answer:
    """Write into the journal that the slip of a hand-over was printed."""
    part = part_in_hand(session, authority, body)
    append_entry(
        session,
        merchant_id=authority.till.merchant.id,
        register_id=authority.till.register.id,
        kind="slip",
        body={"fulfilment": str(part.id), "actor": str(authority.clerk_id)},
    )
    return {"fulfilment": str(part.id)}


def to_the_printer(till: Till, answer: Answer) -> Answer:
    """Print after the commit; a printer that is away is told, not raised."""
    with services().database.reading(till.scope) as connection:
        words = handed_over(connection, till, UUID(answer["fulfilment"]))
    paper = receipt_bytes(words, lettering=lettering_here(till))
    return {"printing": send(till.register, paper, settings=services().settings)}


HAND_OVER = Deed(HandOverBody, hand_out, is_settled=always)
SLIP = Deed(PartBody, note_slip, after=to_the_printer)
