"""Remember the addresses that products and categories leave, in the caller's transaction."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from commerce.catalogue.records import ProductSheet

# What nobody has seen has left no address behind.
_LEAVE_HANDLES = text("""
INSERT INTO earlier_address (merchant_id, kind, address, product_id)
SELECT p.merchant_id, 'product', p.handle, p.id
FROM unnest(CAST(:products AS uuid[]), CAST(:handles AS text[])) AS given (id, handle)
JOIN product p ON p.merchant_id = :merchant AND p.id = given.id
WHERE p.handle <> given.handle AND p.published_at IS NOT NULL
ORDER BY p.handle
ON CONFLICT (merchant_id, kind, address) DO UPDATE SET product_id = excluded.product_id
""")

_LEAVE_PATHS = text("""
INSERT INTO earlier_address (merchant_id, kind, address, category_id)
SELECT merchant_id, 'category', path, id FROM category
WHERE merchant_id = :merchant AND (path = :path OR starts_with(path, :path || '/'))
ORDER BY path
ON CONFLICT (merchant_id, kind, address) DO UPDATE SET category_id = excluded.category_id
""")

_INHERIT_PATHS = text("""
WITH left_behind AS (
  UPDATE earlier_address SET category_id = :heir
  WHERE merchant_id = :merchant AND category_id = :category AND address <> :path
)
INSERT INTO earlier_address (merchant_id, kind, address, category_id)
VALUES (:merchant, 'category', :path, :heir)
ON CONFLICT (merchant_id, kind, address) DO UPDATE SET category_id = excluded.category_id
""")


def leave_handles(
    connection: Connection, *, merchant_id: UUID, sheets: Sequence[ProductSheet]
) -> None:
    """Remember the handles that products have now and that `sheets` take from them.

    Call it before the sheets are written.
    """
    given = {
        "merchant": merchant_id,
        "products": [sheet.id for sheet in sheets],
        "handles": [sheet.handle for sheet in sheets],
    }
    connection.execute(_LEAVE_HANDLES, given)


def leave_paths(session: Session, *, merchant_id: UUID, path: str) -> None:
    """Remember where the category at `path` and all below it stand; call it before they move."""
    session.execute(_LEAVE_PATHS, {"merchant": merchant_id, "path": path})


def inherit_paths(
    session: Session, *, merchant_id: UUID, category_id: UUID, path: str, heir_id: UUID
) -> None:
    """Let the address of a category that goes, and all it had before, lead to its heir."""
    session.execute(
        _INHERIT_PATHS,
        {"merchant": merchant_id, "category": category_id, "path": path, "heir": heir_id},
    )
