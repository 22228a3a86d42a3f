"""Tell the catalogue what the cheapest variant of a product costs, so that lists can sort by it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.catalogue.service.products import rank_prices

# Three plain reads instead of one join: an import fills the tables in this very transaction, the
# planner knows nothing of them yet, and a join read a whole index for each product (10,000 prices
# took 14 seconds, and take one like this).
_PRODUCTS = text("""
SELECT DISTINCT product_id FROM variant WHERE merchant_id = :merchant AND id = ANY(:variants)
""")

_VARIANTS = text("""
SELECT id, product_id FROM variant
WHERE merchant_id = :merchant AND product_id = ANY(:products) AND retired_at IS NULL
""")

_PRICES = text("""
SELECT variant_id, amount_minor FROM price
WHERE merchant_id = :merchant AND price_list_id = :list AND variant_id = ANY(:variants)
""")


def rank_products_of(
    session: Session, *, merchant_id: UUID, base_list: UUID, variant_ids: Sequence[UUID]
) -> None:
    """Rank the products of these variants by their cheapest price in the base list."""
    merchant = {"merchant": merchant_id}
    products = session.scalars(_PRODUCTS, merchant | {"variants": list(variant_ids)}).all()
    product_of = {
        row.id: row.product_id
        for row in session.execute(_VARIANTS, merchant | {"products": list(products)})
    }
    cheapest: dict[UUID, int | None] = dict.fromkeys(products)
    prices = session.execute(_PRICES, merchant | {"list": base_list, "variants": list(product_of)})
    for row in prices:
        product = product_of[row.variant_id]
        known = cheapest[product]
        cheapest[product] = row.amount_minor if known is None else min(known, row.amount_minor)
    rank_prices(session, merchant_id=merchant_id, cheapest=cheapest)
