"""The transfer as it is locked, and its lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import TransferNotDraftError, TransferNotSentError
from commerce.kernel.errors import NotFoundError
from commerce.kernel.statements import Statement


@dataclass(frozen=True, slots=True)
class Paper:
    """A transfer that is locked until the transaction ends."""

    id: UUID
    number: str
    origin_id: UUID
    destination_id: UUID
    transit_id: UUID | None
    state: str
    expected_on: date | None


@dataclass(frozen=True, slots=True)
class PaperLine:
    """Units of one variant in a locked transfer."""

    variant_id: UUID
    asked: int
    sent: int
    received: int
    under_way: int


_LOCK = Statement(
    """
SELECT id, number, origin_id, destination_id, transit_id, state, expected_on FROM transfer
WHERE merchant_id = :merchant AND id = :transfer FOR UPDATE
""",
    Paper,
)

_LINES = Statement(
    """
SELECT variant_id, asked, sent, received, sent - received - lost - returned AS under_way
FROM transfer_line WHERE merchant_id = :merchant AND transfer_id = :transfer
ORDER BY variant_id
""",
    PaperLine,
)

# A transfer of which nothing arrived was called back.
_END = Statement("""
UPDATE transfer t SET ended_at = :now, state = CASE WHEN EXISTS (
    SELECT FROM transfer_line l
    WHERE l.merchant_id = t.merchant_id AND l.transfer_id = t.id AND l.received + l.lost > 0
  ) THEN 'received' ELSE 'cancelled' END
WHERE t.merchant_id = :merchant AND t.id = :transfer AND t.state = 'sent' AND NOT EXISTS (
    SELECT FROM transfer_line l
    WHERE l.merchant_id = t.merchant_id AND l.transfer_id = t.id
      AND l.sent > l.received + l.lost + l.returned
  )
""")


def locked_draft(session: Session, *, merchant_id: UUID, transfer_id: UUID) -> Paper:
    """Lock a transfer that is still a draft.

    Raises:
        NotFoundError: the merchant has no such transfer.
        TransferNotDraftError: it has left or was cancelled.
    """
    paper = locked(session, merchant_id=merchant_id, transfer_id=transfer_id)
    if paper.state != "draft":
        raise TransferNotDraftError
    return paper


def locked_under_way(
    session: Session, *, merchant_id: UUID, transfer_id: UUID
) -> tuple[Paper, UUID]:
    """Lock a transfer that is under way; return it, and where its goods are in transit.

    Raises:
        NotFoundError: the merchant has no such transfer.
        TransferNotSentError: it was not sent, or all of it has been settled.
    """
    paper = locked(session, merchant_id=merchant_id, transfer_id=transfer_id)
    if paper.state != "sent" or paper.transit_id is None:
        raise TransferNotSentError
    return paper, paper.transit_id


def locked(session: Session, *, merchant_id: UUID, transfer_id: UUID) -> Paper:
    """Lock a transfer, whatever its state.

    Raises:
        NotFoundError: the merchant has no such transfer.
    """
    paper = _LOCK.one_or_none(session, {"merchant": merchant_id, "transfer": transfer_id})
    if paper is None:
        raise NotFoundError
    return paper


def lines_of(session: Session, *, merchant_id: UUID, transfer_id: UUID) -> Mapping[UUID, PaperLine]:
    """Return the lines of a locked transfer by variant."""
    rows = _LINES.all(session, {"merchant": merchant_id, "transfer": transfer_id})
    return {row.variant_id: row for row in rows}


def end_if_settled(
    session: Session, *, merchant_id: UUID, transfer_id: UUID, now: datetime
) -> None:
    """End a transfer of which nothing is under way any more."""
    _END.run(session, {"merchant": merchant_id, "transfer": transfer_id, "now": now})
