"""Mark variants whose stock is kept by lot. The inventory alone calls this: it keeps the lots."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement

_LOCK = Statement("""
SELECT stock_tracked, lots FROM variant
WHERE merchant_id = :merchant AND id = :variant FOR UPDATE
""")

_MARK = Statement("""
UPDATE variant SET lots = :lots WHERE merchant_id = :merchant AND id = :variant
""")


@dataclass(frozen=True, slots=True)
class MarkedVariant:
    """What a variant is now, and whether that is new."""

    stock_tracked: bool
    changed: bool


def mark_lots(
    session: Session, *, merchant_id: UUID, variant_id: UUID, lots: bool
) -> MarkedVariant | None:
    """Say whether a variant's stock is kept by lot, unless nobody counts it; None without a variant.

    The variant stays locked, so that no level of it is opened meanwhile.
    """
    where = {"merchant": merchant_id, "variant": variant_id}
    found = _LOCK.one_or_none(session, where)
    if found is None:
        return None
    if not found.stock_tracked or found.lots is lots:
        return MarkedVariant(found.stock_tracked, changed=False)
    _MARK.run(session, {**where, "lots": lots})
    return MarkedVariant(found.stock_tracked, changed=True)
