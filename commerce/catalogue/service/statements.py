"""The statements that keep products, built once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, case, func, insert, text
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as upsert

from commerce.catalogue.models import tables


def _put(table: Table, *, key: Sequence[str] = ("id",), keep: Sequence[str] = ()) -> Insert:
    """Return an insert that overwrites the row with the same key, all but the columns in `keep`."""
    statement = upsert(table)
    fixed = {"merchant_id", "id", *key, *keep}
    changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in fixed}
    return statement.on_conflict_do_update(index_elements=["merchant_id", *key], set_=changed)


def _put_product() -> Insert:
    statement = upsert(tables.product)
    fixed = {"merchant_id", "id", "created_at", "rank_price_minor"}
    changed: dict[str, Any] = {
        c.name: statement.excluded[c.name] for c in tables.product.columns if c.name not in fixed
    }
    # Published once is published: an archived product that comes back keeps its day.
    changed["published_at"] = func.coalesce(
        tables.product.c.published_at, statement.excluded.published_at
    )
    return statement.on_conflict_do_update(index_elements=["merchant_id", "id"], set_=changed)


def _put_code() -> Insert:
    statement = upsert(tables.classification)
    known = tables.classification.c
    same = known.code == statement.excluded.code
    return statement.on_conflict_do_update(
        index_elements=["merchant_id", "product_id", "variant_id", "destination"],
        set_={
            "code": statement.excluded.code,
            # The same code again keeps what a broker said about it.
            "unsure": case((same, known.unsure), else_=statement.excluded.unsure),
            "source": case((same, known.source), else_=statement.excluded.source),
            "changed_at": case((same, known.changed_at), else_=statement.excluded.changed_at),
        },
    )


PUT_PRODUCT = _put_product()
PUT_VARIANT = _put(tables.variant, keep=("lots",))
PUT_SEARCH = _put(tables.search_document)
ADD_SEARCH_WORDS = text("""
INSERT INTO search_word (merchant_id, id, word)
SELECT :merchant, given.id, given.word
FROM unnest(CAST(:ids AS uuid[]), CAST(:words AS text[])) AS given (id, word)
WHERE NOT EXISTS (
  SELECT FROM search_word w WHERE w.merchant_id = :merchant AND w.word = given.word
)
ORDER BY given.word
ON CONFLICT DO NOTHING
""")
PUT_LABEL = _put(tables.facet_label, key=["key", "locale"])
PUT_CODE = _put_code()
ADD_TEXT = insert(tables.product_text)
ADD_OPTION = insert(tables.product_option)
ADD_VALUE = insert(tables.product_option_value)
ADD_PLACE = insert(tables.product_category)
ADD_CUSTOMS_NAME = insert(tables.customs_name)

FORGET_TEXTS = text(
    "DELETE FROM product_text WHERE merchant_id = :merchant AND product_id = ANY(:products)"
)
FORGET_OPTIONS = text("""
WITH gone AS (
  SELECT id FROM product_option WHERE merchant_id = :merchant AND product_id = ANY(:products)
), values_gone AS (
  DELETE FROM product_option_value
  WHERE merchant_id = :merchant AND option_id IN (SELECT id FROM gone)
)
DELETE FROM product_option WHERE merchant_id = :merchant AND product_id = ANY(:products)
""")
FORGET_PLACES = text(
    "DELETE FROM product_category WHERE merchant_id = :merchant AND product_id = ANY(:products)"
)
FORGET_CUSTOMS_NAMES = text(
    "DELETE FROM customs_name WHERE merchant_id = :merchant AND product_id = ANY(:products)"
)
FORGET_CODES = text("""
DELETE FROM classification
WHERE merchant_id = :merchant AND product_id = ANY(:products)
  AND variant_id IS NULL AND destination = '*'
""")
# A variant whose SKU, barcode or choice changes is set aside as well, until it is written: two may
# exchange theirs, and the unique indexes are asked after every single row.
RETIRE_VARIANTS = text("""
UPDATE variant v SET retired_at = :now
WHERE v.merchant_id = :merchant AND v.product_id = ANY(:products) AND v.retired_at IS NULL
  AND NOT EXISTS (
    SELECT FROM unnest(
      CAST(:kept AS uuid[]), CAST(:skus AS text[]), CAST(:gtins AS text[]),
      CAST(:choices AS text[])
    ) AS k (id, sku, gtin, choice)
    WHERE k.id = v.id AND k.sku = v.sku AND k.gtin IS NOT DISTINCT FROM v.gtin
      AND k.choice = array_to_string(v.choice, chr(31))
  )
""")
CATEGORIES = text(
    "SELECT id, path, texts FROM category WHERE merchant_id = :merchant AND path = ANY(:paths)"
)
TAKEN = text("""
SELECT handle, NULL AS sku, NULL AS gtin FROM product
WHERE merchant_id = :merchant AND handle = ANY(:handles) AND id <> ALL(:products)
UNION ALL
SELECT NULL, v.sku, v.gtin FROM variant v
WHERE v.merchant_id = :merchant AND v.retired_at IS NULL AND v.product_id <> ALL(:products)
  AND (v.sku = ANY(:skus) OR v.gtin = ANY(:gtins))
LIMIT 1
""")
