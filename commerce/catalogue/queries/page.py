"""The product's own page, in one round trip."""

from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Connection, Row

from commerce.catalogue.queries.sheets import words_of
from commerce.catalogue.queries.shown import (
    in_language,
    languages,
    shown_options,
    shown_picture,
    shown_variant,
)
from commerce.catalogue.records import CategoryName, ProductPage, Words
from commerce.kernel.statements import Statement
from commerce.kernel.text import storable

_PAGE = Statement("""
SELECT p.id, p.handle, p.kind, p.status, p.vendor, p.product_type, p.tags, p.tax_class,
  p.published_at, p.changed_at,
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
  (SELECT jsonb_agg(to_jsonb(m) ORDER BY m.position, m.id) FROM media m
   WHERE m.merchant_id = p.merchant_id AND m.product_id = p.id AND m.state = 'ready')
   AS pictures,
  (SELECT jsonb_agg(jsonb_build_object('path', above.path, 'texts', above.texts)
     ORDER BY above.path)
   FROM (SELECT c.merchant_id, c.path FROM product_category pc JOIN category c
           ON c.merchant_id = pc.merchant_id AND c.id = pc.category_id
         WHERE pc.merchant_id = p.merchant_id AND pc.product_id = p.id
         ORDER BY pc.position LIMIT 1) home
   JOIN category above ON above.merchant_id = home.merchant_id
     AND (above.path = home.path OR starts_with(home.path, above.path || '/'))) AS trail
FROM product p
WHERE p.handle = :handle AND p.status = ANY(:statuses)
""")


def product_by_handle(connection: Connection, *, handle: str, locale: str) -> ProductPage | None:
    """Return the page of an active product, or None."""
    return _page(connection, handle, locale, ["active"])


def product_preview(connection: Connection, *, handle: str, locale: str) -> ProductPage | None:
    """Return the page of a product in any state, for its merchant's own eyes, or None."""
    return _page(connection, handle, locale, ["draft", "active", "archived"])


def _page(
    connection: Connection, handle: str, locale: str, statuses: list[str]
) -> ProductPage | None:
    row = _PAGE.one_or_none(connection, {"handle": storable(handle), "statuses": statuses})
    return None if row is None else _shown(row, locale)


def _shown(row: Row[Any], locale: str) -> ProductPage:
    spoken = {each: words_of(row.words[each]) for each in languages(row.words, locale)}
    options = shown_options(row.options or (), locale)
    return ProductPage(
        id=row.id,
        handle=row.handle,
        kind=row.kind,
        status=row.status,
        vendor=row.vendor,
        product_type=row.product_type,
        tags=tuple(row.tags),
        tax_class=row.tax_class,
        published_at=row.published_at,
        changed_at=row.changed_at,
        words=without_gaps(list(spoken.values())),
        other_words={each: words for each, words in spoken.items() if each != locale},
        trail=tuple(_trail(row.trail or (), locale)),
        options=options,
        variants=tuple(shown_variant(stored, options) for stored in row.variants or ()),
        pictures=tuple(shown_picture(stored, locale) for stored in row.pictures or ()),
    )


def without_gaps(spoken: list[Words]) -> Words:
    """Return the first of `spoken`, with each field it leaves empty taken from the next that speaks."""
    filled = spoken[0]
    for other in spoken[1:]:
        gaps = {
            field.name: getattr(other, field.name)
            for field in fields(Words)
            if not getattr(filled, field.name)
        }
        filled = replace(filled, **gaps)
    return filled


def _trail(stored: Any, locale: str) -> list[CategoryName]:
    return [
        CategoryName(
            branch["path"],
            in_language({each: text["name"] for each, text in branch["texts"].items()}, locale),
        )
        for branch in stored
    ]
