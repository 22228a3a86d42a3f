"""The steps of a part of an order: take it in hand, scan, pack, shelve, send; or say what is wrong."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.catalogue.queries import find_variant_by_code
from commerce.checkout.service import (
    Rerouted,
    decline_fulfilment,
    hand_over,
    lay_ready,
    pick_short,
    ship_order,
)
from commerce.fulfilment.errors import (
    DeclineNoteError,
    NothingScannedError,
    ShortBeyondUnpickedError,
    UnknownCodeError,
    UnknownFulfilmentError,
)
from commerce.fulfilment.queries import fulfilment_by_id
from commerce.fulfilment.rows import DeclineReason, DeliveryKind, FulfilmentRow, ShortReason
from commerce.fulfilment.service import (
    begin_picking,
    confirm_taken_out,
    pack,
    pick,
    put_back,
    shown_fulfilment,
)
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, moved
from storefront.backoffice.forms import sent, sentence, typed_id
from storefront.backoffice.once import is_first
from storefront.backoffice.orders.sending import typed_waybill
from storefront.backoffice.orders.showing import ShipForm
from storefront.backoffice.packing.proof import check_collector
from storefront.backoffice.packing.showing import part_page
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.stockroom.posts import hold_to_place


@needs(Permission.FULFIL_ORDERS)
def begin(fulfilment_id: UUID) -> Response:
    """Take a part in hand."""

    def work(session: Session) -> str:
        terms = {"merchant_id": current_merchant().id, "fulfilment_id": fulfilment_id}
        begin_picking(session, **terms, clerk_id=actor())
        return ""

    return _done(fulfilment_id, work)


@needs(Permission.FULFIL_ORDERS)
def lay_back(fulfilment_id: UUID) -> Response:
    """Lay everything back for somebody else to pick."""

    def work(session: Session) -> str:
        terms = {"merchant_id": current_merchant().id, "fulfilment_id": fulfilment_id}
        put_back(session, **terms, clerk_id=actor())
        return _("Everything is back on its shelf.")

    return _done(fulfilment_id, work)


@needs(Permission.FULFIL_ORDERS)
def taken_out(fulfilment_id: UUID) -> Response:
    """Note that what was refunded after it was picked lies on its shelf again."""

    def work(session: Session) -> str:
        terms = {"merchant_id": current_merchant().id, "fulfilment_id": fulfilment_id}
        return _("Noted.") if confirm_taken_out(session, **terms, clerk_id=actor()) else ""

    return _done(fulfilment_id, work)


@needs(Permission.FULFIL_ORDERS)
def scan(fulfilment_id: UUID) -> Response:
    """Count what was scanned, or ticked off by hand, as picked."""
    code, by_hand = request.form.get("code", "").strip(), typed_id(request.form.get("variant"))

    def work(session: Session) -> str:
        if not is_first(session):
            return ""
        found = None if by_hand else _scanned(session, code)
        pick(
            session,
            merchant_id=current_merchant().id,
            fulfilment_id=fulfilment_id,
            variant_id=by_hand or found or UUID(int=0),
            units=_units(),
        )
        return ""

    return _done(fulfilment_id, work, scanned=1)


@needs(Permission.FULFIL_ORDERS)
def call_short(fulfilment_id: UUID) -> Response:
    """Say that units are not there; they come from elsewhere, or the merchant is told."""
    variant, reason = typed_id(request.form.get("variant")), request.form.get("reason", "")

    def work(session: Session) -> str:
        if not is_first(session):
            return ""
        if variant is None or reason not in set(ShortReason):
            raise ShortBeyondUnpickedError
        result = pick_short(
            session,
            merchant_id=current_merchant().id,
            fulfilment_id=fulfilment_id,
            variant_id=variant,
            units=_units(),
            reason=ShortReason(reason),
            clerk_id=actor(),
        )
        return _told(result)

    return _done(fulfilment_id, work)


@needs(Permission.FULFIL_ORDERS)
def decline(fulfilment_id: UUID) -> Response:
    """Let another place do it."""
    reason, note = request.form.get("reason", ""), request.form.get("note", "")

    def work(session: Session) -> str:
        if not is_first(session):
            return ""
        if reason not in set(DeclineReason):
            raise DeclineNoteError(most=300)
        result = decline_fulfilment(
            session,
            merchant_id=current_merchant().id,
            fulfilment_id=fulfilment_id,
            reason=DeclineReason(reason),
            note=note,
            clerk_id=actor(),
        )
        if result.nowhere:
            return _("No other place has all of it: it stays here until the merchant decides.")
        return _("Another place sends it.")

    return _done(fulfilment_id, work)


@needs(Permission.FULFIL_ORDERS)
def wrap(fulfilment_id: UUID) -> Response:
    """Note that everything is packed."""

    def work(session: Session) -> str:
        terms = {"merchant_id": current_merchant().id, "fulfilment_id": fulfilment_id}
        pack(session, **terms, clerk_id=actor())
        return ""

    return _done(fulfilment_id, work)


@needs(Permission.FULFIL_ORDERS)
def shelve(fulfilment_id: UUID) -> Response:
    """Lay a packed part on the pickup shelf."""

    def work(session: Session) -> str:
        lay_ready(
            session,
            durable=services().durable,
            vault=services().vault,
            merchant_id=current_merchant().id,
            fulfilment_id=fulfilment_id,
            clerk_id=actor(),
        )
        return _("It lies on the pickup shelf, and the customer is told.")

    return _done(fulfilment_id, work)


@needs(Permission.FULFIL_ORDERS)
def let_go(fulfilment_id: UUID) -> Response:
    """Send a parcel, or hand over what somebody has come for."""
    form = sent(ShipForm)
    waybill = typed_waybill(form)
    if waybill is None:
        return part_page(fulfilment_id, ship=form)

    def work(session: Session) -> str:
        part = _part(session, fulfilment_id)
        if part.location_id is not None and is_first(session):
            if part.kind is not DeliveryKind.PARCEL:
                check_collector(session, fulfilment_id=part.id)
            ship_order(
                session,
                durable=services().durable,
                merchant_id=current_merchant().id,
                order_id=part.order_id,
                location_id=part.location_id,
                waybill=waybill,
                actor_id=actor(),
            )
        return _("The goods have left.")

    return _done(fulfilment_id, work)


@needs(Permission.FULFIL_ORDERS)
def collect() -> Response:
    """Hand over what the code that was scanned, or the digits that were typed, stand for."""
    shown = request.form.get("code", "")

    def work(session: Session) -> UUID:
        merchant_id = current_merchant().id
        part = shown_fulfilment(
            session, vault=services().vault, merchant_id=merchant_id, shown=shown
        )
        found = _part(session, part)
        hold_to_place(session, found.location_id)
        return found.id

    try:
        found = services().database.run(current_scope(), work)
    except CommerceError as error:
        announce(sentence(error), "bad")
        return moved("packing", shelf=1)
    return moved("part", fulfilment_id=found, shown=1)


@needs(Permission.FULFIL_ORDERS)
def give(fulfilment_id: UUID) -> Response:
    """Hand what lies ready to whoever came for it."""

    def work(session: Session) -> str:
        if is_first(session):
            check_collector(session, fulfilment_id=fulfilment_id)
            hand_over(
                session,
                durable=services().durable,
                merchant_id=current_merchant().id,
                fulfilment_id=fulfilment_id,
                actor_id=actor(),
            )
        return _("The goods have left.")

    return _done(fulfilment_id, work)


def _part(session: Session, fulfilment_id: UUID) -> FulfilmentRow:
    part = fulfilment_by_id(session, fulfilment_id=fulfilment_id)
    if part is None:
        raise UnknownFulfilmentError
    return part


def _scanned(session: Session, code: str) -> UUID | None:
    if not code:
        raise NothingScannedError
    found = find_variant_by_code(session.connection(), code=code, locale=language())
    if found is None:
        raise UnknownCodeError
    return found.id


def _units() -> int:
    typed = request.form.get("units", "1").strip()
    return int(typed) if typed.isdecimal() and typed.isascii() and len(typed) < 7 else 0  # noqa: PLR2004 - more digits than any shelf has


def _told(result: Rerouted) -> str:
    if not result.nowhere:
        return _("It comes from another place.")
    return ngettext(
        "%(num)d unit is nowhere else: the merchant is told.",
        "%(num)d units are nowhere else: the merchant is told.",
        result.nowhere,
    )


def _done(fulfilment_id: UUID, work: Callable[[Session], str], **kept: int) -> Response:
    """Do one step in one transaction, and come back to the part; a refusal is said there."""

    def held_to_posts(session: Session) -> str:
        hold_to_place(session, _part(session, fulfilment_id).location_id)
        return work(session)

    try:
        said = services().database.run(current_scope(), held_to_posts)
    except UnknownFulfilmentError:
        raise
    except CommerceError as error:
        announce(sentence(error), "bad")
    else:
        if said:
            announce(said)
    return moved("part", fulfilment_id=fulfilment_id, **kept)
