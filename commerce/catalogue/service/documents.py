"""Keep what search reads of products: their documents, and the words that slips are compared with."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from commerce.catalogue.facets import tag_facet
from commerce.catalogue.queries.sheets import product_sheets
from commerce.catalogue.records import ProductSheet
from commerce.catalogue.search import search_words
from commerce.catalogue.service import statements as sql
from commerce.kernel.ids import new_id
from commerce.kernel.text import FOLDING

_CATEGORY_NAMES = text("""
SELECT path, ARRAY(SELECT t.value->>'name' FROM jsonb_each(texts) AS t) AS names FROM category
WHERE merchant_id = :merchant
""")
_TAG_NAMES = text("""
SELECT key, array_agg(label ORDER BY locale) AS names FROM facet_label
WHERE merchant_id = :merchant AND key = ANY(:keys) GROUP BY key
""")


def put_search(
    connection: Connection,
    merchant_id: UUID,
    sheets: Sequence[ProductSheet],
    *,
    category_names: Mapping[str, Sequence[str]],
) -> None:
    """Write the documents of some products; `category_names` are those of each path, any language."""
    if not sheets:
        return
    tag_names = _tag_names(connection, merchant_id, sheets)
    read = {
        sheet.id: search_words(
            sheet,
            merchant_id=merchant_id,
            shelf_names=[
                *(name for path in sheet.categories for name in category_names[path]),
                *(name for tag in sheet.tags for name in tag_names.get(tag_facet(tag), ())),
            ],
        )
        for sheet in sheets
    }
    rows = [
        {"merchant_id": merchant_id, "id": key, "words": each.document, "folding": FOLDING}
        for key, each in read.items()
    ]
    connection.execute(sql.PUT_SEARCH, rows)
    # In one order everywhere, so that two imports at once wait for each other but never in a ring.
    words = sorted({word for each in read.values() for word in each.vocabulary})
    given = {"merchant": merchant_id, "ids": [new_id() for _ in words], "words": words}
    connection.execute(sql.ADD_SEARCH_WORDS, given)


def _tag_names(
    connection: Connection, merchant_id: UUID, sheets: Sequence[ProductSheet]
) -> Mapping[str, Sequence[str]]:
    """Return what the tags' filters are called, in any language: people search by what they read."""
    keys = sorted({tag_facet(tag) for sheet in sheets for tag in sheet.tags})
    if not keys:
        return {}
    found = connection.execute(_TAG_NAMES, {"merchant": merchant_id, "keys": keys})
    return {row.key: row.names for row in found}


def read_anew(session: Session, *, merchant_id: UUID, product_ids: Sequence[UUID]) -> None:
    """Write the documents of products once more; nothing that people see changes."""
    connection = session.connection()
    names = {
        row.path: row.names
        for row in connection.execute(_CATEGORY_NAMES, {"merchant": merchant_id})
    }
    sheets = product_sheets(connection, product_ids=product_ids)
    put_search(connection, merchant_id, sheets, category_names=names)
