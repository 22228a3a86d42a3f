"""Pictures in every state: the desk's gallery and the worker's pile."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.catalogue.queries.shown import shown_picture
from commerce.catalogue.records import MediaRoom, Picture
from commerce.kernel.clock import utc_now
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


# What the park decided for this merchant counts, else what it decided for all.
_ROOM = Statement("""
SELECT limits.most_files, limits.most_bytes,
       (SELECT count(*) FROM media m WHERE m.merchant_id = :merchant) AS files,
       (SELECT coalesce(sum(m.bytes), 0) FROM media m WHERE m.merchant_id = :merchant) AS bytes
FROM (
  SELECT most_files, most_bytes, valid_from, id, true AS own FROM media_allowance
  WHERE merchant_id = :merchant AND valid_from <= :day
  UNION ALL
  SELECT most_files, most_bytes, valid_from, id, false FROM media_quota WHERE valid_from <= :day
) AS limits
ORDER BY own DESC, valid_from DESC, id DESC LIMIT 1
""")


def room_for_media(connection: Connection | Session, *, merchant_id: UUID) -> MediaRoom | None:
    """Return what pictures a merchant keeps and may keep; None where the park sets no limit."""
    row = _ROOM.one_or_none(connection, {"merchant": merchant_id, "day": utc_now().date()})
    if row is None:
        return None
    return MediaRoom(row.files, int(row.bytes), row.most_files, row.most_bytes)
