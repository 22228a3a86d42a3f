"""Say anew when a purchase will come, or that nothing more of it will."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import PurchaseNotOrderedError
from commerce.inventory.service.inbound_notice import tell_inbound
from commerce.inventory.service.purchases.paper import locked, locked_ordered, outstanding
from commerce.inventory.service.terms import checked_terms
from commerce.kernel.clock import utc_now
from commerce.kernel.statements import Statement

_EXPECT = Statement("""
UPDATE purchase SET expected_on = :expected_on
WHERE merchant_id = :merchant AND id = :purchase
""")

_CLOSE = Statement("""
UPDATE purchase p SET ended_at = :now, state = CASE WHEN EXISTS (
    SELECT FROM purchase_line l
    WHERE l.merchant_id = p.merchant_id AND l.purchase_id = p.id AND l.received + l.surplus > 0
  ) THEN 'received' ELSE 'cancelled' END
WHERE p.merchant_id = :merchant AND p.id = :purchase
""")


def expect_purchase_on(
    session: Session, *, merchant_id: UUID, purchase_id: UUID, expected_on: date | None
) -> None:
    """Say anew when the rest of a purchase will come.

    Raises:
        NotFoundError: the merchant has no such purchase.
        PurchaseNotOrderedError: it was not ordered, or is closed.
        TermsRefusedError: the date cannot be meant.
    """
    checked_terms(on=expected_on)
    paper = locked_ordered(session, merchant_id=merchant_id, purchase_id=purchase_id)
    where = {"merchant": merchant_id, "purchase": purchase_id}
    _EXPECT.run(session, {**where, "expected_on": expected_on})
    tell_inbound(
        session,
        merchant_id=merchant_id,
        subject_id=purchase_id,
        location_id=paper.location_id,
        coming=outstanding(session, merchant_id=merchant_id, purchase_id=purchase_id),
        expected_on=expected_on,
    )


def close_purchase(session: Session, *, merchant_id: UUID, purchase_id: UUID) -> None:
    """Say that nothing more of a purchase will come; one of which nothing came is cancelled.

    Raises:
        NotFoundError: the merchant has no such purchase.
        PurchaseNotOrderedError: it is closed already.
    """
    paper = locked(session, merchant_id=merchant_id, purchase_id=purchase_id)
    if paper.state not in {"draft", "ordered"}:
        raise PurchaseNotOrderedError
    tell_inbound(
        session,
        merchant_id=merchant_id,
        subject_id=purchase_id,
        location_id=paper.location_id,
        coming={},
        expected_on=None,
    )
    end(session, merchant_id=merchant_id, purchase_id=purchase_id)


def end(session: Session, *, merchant_id: UUID, purchase_id: UUID) -> None:
    """End a locked purchase."""
    _CLOSE.run(session, {"merchant": merchant_id, "purchase": purchase_id, "now": utc_now()})
