"""Pictures in every state: the desk's gallery and the worker's pile."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries.shown import shown_picture
from commerce.catalogue.records import Picture
from commerce.kernel.statements import Statement

_OF_PRODUCT = Statement("""
SELECT to_jsonb(m) AS picture FROM media m
WHERE m.product_id = :product ORDER BY m.position, m.id
""")

_OF_PRODUCTS = Statement("""
SELECT m.product_id, to_jsonb(m) AS picture FROM media m
WHERE m.product_id = ANY(:products) ORDER BY m.product_id, m.position, m.id
""")

_WAITING = Statement("""
SELECT merchant_id, id, storage_name FROM media
WHERE state = 'pending' ORDER BY created_at, id LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class WaitingPicture:
    """A picture that has no smaller copies yet."""

    merchant_id: UUID
    id: UUID
    storage_name: str


def pictures_of(connection: Connection, *, product_id: UUID, locale: str) -> tuple[Picture, ...]:
    """Return all pictures of a product in their order, refused and waiting ones too."""
    rows = _OF_PRODUCT.all(connection, {"product": product_id})
    return tuple(shown_picture(row.picture, locale) for row in rows)


def pictures_of_products(
    connection: Connection, *, product_ids: Sequence[UUID], locale: str
) -> dict[UUID, tuple[Picture, ...]]:
    """Return all pictures of each of these products that has any, in their order."""
    found: dict[UUID, tuple[Picture, ...]] = {}
    for row in _OF_PRODUCTS.all(connection, {"products": list(product_ids)}):
        picture = shown_picture(row.picture, locale)
        found[row.product_id] = (*found.get(row.product_id, ()), picture)
    return found


def waiting_pictures(connection: Connection, *, limit: int = 50) -> list[WaitingPicture]:
    """Return the pictures whose smaller copies are to be made, the oldest first."""
    rows = _WAITING.all(connection, {"limit": limit})
    return [WaitingPicture(row.merchant_id, row.id, row.storage_name) for row in rows]
