"""Tell the catalogue what the cheapest variant of a product costs, so that lists can sort by it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.catalogue.service.products import rank_prices

_CHEAPEST = text("""
SELECT v.product_id, min(p.amount_minor) AS cheapest
FROM variant v
LEFT JOIN price p
  ON p.merchant_id = v.merchant_id AND p.variant_id = v.id AND p.price_list_id = :list
WHERE v.merchant_id = :merchant AND v.retired_at IS NULL AND v.product_id IN (
  SELECT product_id FROM variant WHERE merchant_id = :merchant AND id = ANY(:variants)
)
GROUP BY v.product_id
ORDER BY v.product_id
""")


def rank_products_of(
    session: Session, *, merchant_id: UUID, base_list: UUID, variant_ids: Sequence[UUID]
) -> None:
    """Rank the products of these variants by their cheapest price in the base list."""
    rows = session.execute(
        _CHEAPEST, {"merchant": merchant_id, "list": base_list, "variants": list(variant_ids)}
    ).all()
    rank_prices(
        session,
        merchant_id=merchant_id,
        cheapest={row.product_id: row.cheapest for row in rows},
    )
