"""Settle what of a transfer never arrived: it is lost, or it is back where it came from."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.rows import MovementKind
from commerce.inventory.service.chosen_lots import lots_brought_by
from commerce.inventory.service.differences import Difference, note_differences
from commerce.inventory.service.inbound_notice import tell_inbound
from commerce.inventory.service.ledger import book
from commerce.inventory.service.shift import lines_at, shift
from commerce.inventory.service.statements import change_levels
from commerce.inventory.service.terms import checked_reason
from commerce.inventory.service.transfers.paper import (
    Paper,
    end_if_settled,
    lines_of,
    locked_under_way,
)
from commerce.kernel.clock import utc_now
from commerce.kernel.statements import Statement

_LOST = Statement("""
UPDATE transfer_line SET lost = sent - received - returned
WHERE merchant_id = :merchant AND transfer_id = :transfer
""")

_RETURNED = Statement("""
UPDATE transfer_line SET returned = sent - received - lost
WHERE merchant_id = :merchant AND transfer_id = :transfer
""")


def write_off_the_rest(
    session: Session,
    *,
    merchant_id: UUID,
    transfer_id: UUID,
    reason: str,
    owner_id: UUID | None = None,
    actor_id: UUID | None = None,
) -> None:
    """Say that nothing more of a transfer will arrive: what is still in transit is missing.

    It goes off the books as a discrepancy with `reason`, which `owner_id` (else the actor) looks
    into. The transfer is received then.

    Raises:
        NotFoundError: the merchant has no such transfer.
        TransferNotSentError: it was not sent, or all of it has been settled.
        ReasonMissingError: nobody says why.
    """
    reason = checked_reason(reason)
    paper, transit_id, rest = _rest(session, merchant_id, transfer_id)
    change_levels(
        session,
        merchant_id=merchant_id,
        changes={(variant_id, transit_id): -units for variant_id, units in rest.items()},
    )
    book(
        session,
        merchant_id=merchant_id,
        kind=MovementKind.DISCREPANCY,
        lines=lines_at(transit_id, rest),
        sign=-1,
        reason=reason,
        subject_id=transfer_id,
        actor_id=actor_id,
        lots=lots_brought_by(
            session,
            merchant_id=merchant_id,
            subject_id=transfer_id,
            location_id=transit_id,
            variant_ids=rest,
        ),
    )
    note_differences(
        session,
        merchant_id=merchant_id,
        transfer_id=transfer_id,
        location_id=paper.destination_id,
        differences=[Difference(variant_id, missing=units) for variant_id, units in rest.items()],
        reason=reason,
        owner_id=owner_id or actor_id,
    )
    _LOST.run(session, {"merchant": merchant_id, "transfer": transfer_id})
    _close(session, merchant_id, paper)


def return_the_rest(
    session: Session,
    *,
    merchant_id: UUID,
    transfer_id: UUID,
    reason: str,
    actor_id: UUID | None = None,
) -> None:
    """Say that what is still in transit is back at the origin; called back whole, it is cancelled.

    Raises:
        NotFoundError: the merchant has no such transfer.
        TransferNotSentError: it was not sent, or all of it has been settled.
        ReasonMissingError: nobody says why.
    """
    reason = checked_reason(reason)
    paper, transit_id, rest = _rest(session, merchant_id, transfer_id)
    shift(
        session,
        merchant_id=merchant_id,
        origin_id=transit_id,
        arriving={paper.origin_id: rest},
        subject_id=transfer_id,
        actor_id=actor_id,
        reason=reason,
        lots=lots_brought_by(
            session,
            merchant_id=merchant_id,
            subject_id=transfer_id,
            location_id=transit_id,
            variant_ids=rest,
        ),
    )
    _RETURNED.run(session, {"merchant": merchant_id, "transfer": transfer_id})
    _close(session, merchant_id, paper)


def _rest(
    session: Session, merchant_id: UUID, transfer_id: UUID
) -> tuple[Paper, UUID, Mapping[UUID, int]]:
    """Lock a transfer and return it, where it is in transit, and the units that still are."""
    paper, transit_id = locked_under_way(session, merchant_id=merchant_id, transfer_id=transfer_id)
    lines = lines_of(session, merchant_id=merchant_id, transfer_id=transfer_id)
    rest = {line.variant_id: line.under_way for line in lines.values() if line.under_way}
    return paper, transit_id, rest


def _close(session: Session, merchant_id: UUID, paper: Paper) -> None:
    tell_inbound(
        session,
        merchant_id=merchant_id,
        subject_id=paper.id,
        location_id=paper.destination_id,
        coming={},
        expected_on=None,
    )
    end_if_settled(session, merchant_id=merchant_id, transfer_id=paper.id, now=utc_now())
