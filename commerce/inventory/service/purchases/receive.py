"""Take in what came from a supplier, in one part or in several."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import LineFault
from commerce.inventory.rows import Arrived, LotUnits, MovementKind
from commerce.inventory.service.inbound_notice import tell_inbound
from commerce.inventory.service.ledger import book
from commerce.inventory.service.lots import lots_labelled
from commerce.inventory.service.purchases.end import end
from commerce.inventory.service.purchases.paper import (
    Paper,
    locked,
    locked_ordered,
    outstanding,
)
from commerce.inventory.service.receipts import check_arrived, is_booked, keep_receipt
from commerce.inventory.service.shift import lines_at
from commerce.inventory.service.statements import add_units
from commerce.inventory.service.stock_places import quarantine_of
from commerce.inventory.service.terms import checked_terms, counted_goods, refuse
from commerce.kernel.statements import Statement

_RECEIVED = Statement("""
UPDATE purchase_line l SET received = l.received + w.quantity, surplus = l.surplus + w.surplus
FROM unnest(
  CAST(:variants AS uuid[]), CAST(:quantities AS bigint[]), CAST(:surpluses AS bigint[])
) AS w(variant_id, quantity, surplus)
WHERE l.merchant_id = :merchant AND l.purchase_id = :purchase AND l.variant_id = w.variant_id
""")


def receive_purchase(
    session: Session,
    *,
    merchant_id: UUID,
    purchase_id: UUID,
    receipt_id: UUID,
    arrived: Sequence[Arrived],
    note: str = "",
    actor_id: UUID | None = None,
) -> None:
    """Take in what came; the rest stays expected until it comes or the purchase is closed.

    `receipt_id` was made where the figures were typed: the same receipt is booked once, however
    often it is sent. Damaged units go to the place's quarantine. Goods kept by lot may come in
    several lots, each on a line of its own.

    Raises:
        NotFoundError: the merchant has no such purchase.
        PurchaseNotOrderedError: it was not ordered, or is closed.
        LinesRefusedError: names every line that cannot be meant, such as more than was ordered
            without its being said, or goods without their lot.
        ReceiptTakenError: the id is of a receipt of something else.
        TermsRefusedError: the note is too long.
    """
    note = checked_terms(note=note)
    check_arrived(arrived)
    locked(session, merchant_id=merchant_id, purchase_id=purchase_id)
    if is_booked(session, merchant_id=merchant_id, receipt_id=receipt_id, subject_id=purchase_id):
        return
    paper = locked_ordered(session, merchant_id=merchant_id, purchase_id=purchase_id)
    came = _by_variant(arrived, "quantity")
    _refuse_what_was_not_ordered(
        came, outstanding(session, merchant_id=merchant_id, purchase_id=purchase_id)
    )
    _refuse_lots(session, merchant_id, arrived)
    lots = _book_in(session, merchant_id, paper, arrived, actor_id)
    _RECEIVED.run(
        session,
        {
            "merchant": merchant_id,
            "purchase": purchase_id,
            "variants": list(came),
            "quantities": list(came.values()),
            "surpluses": [_by_variant(arrived, "surplus")[each] for each in came],
        },
    )
    keep_receipt(
        session,
        merchant_id=merchant_id,
        receipt_id=receipt_id,
        arrived=[(each, lots.get(_lot_key(each))) for each in arrived],
        note=note,
        actor_id=actor_id,
        purchase_id=purchase_id,
    )
    rest = outstanding(session, merchant_id=merchant_id, purchase_id=purchase_id)
    tell_inbound(
        session,
        merchant_id=merchant_id,
        subject_id=purchase_id,
        location_id=paper.location_id,
        coming=rest,
        expected_on=paper.expected_on,
    )
    if not any(rest.values()):
        end(session, merchant_id=merchant_id, purchase_id=purchase_id)


def _by_variant(arrived: Sequence[Arrived], what: str) -> Mapping[UUID, int]:
    units: Counter[UUID] = Counter()
    for each in arrived:
        units[each.variant_id] += getattr(each, what)
    return units


def _lot_key(each: Arrived) -> tuple[UUID, str]:
    return each.variant_id, each.lot.code.strip() if each.lot else ""


def _refuse_what_was_not_ordered(
    came: Mapping[UUID, int], outstanding_units: Mapping[UUID, int]
) -> None:
    refuse(LineFault(each, "not-on-it") for each in came if each not in outstanding_units)
    refuse(
        LineFault(each, "beyond-sent", {"most": outstanding_units[each]})
        for each, units in came.items()
        if units > outstanding_units[each]
    )


def _refuse_lots(session: Session, merchant_id: UUID, arrived: Sequence[Arrived]) -> None:
    """Refuse goods kept by lot without one, others with one, and what is named twice."""
    variants = list(dict.fromkeys(each.variant_id for each in arrived))
    keeps_lots = counted_goods(session, merchant_id=merchant_id, variant_ids=variants)
    refuse(
        LineFault(each.variant_id, "lot-missing" if each.lot is None else "lot-unwanted")
        for each in arrived
        if keeps_lots[each.variant_id] is (each.lot is None)
    )
    named = Counter(_lot_key(each) for each in arrived)
    refuse(LineFault(variant_id, "twice") for (variant_id, _), times in named.items() if times > 1)


def _book_in(
    session: Session,
    merchant_id: UUID,
    paper: Paper,
    arrived: Sequence[Arrived],
    actor_id: UUID | None,
) -> Mapping[tuple[UUID, str], UUID]:
    """Put the good units at the place and the damaged ones aside; return the lots they are in."""
    bad = [(each, each.damaged) for each in arrived if each.damaged]
    good = [(each, each.units - each.damaged) for each in arrived if each.units > each.damaged]
    places = {paper.location_id: good}
    if bad:
        aside = quarantine_of(session, merchant_id=merchant_id, location_id=paper.location_id)
        places[aside] = bad
    lines = {
        place: lines_at(place, _added_up((each.variant_id, units) for each, units in parts))
        for place, parts in places.items()
    }
    every = [line for of_place in lines.values() for line in of_place]
    add_units(session, merchant_id=merchant_id, lines=every)
    lots = lots_labelled(
        session,
        merchant_id=merchant_id,
        labels=[(each.variant_id, each.lot) for each in arrived if each.lot],
    )
    for place, parts in places.items():
        book(
            session,
            merchant_id=merchant_id,
            kind=MovementKind.RECEIVED,
            lines=lines[place],
            sign=1,
            reason=paper.number,
            subject_id=paper.id,
            actor_id=actor_id,
            lots=[
                LotUnits(lots[_lot_key(each)], each.variant_id, place, units)
                for each, units in parts
                if each.lot
            ],
        )
    return lots


def _added_up(parts: Iterable[tuple[UUID, int]]) -> Mapping[UUID, int]:
    units: Counter[UUID] = Counter()
    for variant_id, quantity in parts:
        units[variant_id] += quantity
    return units
