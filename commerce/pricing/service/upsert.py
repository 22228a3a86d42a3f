"""The one place that writes prices, for one or for ten thousand, and keeps what they were.

Every price that is written or taken away leaves a row in `price_change`, in the same statement or the
same transaction, so that nothing can be sold at a price of which nobody knows later.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion
from commerce.pricing.errors import UnknownVariantError
from commerce.pricing.models import PriceChanged
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
  RETURNING variant_id, amount_minor, compare_at_minor, derived
), logged AS (
  INSERT INTO price_change (merchant_id, id, price_list_id, variant_id, currency, amount_minor,
                            compare_at_minor, derived, at)
  SELECT :merchant, c.id, :list, w.variant_id, l.currency, w.amount_minor, w.compare_at_minor,
         w.derived, :at
  FROM written w
  JOIN unnest(CAST(:change_ids AS uuid[]), CAST(:variants AS uuid[])) AS c(id, variant_id)
    USING (variant_id)
  JOIN price_list l ON l.merchant_id = :merchant AND l.id = :list
)
SELECT (SELECT count(*) FROM want) - (SELECT count(*) FROM known) AS unknown,
       ARRAY(SELECT variant_id FROM written) AS changed
""")


_REMOVE = text("""
DELETE FROM price p USING price_list l
WHERE p.merchant_id = :merchant AND p.variant_id = ANY(:variants)
  AND l.merchant_id = p.merchant_id AND l.id = p.price_list_id
  AND (l.id = :list OR (p.derived AND l.derived_from = :list))
RETURNING p.price_list_id, p.variant_id, p.derived, l.currency
""")

_LOG = Insertion(PriceChanged)
_LOGGED_AT_ONCE = 1000
"""Rows of one statement: PostgreSQL takes 65,535 values in one."""


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
            "at": utc_now(),
            "ids": [new_id() for _ in latest],
            "change_ids": [new_id() for _ in latest],
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


def delete_prices(
    session: Session, *, merchant_id: UUID, price_list: UUID, variant_ids: Sequence[UUID]
) -> tuple[UUID, ...]:
    """Take prices out of a list, and those converted from them out of the lists derived from it.

    Return the variants that had a price in the list itself.
    """
    which = {"merchant": merchant_id, "list": price_list, "variants": list(variant_ids)}
    gone = session.execute(_REMOVE, which).all()
    at = utc_now()
    rows = [
        {
            "merchant_id": merchant_id,
            "price_list_id": each.price_list_id,
            "variant_id": each.variant_id,
            "currency": each.currency,
            "derived": each.derived,
            "at": at,
        }
        for each in gone
    ]
    for first in range(0, len(rows), _LOGGED_AT_ONCE):
        _LOG.many(session, rows[first : first + _LOGGED_AT_ONCE])
    return tuple(each.variant_id for each in gone if each.price_list_id == price_list)
