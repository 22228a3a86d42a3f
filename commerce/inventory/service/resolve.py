"""Close a discrepancy with the finding."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.models import Discrepancy
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError


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
