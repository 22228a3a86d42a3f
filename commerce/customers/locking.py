"""Let one person be changed by one transaction at a time."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_LOCK = text("SELECT 1 FROM customer WHERE merchant_id = :merchant AND id = :customer FOR UPDATE")


def lock_customer(session: Session, *, merchant_id: UUID, customer_id: UUID) -> None:
    """Let others who would change this person wait until the transaction ends; nobody if unknown."""
    session.execute(_LOCK, {"merchant": merchant_id, "customer": customer_id})
