"""Whole products, as they are edited, imported, exported and put back."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from commerce.catalogue.errors import ProductNotFoundError
from commerce.catalogue.records import Option, OptionValue, ProductSheet, VariantSheet, Words
from commerce.kernel.statements import Statement

_SHEETS = Statement("""
SELECT p.id, p.handle, p.kind, p.status, p.vendor, p.product_type, p.tags, p.tax_class,
  (SELECT jsonb_object_agg(t.locale, to_jsonb(t)) FROM product_text t
   WHERE t.merchant_id = p.merchant_id AND t.product_id = p.id) AS words,
  (SELECT jsonb_agg(jsonb_build_object('key', o.key, 'names', o.names, 'values',
     (SELECT jsonb_agg(jsonb_build_object('key', v.key, 'names', v.names, 'swatch', v.swatch)
        ORDER BY v.position)
      FROM product_option_value v
      WHERE v.merchant_id = o.merchant_id AND v.option_id = o.id)) ORDER BY o.position)
   FROM product_option o
   WHERE o.merchant_id = p.merchant_id AND o.product_id = p.id) AS options,
  (SELECT jsonb_agg(to_jsonb(v) ORDER BY v.position, v.id) FROM variant v
   WHERE v.merchant_id = p.merchant_id AND v.product_id = p.id AND v.retired_at IS NULL)
   AS variants,
  (SELECT array_agg(c.path ORDER BY pc.position, c.path)
   FROM product_category pc JOIN category c
     ON c.merchant_id = pc.merchant_id AND c.id = pc.category_id
   WHERE pc.merchant_id = p.merchant_id AND pc.product_id = p.id) AS categories,
  (SELECT k.code FROM classification k
   WHERE k.merchant_id = p.merchant_id AND k.product_id = p.id
     AND k.variant_id IS NULL AND k.destination = '*') AS commodity_code,
  (SELECT jsonb_object_agg(n.locale, n.name) FROM customs_name n
   WHERE n.merchant_id = p.merchant_id AND n.product_id = p.id) AS customs_names
FROM product p
WHERE p.id = ANY(:ids)
ORDER BY p.id
""")

_IDS_AFTER = text("""
SELECT id FROM product
WHERE id > :after AND status = ANY(:statuses) ORDER BY id LIMIT :limit
""")

_IDS_BY_HANDLE = Statement("SELECT handle, id FROM product WHERE handle = ANY(:handles)")

_IDS_BY_SKU = Statement("""
SELECT sku, product_id FROM variant WHERE sku = ANY(:skus) AND retired_at IS NULL
""")

_TITLES = Statement("""
SELECT p.id, p.handle,
  (SELECT t.name FROM product_text t
   WHERE t.merchant_id = p.merchant_id AND t.product_id = p.id AND t.name <> ''
   ORDER BY t.locale <> :locale, t.locale LIMIT 1) AS name
FROM product p WHERE p.id = ANY(:ids)
""")

_IDS_BY_GTIN = Statement("""
SELECT gtin, product_id FROM variant WHERE gtin = ANY(:gtins) AND retired_at IS NULL
""")

_BEFORE_ALL = UUID(int=0)


def product_for_edit(connection: Connection, *, product_id: UUID) -> ProductSheet:
    """Return the whole of one product, in any state.

    Raises:
        ProductNotFoundError: the shop has no such product.
    """
    found = product_sheets(connection, product_ids=[product_id])
    if not found:
        raise ProductNotFoundError
    return found[0]


def product_sheets(connection: Connection, *, product_ids: Sequence[UUID]) -> list[ProductSheet]:
    """Return the sheets of the products with these ids that exist, in the order of their ids."""
    rows = _SHEETS.all(connection, {"ids": list(product_ids)})
    return [_sheet(row) for row in rows]


def every_product_sheet(
    connection: Connection, *, statuses: Sequence[str] = ("draft", "active"), at_once: int = 500
) -> Iterator[ProductSheet]:
    """Yield the sheets of all products in these states, oldest first, a few hundred at a time."""
    after = _BEFORE_ALL
    given = {"statuses": list(statuses), "limit": at_once}
    while ids := connection.scalars(_IDS_AFTER, given | {"after": after}).all():
        yield from product_sheets(connection, product_ids=ids)
        after = ids[-1]


def product_ids_by_handle(connection: Connection, *, handles: Sequence[str]) -> dict[str, UUID]:
    """Return which of these handles exist, with the ids of their products."""
    rows = _IDS_BY_HANDLE.all(connection, {"handles": list(handles)})
    return {row.handle: row.id for row in rows}


def product_ids_by_sku(connection: Connection, *, skus: Sequence[str]) -> dict[str, UUID]:
    """Return which of these SKUs are in use, with the ids of their products."""
    rows = _IDS_BY_SKU.all(connection, {"skus": list(skus)})
    return {row.sku: row.product_id for row in rows}


def product_titles(
    connection: Connection, *, product_ids: Collection[UUID], locale: str
) -> dict[UUID, tuple[str, str]]:
    """Return the handle and the name of products in any state; the name in `locale`, else in any."""
    rows = _TITLES.all(connection, {"ids": list(product_ids), "locale": locale})
    return {row.id: (row.handle, row.name or row.handle) for row in rows}


def product_ids_by_gtin(connection: Connection, *, gtins: Sequence[str]) -> dict[str, UUID]:
    """Return which of these barcodes are in use, with the ids of their products."""
    rows = _IDS_BY_GTIN.all(connection, {"gtins": list(gtins)})
    return {row.gtin: row.product_id for row in rows}


def words_of(stored: Mapping[str, Any]) -> Words:
    """Return the words of one language from their JSON form."""
    return Words(
        name=stored["name"],
        subtitle=stored["subtitle"],
        story_html=stored["story_html"],
        specification=tuple((label, value) for label, value in stored["specification"]),
        materials=stored["materials"],
        origin=stored["origin"],
        care=stored["care"],
        seo_title=stored["seo_title"],
        seo_description=stored["seo_description"],
    )


def _sheet(row: Row[Any]) -> ProductSheet:
    return ProductSheet(
        id=row.id,
        handle=row.handle,
        kind=row.kind,
        status=row.status,
        vendor=row.vendor,
        product_type=row.product_type,
        tags=tuple(row.tags),
        tax_class=row.tax_class,
        words={locale: words_of(stored) for locale, stored in (row.words or {}).items()},
        options=tuple(_option(stored) for stored in row.options or ()),
        variants=tuple(_variant(stored) for stored in row.variants or ()),
        categories=tuple(row.categories or ()),
        commodity_code=row.commodity_code,
        customs_names=row.customs_names or {},
    )


def _option(stored: Mapping[str, Any]) -> Option:
    values = tuple(
        OptionValue(value["key"], value["names"], value["swatch"])
        for value in stored["values"] or ()
    )
    return Option(stored["key"], stored["names"], values)


def _variant(stored: Mapping[str, Any]) -> VariantSheet:
    return VariantSheet(
        id=UUID(stored["id"]),
        sku=stored["sku"],
        gtin=stored["gtin"],
        choice=tuple(stored["choice"]),
        weight_grams=stored["weight_grams"],
        origin_country=stored["origin_country"],
        requires_shipping=stored["requires_shipping"],
        stock_tracked=stored["stock_tracked"],
        sell_when_out=stored["sell_when_out"],
    )
