"""Keep what a sale that happened has against the rules, until somebody has seen it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement
from commerce.registers.journal import append_entry
from commerce.registers.models import SaleVariance
from commerce.registers.rows import Variance

_INSERT = Insertion(SaleVariance)

_SEE = Statement("""
UPDATE sale_variance SET seen_at = COALESCE(seen_at, :now), seen_by = COALESCE(seen_by, :actor)
WHERE merchant_id = :merchant AND id = :variance
""")


def note_variance(
    session: Session,
    *,
    merchant_id: UUID,
    register_id: UUID,
    sale_id: UUID,
    variance: Variance,
    sold_at: datetime,
) -> None:
    """Write down a rule that a sale has against it, for the desk and in the register's journal."""
    _INSERT.one(
        session,
        {
            "merchant_id": merchant_id,
            "id": new_id(),
            "sale_id": sale_id,
            "kind": variance.kind.value,
            "facts": variance.facts,
            "sold_at": sold_at,
            "at": utc_now(),
        },
    )
    append_entry(
        session,
        merchant_id=merchant_id,
        register_id=register_id,
        kind="variance",
        body={
            "sale": str(sale_id),
            "rule": variance.kind.value,
            "sold_at": sold_at.isoformat(timespec="seconds"),
            **variance.facts,
        },
    )


def see_variance(session: Session, *, merchant_id: UUID, variance_id: UUID, actor_id: UUID) -> None:
    """Record that somebody has looked into a variance; the first who did so stays.

    Raises:
        NotFoundError: the merchant has no such variance.
    """
    values = {"merchant": merchant_id, "variance": variance_id, "actor": actor_id, "now": utc_now()}
    if not _SEE.run(session, values):
        raise NotFoundError
