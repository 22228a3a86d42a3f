"""Who works with the stock of which places."""

from uuid import UUID

from sqlalchemy import Connection

from commerce.kernel.statements import Statement

_POSTS = Statement("SELECT location_id FROM stock_keeper WHERE staff_id = :staff")


def posts_of(connection: Connection, *, staff_id: UUID) -> frozenset[UUID]:
    """Return the places whose stock somebody works with; none at all means every place's."""
    return frozenset(row.location_id for row in _POSTS.all(connection, {"staff": staff_id}))
