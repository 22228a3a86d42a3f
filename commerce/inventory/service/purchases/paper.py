"""The purchase as it is locked, and its lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import PurchaseNotDraftError, PurchaseNotOrderedError
from commerce.kernel.errors import NotFoundError
from commerce.kernel.statements import Statement


@dataclass(frozen=True, slots=True)
class Paper:
    """A purchase that is locked until the transaction ends."""

    id: UUID
    number: str
    supplier_id: UUID
    location_id: UUID
    state: str
    expected_on: date | None


_LOCK = Statement(
    """
SELECT id, number, supplier_id, location_id, state, expected_on FROM purchase
WHERE merchant_id = :merchant AND id = :purchase FOR UPDATE
""",
    Paper,
)

_OUTSTANDING = Statement("""
SELECT variant_id, ordered - received AS units FROM purchase_line
WHERE merchant_id = :merchant AND purchase_id = :purchase ORDER BY variant_id
""")


def locked(session: Session, *, merchant_id: UUID, purchase_id: UUID) -> Paper:
    """Lock a purchase, whatever its state.

    Raises:
        NotFoundError: the merchant has no such purchase.
    """
    paper = _LOCK.one_or_none(session, {"merchant": merchant_id, "purchase": purchase_id})
    if paper is None:
        raise NotFoundError
    return paper


def locked_draft(session: Session, *, merchant_id: UUID, purchase_id: UUID) -> Paper:
    """Lock a purchase that is still a draft.

    Raises:
        NotFoundError: the merchant has no such purchase.
        PurchaseNotDraftError: it was ordered or cancelled.
    """
    paper = locked(session, merchant_id=merchant_id, purchase_id=purchase_id)
    if paper.state != "draft":
        raise PurchaseNotDraftError
    return paper


def locked_ordered(session: Session, *, merchant_id: UUID, purchase_id: UUID) -> Paper:
    """Lock a purchase that goods are expected of.

    Raises:
        NotFoundError: the merchant has no such purchase.
        PurchaseNotOrderedError: it was not ordered, or is closed.
    """
    paper = locked(session, merchant_id=merchant_id, purchase_id=purchase_id)
    if paper.state != "ordered":
        raise PurchaseNotOrderedError
    return paper


def outstanding(session: Session, *, merchant_id: UUID, purchase_id: UUID) -> Mapping[UUID, int]:
    """Return the units of each variant that have not come yet; 0 for those that all have."""
    rows = _OUTSTANDING.all(session, {"merchant": merchant_id, "purchase": purchase_id})
    return {row.variant_id: row.units for row in rows}
