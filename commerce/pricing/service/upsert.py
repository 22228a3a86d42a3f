"""The one statement that writes prices, for one or for ten thousand."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id
from commerce.pricing.errors import UnknownVariantError
from commerce.pricing.rows import PriceChange

# A converted price gives way to another conversion and to a person; a person's price gives way to
# a person only. A row that stays as it is is not touched, so that nothing is cached anew for it.
_UPSERT = text("""
WITH want AS (
  SELECT * FROM unnest(
    CAST(:ids AS uuid[]), CAST(:variants AS uuid[]), CAST(:amounts AS bigint[]),
    CAST(:compare_ats AS bigint[])
  ) AS w(id, variant_id, amount_minor, compare_at_minor)
), known AS (
  SELECT w.* FROM want w JOIN variant v ON v.merchant_id = :merchant AND v.id = w.variant_id
), written AS (
  INSERT INTO price AS p
    (merchant_id, id, price_list_id, variant_id, amount_minor, compare_at_minor, derived)
  SELECT :merchant, id, :list, variant_id, amount_minor, compare_at_minor, :derived
  FROM known ORDER BY variant_id
  ON CONFLICT (merchant_id, variant_id, price_list_id) DO UPDATE
    SET amount_minor = EXCLUDED.amount_minor, compare_at_minor = EXCLUDED.compare_at_minor,
        derived = EXCLUDED.derived
    WHERE (p.derived OR NOT EXCLUDED.derived)
      AND (p.amount_minor, p.compare_at_minor, p.derived)
          IS DISTINCT FROM (EXCLUDED.amount_minor, EXCLUDED.compare_at_minor, EXCLUDED.derived)
  RETURNING variant_id
)
SELECT (SELECT count(*) FROM want) - (SELECT count(*) FROM known) AS unknown,
       ARRAY(SELECT variant_id FROM written) AS changed
""")


def upsert_prices(
    session: Session,
    *,
    merchant_id: UUID,
    price_list: UUID,
    prices: Sequence[PriceChange],
    derived: bool,
) -> tuple[UUID, ...]:
    """Write `prices` into a list and return the variants whose price is another one now.

    Raises:
        UnknownVariantError: some name no variant of this merchant.
    """
    latest = {change.variant_id: change for change in prices}
    row = session.execute(
        _UPSERT,
        {
            "merchant": merchant_id,
            "list": price_list,
            "derived": derived,
            "ids": [new_id() for _ in latest],
            "variants": list(latest),
            "amounts": [change.amount.amount_minor for change in latest.values()],
            "compare_ats": [
                change.compare_at.amount_minor if change.compare_at else None
                for change in latest.values()
            ],
        },
    ).one()
    if row.unknown:
        raise UnknownVariantError(count=row.unknown)
    return tuple(row.changed)
