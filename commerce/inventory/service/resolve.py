"""Close a discrepancy with the finding."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.models import Discrepancy
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.statements import Statement

_CLOSE_TAKEN = Statement("""
UPDATE discrepancy SET resolved_at = :now, resolution = :resolution, owner_id = :actor
WHERE merchant_id = :merchant AND displaced_owner_id = :owner AND variant_id = ANY(:variants)
  AND resolved_at IS NULL
""")


def resolve_discrepancy(
    session: Session, *, merchant_id: UUID, discrepancy_id: UUID, resolution: str, actor_id: UUID
) -> None:
    """Record what was found; a second call leaves the first finding as it is.

    Raises:
        NotFoundError: the merchant has no such discrepancy.
        ValueError: `resolution` is blank.
    """
    if not resolution.strip():
        raise ValueError("a discrepancy is closed with a finding")
    row = session.get(Discrepancy, (merchant_id, discrepancy_id), with_for_update=True)
    if row is None:
        raise NotFoundError
    if row.resolved_at is None:
        row.resolved_at = utc_now()
        row.resolution = resolution.strip()
        row.owner_id = actor_id


def close_taken_promises(
    session: Session,
    *,
    merchant_id: UUID,
    owner_id: UUID,
    variant_ids: Sequence[UUID],
    resolution: str,
    actor_id: UUID | None,
) -> None:
    """Close what was found about promises to `owner_id` that are whole again.

    `resolution` is a code that the desk says in the reader's language.
    """
    _CLOSE_TAKEN.run(
        session,
        {
            "merchant": merchant_id,
            "owner": owner_id,
            "variants": list(variant_ids),
            "resolution": resolution,
            "actor": actor_id,
            "now": utc_now(),
        },
    )
