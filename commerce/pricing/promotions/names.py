"""What promotions are called, and whether a channel has any: without reckoning anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.channel import Channel
from commerce.kernel.statements import Statement
from commerce.pricing.promotions.rows import Kind

_NAMES = Statement("""
SELECT p.id, p.kind, p.name, p.name_zh,
  coalesce(jsonb_object_agg(c.code, c.id) FILTER (WHERE c.id IS NOT NULL), '{}') AS codes
FROM promotion p
LEFT JOIN promotion_code c ON c.merchant_id = p.merchant_id AND c.promotion_id = p.id
 AND c.code = ANY(:codes)
WHERE p.id = ANY(:promotions)
GROUP BY p.merchant_id, p.id, p.kind, p.name, p.name_zh
""")

# Whether it counts at this very moment, the reckoning says.
_ANY_AT = Statement("""
SELECT EXISTS (
  SELECT 1 FROM promotion
  WHERE switched_off_at IS NULL AND (valid_to IS NULL OR valid_to > :at) AND kind <> 'shipping'
    AND (terms -> 'channels' IS NULL OR jsonb_exists(terms -> 'channels', :channel)))
""")


@dataclass(frozen=True, slots=True)
class PromotionName:
    """What a promotion is called, and the ids of those of its codes that were asked for."""

    kind: Kind
    name: str
    name_zh: str
    code_ids: Mapping[str, UUID]


def promotes_at(connection: Connection | Session, *, channel: Channel, at: datetime) -> bool:
    """Return whether any promotion on goods counts in the channel at `at` (UTC) or later."""
    return bool(_ANY_AT.value(connection, {"channel": channel.value, "at": at}))


def promotion_names(
    connection: Connection | Session, *, promotion_ids: Sequence[UUID], codes: Sequence[str] = ()
) -> dict[UUID, PromotionName]:
    """Return what promotions are called, whether they count or not. No statement where none is asked for."""
    if not promotion_ids:
        return {}
    asked = {"promotions": list(promotion_ids), "codes": list(codes)}
    return {
        row.id: PromotionName(
            Kind(row.kind),
            row.name,
            row.name_zh,
            {code: UUID(each) for code, each in row.codes.items()},
        )
        for row in _NAMES.all(connection, asked)
    }
