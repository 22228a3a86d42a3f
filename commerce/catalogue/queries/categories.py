"""The category tree."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from commerce.catalogue.queries.shown import in_language
from commerce.catalogue.records import Category, CategoryEntry
from commerce.kernel.statements import Statement

_TREE = Statement("""
WITH counted AS (
  SELECT above.merchant_id, above.id, count(DISTINCT pc.product_id) AS products
  FROM category above
  JOIN category below ON below.merchant_id = above.merchant_id
    AND (below.id = above.id OR starts_with(below.path, above.path || '/'))
  JOIN product_category pc
    ON pc.merchant_id = below.merchant_id AND pc.category_id = below.id
  JOIN product p ON p.merchant_id = pc.merchant_id AND p.id = pc.product_id
  WHERE p.status = 'active'
  GROUP BY above.merchant_id, above.id
)
SELECT c.id, c.parent_id, c.path, c.texts, coalesce(n.products, 0) AS product_count
FROM category c LEFT JOIN counted n ON n.merchant_id = c.merchant_id AND n.id = c.id
ORDER BY c.position, c.path
""")


_ENTRIES = Statement("""
WITH standing AS (
  SELECT pc.category_id, pc.product_id,
         count(*) OVER (PARTITION BY pc.product_id) AS places
  FROM product_category pc
), counted AS (
  SELECT category_id, count(*) AS products, count(*) FILTER (WHERE places = 1) AS only_here
  FROM standing GROUP BY category_id
)
SELECT c.id, c.parent_id, c.path, c.position, c.texts,
       coalesce(n.products, 0) AS products, coalesce(n.only_here, 0) AS only_here,
       (SELECT count(DISTINCT s.product_id) FROM category below
        JOIN standing s ON s.category_id = below.id
        WHERE below.id = c.id OR starts_with(below.path, c.path || '/')) AS in_branch
FROM category c LEFT JOIN counted n ON n.category_id = c.id
ORDER BY c.position, c.path
""")


def category_entries(connection: Connection) -> tuple[CategoryEntry, ...]:
    """Return every category as it is edited, each before those below it, in the merchant's order."""
    below: dict[UUID | None, list[Row[Any]]] = defaultdict(list)
    for row in _ENTRIES.all(connection):
        below[row.parent_id].append(row)
    return tuple(_entries(below, None))


def _entries(
    below: dict[UUID | None, list[Row[Any]]], parent: UUID | None
) -> Iterator[CategoryEntry]:
    for row in below[parent]:
        yield CategoryEntry(
            id=row.id,
            path=row.path,
            position=row.position,
            names={locale: text["name"] for locale, text in row.texts.items()},
            abouts={locale: text.get("about", "") for locale, text in row.texts.items()},
            product_count=row.products,
            only_here=row.only_here,
            in_branch=row.in_branch,
        )
        yield from _entries(below, row.id)


def category_tree(connection: Connection, *, locale: str) -> tuple[Category, ...]:
    """Return the whole tree from its top branches down, in the merchant's order."""
    below: dict[UUID | None, list[Row[Any]]] = defaultdict(list)
    for row in _TREE.all(connection):
        below[row.parent_id].append(row)
    return _branches(below, None, locale)


def _branches(
    below: dict[UUID | None, list[Row[Any]]], parent: UUID | None, locale: str
) -> tuple[Category, ...]:
    return tuple(
        Category(
            id=row.id,
            path=row.path,
            name=_said(row, "name", locale),
            about=_said(row, "about", locale),
            product_count=row.product_count,
            children=_branches(below, row.id, locale),
        )
        for row in below[parent]
    )


def _said(row: Row[Any], field: str, locale: str) -> str:
    said = {each: text.get(field, "") for each, text in row.texts.items()}
    return in_language({each: words for each, words in said.items() if words}, locale)
