"""What promotions are called, and whether a channel has any: without reckoning anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.channel import Channel
from commerce.kernel.statements import Statement
from commerce.pricing.promotions.codes import buyer_digest
from commerce.pricing.promotions.rows import Kind

# As many uses as `use_promotions` would count: an order must not name more.
_NAMES = Statement("""
SELECT p.id, p.kind, p.name, p.name_zh,
  (p.limit_total IS NULL OR p.used < p.limit_total)
   AND (p.limit_per_customer IS NULL OR (CAST(:buyer AS bytea) IS NOT NULL AND coalesce(
     (SELECT t.used FROM promotion_tally t
      WHERE t.promotion_id = p.id AND t.code_id IS NULL AND t.buyer = :buyer), 0)
     < p.limit_per_customer)) AS has_uses,
  coalesce((SELECT jsonb_object_agg(c.code, c.id) FROM promotion_code c
    WHERE c.promotion_id = p.id AND c.code = ANY(:codes)
     AND (c.limit_total IS NULL OR c.used < c.limit_total)
     AND (c.limit_per_customer IS NULL OR (CAST(:buyer AS bytea) IS NOT NULL AND coalesce(
       (SELECT t.used FROM promotion_tally t
        WHERE t.promotion_id = p.id AND t.code_id = c.id AND t.buyer = :buyer), 0)
       < c.limit_per_customer))), '{}') AS codes
FROM promotion p
WHERE p.id = ANY(:promotions)
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
    """What a promotion is called, and whether it has a use left for somebody, whatever else speaks against it."""

    kind: Kind
    name: str
    name_zh: str
    has_uses: bool
    code_ids: Mapping[str, UUID]
    """Those of its codes that were asked for and have a use left."""


def promotes_at(connection: Connection | Session, *, channel: Channel, at: datetime) -> bool:
    """Return whether any promotion on goods counts in the channel at `at` (UTC) or later."""
    return bool(_ANY_AT.value(connection, {"channel": channel.value, "at": at}))


def promotion_names(
    connection: Connection | Session,
    *,
    merchant_id: UUID,
    promotion_ids: Sequence[UUID],
    codes: Sequence[str],
    email: str,
) -> dict[UUID, PromotionName]:
    """Return what promotions are called, those that are over too. No statement where none is asked for."""
    if not promotion_ids:
        return {}
    asked = {
        "promotions": list(promotion_ids),
        "codes": list(codes),
        "buyer": buyer_digest(merchant_id, email),
    }
    return {
        row.id: PromotionName(
            Kind(row.kind),
            row.name,
            row.name_zh,
            row.has_uses,
            {code: UUID(each) for code, each in row.codes.items()},
        )
        for row in _NAMES.all(connection, asked)
    }
