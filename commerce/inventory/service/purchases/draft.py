"""Write what shall be ordered from a supplier, and order it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import LineFault
from commerce.inventory.models import Purchase, PurchaseLine
from commerce.inventory.rows import CostedUnits
from commerce.inventory.service.inbound_notice import tell_inbound
from commerce.inventory.service.purchases.paper import locked_draft, outstanding
from commerce.inventory.service.stock_places import check_places
from commerce.inventory.service.terms import (
    checked_terms,
    counted_goods,
    paper_number,
    refuse,
    units_faults,
)
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement

MOST_COST_MINOR = 100_000_000_000

_PURCHASE, _LINES = Insertion(Purchase), Insertion(PurchaseLine)

_SUPPLIER = Statement("""
SELECT 1 FROM supplier WHERE merchant_id = :merchant AND id = :supplier AND active
""")

_FORGET_LINES = Statement("""
DELETE FROM purchase_line WHERE merchant_id = :merchant AND purchase_id = :purchase
""")

_CHANGE = Statement("""
UPDATE purchase SET expected_on = :expected_on, note = :note
WHERE merchant_id = :merchant AND id = :purchase
""")

_ORDER = Statement("""
UPDATE purchase SET state = 'ordered', ordered_at = :now, ordered_by = :actor,
  expected_on = :expected_on, reference = :reference
WHERE merchant_id = :merchant AND id = :purchase
""")


def draft_purchase(
    session: Session,
    *,
    merchant_id: UUID,
    supplier_id: UUID,
    location_id: UUID,
    lines: Sequence[CostedUnits],
    expected_on: date | None = None,
    note: str = "",
) -> UUID:
    """Write down what shall be ordered and where it shall arrive; return the purchase's id.

    Raises:
        NotFoundError: the merchant has no such supplier in use.
        PlacesRefusedError: the place is not one in use of the merchant.
        LinesRefusedError: names every line that cannot be meant.
        TermsRefusedError: the note or the date cannot be meant.
    """
    if _SUPPLIER.value(session, {"merchant": merchant_id, "supplier": supplier_id}) is None:
        raise NotFoundError
    check_places(session, merchant_id=merchant_id, places=[location_id])
    purchase_id = new_id()
    _PURCHASE.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": purchase_id,
            "number": paper_number("PO"),
            "supplier_id": supplier_id,
            "location_id": location_id,
            "state": "draft",
            "expected_on": expected_on,
            "note": checked_terms(note=note, on=expected_on),
        },
    )
    _write(session, merchant_id, purchase_id, lines)
    return purchase_id


def change_purchase(
    session: Session,
    *,
    merchant_id: UUID,
    purchase_id: UUID,
    lines: Sequence[CostedUnits],
    expected_on: date | None = None,
    note: str = "",
) -> None:
    """Replace the lines and terms of a draft.

    Raises:
        NotFoundError: the merchant has no such purchase.
        PurchaseNotDraftError: it was ordered or cancelled.
        LinesRefusedError: names every line that cannot be meant.
        TermsRefusedError: the note or the date cannot be meant.
    """
    locked_draft(session, merchant_id=merchant_id, purchase_id=purchase_id)
    where = {"merchant": merchant_id, "purchase": purchase_id}
    note = checked_terms(note=note, on=expected_on)
    _CHANGE.run(session, {**where, "expected_on": expected_on, "note": note})
    _FORGET_LINES.run(session, where)
    _write(session, merchant_id, purchase_id, lines)


def order_purchase(
    session: Session,
    *,
    merchant_id: UUID,
    purchase_id: UUID,
    expected_on: date | None = None,
    reference: str = "",
    actor_id: UUID | None = None,
) -> None:
    """Say that a draft was ordered; its goods are expected from now on.

    `reference` is the supplier's own number of the order. `expected_on` replaces what the draft
    says, if it is given.

    Raises:
        NotFoundError: the merchant has no such purchase.
        PurchaseNotDraftError: it was ordered already, or cancelled.
        TermsRefusedError: the reference or the date cannot be meant.
    """
    reference = checked_terms(note=reference, on=expected_on)
    paper = locked_draft(session, merchant_id=merchant_id, purchase_id=purchase_id)
    expected_on = expected_on or paper.expected_on
    _ORDER.run(
        session,
        {
            "merchant": merchant_id,
            "purchase": purchase_id,
            "now": utc_now(),
            "actor": actor_id,
            "expected_on": expected_on,
            "reference": reference,
        },
    )
    ordered = outstanding(session, merchant_id=merchant_id, purchase_id=purchase_id)
    tell_inbound(
        session,
        merchant_id=merchant_id,
        subject_id=purchase_id,
        location_id=paper.location_id,
        coming=ordered,
        expected_on=expected_on,
    )


def _write(
    session: Session, merchant_id: UUID, purchase_id: UUID, lines: Sequence[CostedUnits]
) -> None:
    counted_goods(session, merchant_id=merchant_id, variant_ids=[line.variant_id for line in lines])
    refuse(units_faults((line.variant_id, line.quantity) for line in lines))
    refuse(
        LineFault(line.variant_id, "cost")
        for line in lines
        if not 0 <= line.unit_cost.amount_minor <= MOST_COST_MINOR
    )
    _LINES.many(
        session,
        [
            {
                "merchant_id": merchant_id,
                "purchase_id": purchase_id,
                "variant_id": line.variant_id,
                "ordered": line.quantity,
                "unit_cost_minor": line.unit_cost.amount_minor,
                "currency": line.unit_cost.currency,
            }
            for line in lines
        ],
    )
