"""Where a product or a category stands today that stood elsewhere before."""

from sqlalchemy import Connection

from commerce.kernel.statements import Statement
from commerce.kernel.text import storable

# One that has come back to its former address is there: it leads nowhere else.
_PRODUCT = Statement("""
SELECT p.handle FROM earlier_address e
JOIN product p ON p.merchant_id = e.merchant_id AND p.id = e.product_id
WHERE e.kind = 'product' AND e.address = :address AND p.status = 'active'
  AND p.handle <> e.address
""")

_CATEGORY = Statement("""
SELECT c.path FROM earlier_address e
JOIN category c ON c.merchant_id = e.merchant_id AND c.id = e.category_id
WHERE e.kind = 'category' AND e.address = :address AND c.path <> e.address
""")


def handle_after(connection: Connection, *, handle: str) -> str | None:
    """Return the handle of the active product that once had `handle` and has another, or None."""
    found: str | None = _PRODUCT.value(connection, {"address": storable(handle)})
    return found


def path_after(connection: Connection, *, path: str) -> str | None:
    """Return the path of the category that once stood at `path` and stands elsewhere, or None."""
    found: str | None = _CATEGORY.value(connection, {"address": storable(path)})
    return found
