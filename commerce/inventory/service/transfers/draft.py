"""Ask for goods from another place: they are held there until somebody sends them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.models import Transfer, TransferLine
from commerce.inventory.rows import Portion, Stage, Units
from commerce.inventory.service.hold import release_holds, reserve
from commerce.inventory.service.statements import lock_known_levels
from commerce.inventory.service.stock_places import check_places
from commerce.inventory.service.terms import (
    checked_terms,
    counted_goods,
    paper_number,
    refuse,
    units_faults,
)
from commerce.inventory.service.transfers.paper import Paper, lines_of, locked_draft
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement

_TRANSFER, _LINES = Insertion(Transfer), Insertion(TransferLine)

_FORGET_LINES = Statement("""
DELETE FROM transfer_line WHERE merchant_id = :merchant AND transfer_id = :transfer
""")

_CHANGE = Statement("""
UPDATE transfer SET expected_on = :expected_on, note = :note
WHERE merchant_id = :merchant AND id = :transfer
""")

_CANCEL = Statement("""
UPDATE transfer SET state = 'cancelled', ended_at = :now
WHERE merchant_id = :merchant AND id = :transfer
""")


def draft_transfer(
    session: Session,
    *,
    merchant_id: UUID,
    origin_id: UUID,
    destination_id: UUID,
    lines: Sequence[Portion],
    expected_on: date | None = None,
    note: str = "",
    actor_id: UUID | None = None,
) -> UUID:
    """Ask for goods from another place, hold them there, and return the transfer's id.

    Raises:
        PlacesRefusedError: the places are not two places in use of the merchant.
        LinesRefusedError: names every line that cannot be meant.
        TermsRefusedError: the note or the date cannot be meant.
        OutOfStockError: names every line of which fewer units are free at the origin.
    """
    check_places(session, merchant_id=merchant_id, places=[origin_id, destination_id])
    note = checked_terms(note=note, on=expected_on)
    transfer_id = new_id()
    _TRANSFER.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": transfer_id,
            "number": paper_number("TR"),
            "origin_id": origin_id,
            "destination_id": destination_id,
            "state": "draft",
            "expected_on": expected_on,
            "note": note,
            "asked_by": actor_id,
        },
    )
    _ask(session, merchant_id, transfer_id, origin_id, lines)
    return transfer_id


def change_transfer(
    session: Session,
    *,
    merchant_id: UUID,
    transfer_id: UUID,
    lines: Sequence[Portion],
    expected_on: date | None = None,
    note: str = "",
) -> None:
    """Replace the lines and terms of a draft; what is held follows.

    Raises:
        NotFoundError: the merchant has no such transfer.
        TransferNotDraftError: it has left or was cancelled.
        LinesRefusedError: names every line that cannot be meant.
        TermsRefusedError: the note or the date cannot be meant.
        OutOfStockError: names every line of which fewer units are free at the origin.
    """
    paper = locked_draft(session, merchant_id=merchant_id, transfer_id=transfer_id)
    where = {"merchant": merchant_id, "transfer": transfer_id}
    _CHANGE.run(
        session,
        {**where, "expected_on": expected_on, "note": checked_terms(note=note, on=expected_on)},
    )
    _release(session, merchant_id, paper, also=[line.variant_id for line in lines])
    _FORGET_LINES.run(session, where)
    _ask(session, merchant_id, transfer_id, paper.origin_id, lines)


def cancel_transfer(session: Session, *, merchant_id: UUID, transfer_id: UUID) -> None:
    """Drop a draft; its goods are free again.

    Raises:
        NotFoundError: the merchant has no such transfer.
        TransferNotDraftError: it has left or was cancelled.
    """
    paper = locked_draft(session, merchant_id=merchant_id, transfer_id=transfer_id)
    _release(session, merchant_id, paper)
    _CANCEL.run(session, {"merchant": merchant_id, "transfer": transfer_id, "now": utc_now()})


def _ask(
    session: Session,
    merchant_id: UUID,
    transfer_id: UUID,
    origin_id: UUID,
    lines: Sequence[Portion],
) -> None:
    counted_goods(session, merchant_id=merchant_id, variant_ids=[line.variant_id for line in lines])
    refuse(units_faults((line.variant_id, line.quantity) for line in lines))
    _LINES.many(
        session,
        [
            {
                "merchant_id": merchant_id,
                "transfer_id": transfer_id,
                "variant_id": line.variant_id,
                "asked": line.quantity,
            }
            for line in lines
        ],
    )
    reserve(
        session,
        merchant_id=merchant_id,
        owner_id=transfer_id,
        lines=[Units(line.variant_id, origin_id, line.quantity) for line in lines],
        stage=Stage.TRANSFER,
        expires_at=None,
    )


def _release(
    session: Session, merchant_id: UUID, paper: Paper, *, also: Sequence[UUID] = ()
) -> None:
    """Give back what the draft holds; the levels of `also` are locked with them, in one order."""
    asked = lines_of(session, merchant_id=merchant_id, transfer_id=paper.id)
    lock_known_levels(
        session,
        merchant_id=merchant_id,
        lines=[Units(each, paper.origin_id, 0) for each in {*asked, *also}],
    )
    release_holds(session, merchant_id=merchant_id, owner_id=paper.id)
