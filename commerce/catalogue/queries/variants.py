"""Variants with their products: what carts, orders and the till look up."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from commerce.catalogue.codes import valid_gtin
from commerce.catalogue.queries.shown import (
    choice_title,
    in_language,
    shown_options,
    shown_picture,
)
from commerce.catalogue.records import SoldVariant
from commerce.kernel.statements import Statement
from commerce.kernel.text import storable

_BY_ID = Statement("""
SELECT v.id, v.product_id, v.sku, v.gtin, v.choice, v.weight_grams, v.origin_country,
  v.requires_shipping, v.stock_tracked, v.sell_when_out, v.retired_at,
  p.handle, p.kind, p.status, p.tax_class,
  (SELECT jsonb_object_agg(t.locale, t.name) FROM product_text t
   WHERE t.merchant_id = p.merchant_id AND t.product_id = p.id) AS names,
  CASE WHEN cardinality(v.choice) > 0 THEN
    (SELECT jsonb_agg(jsonb_build_object('key', o.key, 'names', o.names, 'values',
       (SELECT jsonb_agg(jsonb_build_object('key', c.key, 'names', c.names, 'swatch', c.swatch)
          ORDER BY c.position)
        FROM product_option_value c
        WHERE c.merchant_id = o.merchant_id AND c.option_id = o.id
          AND c.key = v.choice[o.position + 1])) ORDER BY o.position)
     FROM product_option o
     WHERE o.merchant_id = p.merchant_id AND o.product_id = p.id) END AS options,
  (SELECT to_jsonb(m) FROM media m
   WHERE m.merchant_id = p.merchant_id AND m.product_id = p.id AND m.state = 'ready'
   ORDER BY (m.variant_id = v.id) DESC NULLS LAST, m.position, m.id LIMIT 1) AS picture
FROM variant v JOIN product p ON p.merchant_id = v.merchant_id AND p.id = v.product_id
WHERE v.id = ANY(:ids)
ORDER BY v.id
""")

_ID_OF_CODE = Statement("""
SELECT id FROM variant
WHERE retired_at IS NULL AND (sku = :code OR gtin = ANY(:gtins))
ORDER BY (sku = :code) DESC, id LIMIT 1
""")

_IDS_OF_CODES = Statement("""
SELECT DISTINCT ON (w.code) w.code, v.id FROM variant v
JOIN unnest(CAST(:codes AS text[]), CAST(:spellings AS text[])) AS w(code, spelling)
  ON v.sku = w.spelling OR v.gtin = w.spelling
WHERE v.retired_at IS NULL
ORDER BY w.code, (v.sku = w.code) DESC, v.id
""")

_IDS_FOR_TILL = text("""
SELECT v.id FROM variant v JOIN product p ON p.merchant_id = v.merchant_id AND p.id = v.product_id
WHERE p.status = 'active' AND v.retired_at IS NULL AND v.id > :after
ORDER BY v.id LIMIT :limit
""")

_OF_PRODUCTS = Statement("""
SELECT id, product_id FROM variant
WHERE product_id = ANY(:products) AND retired_at IS NULL
ORDER BY product_id, position, id
""")

_IDS_OF_SKUS = Statement(
    "SELECT sku, id FROM variant WHERE sku = ANY(:skus) AND retired_at IS NULL"
)
_KNOWN = Statement("SELECT id FROM variant WHERE id = ANY(:ids)")

_BEFORE_ALL = UUID(int=0)


def variants_by_ids(
    connection: Connection, *, variant_ids: Sequence[UUID], locale: str
) -> dict[UUID, SoldVariant]:
    """Return the variants with these ids, retired ones too, by id; unknown ids are left out."""
    rows = _BY_ID.all(connection, {"ids": list(variant_ids)})
    return {row.id: _sold(row, locale) for row in rows}


def known_variants(
    connection: Connection, *, variant_ids: Sequence[UUID] = (), skus: Sequence[str] = ()
) -> tuple[frozenset[UUID], dict[str, UUID]]:
    """Return which of these ids exist, retired ones too, and the variants on sale by their SKUs."""
    known = _KNOWN.all(connection, {"ids": list(variant_ids)}) if variant_ids else []
    named = _IDS_OF_SKUS.all(connection, {"skus": list(skus)}) if skus else []
    return frozenset(row.id for row in known), {row.sku: row.id for row in named}


def find_variant_by_code(connection: Connection, *, code: str, locale: str) -> SoldVariant | None:
    """Return the variant with this SKU or barcode: what the till does with a scan.

    A SKU wins over a barcode. A GTIN is found whatever number of leading zeros the scanner sent
    (GS1: a GTIN-12 is the GTIN-13 that begins with 0).
    """
    scanned = storable(code).strip()
    given = {"code": scanned, "gtins": _same_gtins(scanned)}
    variant_id = _ID_OF_CODE.value(connection, given)
    if variant_id is None:
        return None
    return variants_by_ids(connection, variant_ids=[variant_id], locale=locale)[variant_id]


def variant_ids_by_codes(connection: Connection, *, codes: Sequence[str]) -> dict[str, UUID]:
    """Return the variant on sale of each SKU or barcode; codes of nothing are left out."""
    spelled = [
        (code, spelling)
        for code in dict.fromkeys(storable(each).strip() for each in codes)
        for spelling in dict.fromkeys((code, *_same_gtins(code)))
    ]
    given = {"codes": [code for code, _ in spelled], "spellings": [each for _, each in spelled]}
    return {row.code: row.id for row in _IDS_OF_CODES.all(connection, given)}


def till_catalogue(
    connection: Connection, *, locale: str, after: UUID | None = None, limit: int = 1000
) -> list[SoldVariant]:
    """Return the next `limit` variants that a till may sell, in the order of their ids."""
    given = {"after": after or _BEFORE_ALL, "limit": limit}
    ids = connection.scalars(_IDS_FOR_TILL, given).all()
    return list(variants_by_ids(connection, variant_ids=ids, locale=locale).values())


def variants_of_products(
    connection: Connection, *, product_ids: Sequence[UUID]
) -> dict[UUID, list[UUID]]:
    """Return the ids of the variants on sale of each product, in their order."""
    found: dict[UUID, list[UUID]] = {product_id: [] for product_id in product_ids}
    for row in _OF_PRODUCTS.all(connection, {"products": list(product_ids)}):
        found[row.product_id].append(row.id)
    return found


def _same_gtins(code: str) -> list[str]:
    return list(_spellings(code)) if valid_gtin(code) else []


def _spellings(code: str) -> Iterator[str]:
    digits = valid_gtin(code) or code
    bare = digits.lstrip("0")
    for length in (8, 12, 13, 14):
        if len(bare) <= length:
            yield bare.rjust(length, "0")


def _sold(row: Row[Any], locale: str) -> SoldVariant:
    options = shown_options(row.options or (), locale)
    return SoldVariant(
        id=row.id,
        product_id=row.product_id,
        handle=row.handle,
        product_name=in_language(row.names, locale),
        title=choice_title(row.choice, options),
        kind=row.kind,
        product_status=row.status,
        retired=row.retired_at is not None,
        sku=row.sku,
        gtin=row.gtin,
        tax_class=row.tax_class,
        weight_grams=row.weight_grams,
        origin_country=row.origin_country,
        requires_shipping=row.requires_shipping,
        stock_tracked=row.stock_tracked,
        sell_when_out=row.sell_when_out,
        picture=shown_picture(row.picture, locale) if row.picture else None,
    )
