"""What a place says it cannot do for an order: units that it does not find, a part it declines.

From where the goods come instead is decided by whoever calls this (`commerce.checkout`).
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.fulfilment.errors import (
    DeclineNoteError,
    FulfilmentMovedOnError,
    NotInFulfilmentError,
    ShortBeyondUnpickedError,
)
from commerce.fulfilment.labels.giving_back import let_labels_go
from commerce.fulfilment.rows import DeclineReason, FulfilmentState
from commerce.fulfilment.service.picking import Task, task_of
from commerce.inventory.rows import Units
from commerce.kernel.clock import utc_now
from commerce.kernel.statements import Statement

NOWHERE_ELSE = "nowhere-else"
"""Why a part waits at a place that has declined it: the merchant decides."""

LONGEST_NOTE = 300

_SHORT = Statement("""
UPDATE fulfilment_line SET short = short + :units
WHERE merchant_id = :merchant AND fulfilment_id = :id AND variant_id = :variant
  AND quantity - picked >= :units
""")

_LINES = Statement("""
SELECT variant_id, quantity FROM fulfilment_line
WHERE merchant_id = :merchant AND fulfilment_id = :id AND quantity > 0 ORDER BY variant_id
""")

_DECLINE = Statement("""
UPDATE fulfilment
SET state = 'declined', reason = :reason, note = :note, ended_at = :at, ready_at = NULL,
    clerk_id = :clerk
WHERE merchant_id = :merchant AND id = :id AND state IN ('open', 'picking', 'packed')
""")

_DECLINED_BY = Statement("""
SELECT DISTINCT location_id FROM fulfilment
WHERE merchant_id = :merchant AND order_id = :order AND state = 'declined'
""")

_NOWHERE = Statement("""
UPDATE fulfilment SET reason = :reason, note = :note
WHERE merchant_id = :merchant AND order_id = :order AND location_id = :location AND state = 'open'
""")


def call_short(
    session: Session, *, merchant_id: UUID, fulfilment_id: UUID, variant_id: UUID, units: int
) -> Task:
    """Note that a picker does not find units; the caller lets them come from elsewhere.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        FulfilmentMovedOnError: nobody picks it now.
        NotInFulfilmentError: the variant is not part of it.
        ShortBeyondUnpickedError: fewer units are still to be picked.
    """
    task = task_of(session, merchant_id=merchant_id, fulfilment_id=fulfilment_id)
    if task.state != FulfilmentState.PICKING:
        raise FulfilmentMovedOnError
    asked = {each.variant_id for each in _lines(session, merchant_id, task)}
    if variant_id not in asked:
        raise NotInFulfilmentError
    what = {"merchant": merchant_id, "id": fulfilment_id, "variant": variant_id, "units": units}
    if units <= 0 or not _SHORT.run(session, what):
        raise ShortBeyondUnpickedError
    return task


def decline_task(
    session: Session,
    *,
    merchant_id: UUID,
    fulfilment_id: UUID,
    reason: DeclineReason,
    note: str,
    clerk_id: UUID,
) -> tuple[Task, tuple[Units, ...]]:
    """End a part that its place declines, and return it with the units it was to send.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        FulfilmentMovedOnError: it is past being declined.
        DeclineNoteError: the reason is another one, and nobody says which, or too much is said.
    """
    note = note.strip()
    if (reason is DeclineReason.OTHER and not note) or len(note) > LONGEST_NOTE:
        raise DeclineNoteError(most=LONGEST_NOTE)
    task = task_of(session, merchant_id=merchant_id, fulfilment_id=fulfilment_id)
    units = _lines(session, merchant_id, task)
    ended = {
        "merchant": merchant_id,
        "id": fulfilment_id,
        "reason": reason.value,
        "note": note,
        "clerk": clerk_id,
        "at": utc_now(),
    }
    if task.location_id is None or not _DECLINE.run(session, ended):
        raise FulfilmentMovedOnError
    let_labels_go(session, merchant_id=merchant_id, fulfilment_ids=[fulfilment_id])
    return task, units


def declined_by(session: Session, *, merchant_id: UUID, order_id: UUID) -> Sequence[UUID]:
    """Return the places that have declined a part of the order."""
    rows = _DECLINED_BY.all(session, {"merchant": merchant_id, "order": order_id})
    return [row.location_id for row in rows]


def say_nowhere_else(
    session: Session, *, merchant_id: UUID, order_id: UUID, location_id: UUID, note: str
) -> None:
    """Mark what waits at a place that has declined it because no other place has the goods."""
    _NOWHERE.run(
        session,
        {
            "merchant": merchant_id,
            "order": order_id,
            "location": location_id,
            "reason": NOWHERE_ELSE,
            "note": note,
        },
    )


def _lines(session: Session, merchant_id: UUID, task: Task) -> tuple[Units, ...]:
    if task.location_id is None:
        return ()
    rows = _LINES.all(session, {"merchant": merchant_id, "id": task.id})
    return tuple(Units(row.variant_id, task.location_id, row.quantity) for row in rows)
