"""What the desk's filter finds, as a table to sort by whatever the desk sorts by, and to walk through."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, Uuid, bindparam, null, select

from commerce.catalogue.models import tables
from commerce.catalogue.queries.selection import (
    base_conditions,
    found,
    selection,
    source,
)

_BEFORE_ALL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Words, a category with all below it, and states; the first two may be missing."""

    statuses: tuple[str, ...]
    words: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    """A table of merchant_id, id, changed_at, price and likeness (none without words)."""

    rows: Select[Any]
    parameters: Mapping[str, Any]


def matching(wanted: ProductFilter) -> Matching | None:
    """Return what a filter finds, or None when its words have none."""
    chosen = selection(
        category=wanted.category,
        query=wanted.words,
        chosen={},
        statuses=wanted.statuses,
    )
    if chosen is None:
        return None
    product, shape = tables.product.c, chosen.shape
    likeness = found(one_status=shape.one_status).c.rank if shape.by_query else null()
    rows = (
        select(
            product.merchant_id,
            product.id,
            product.changed_at,
            product.rank_price_minor.label("price"),
            likeness.label("likeness"),
        )
        .select_from(source(shape))
        .where(*base_conditions(shape))
    )
    return Matching(rows, chosen.parameters)


def matching_ids(
    connection: Connection, wanted: ProductFilter, *, after: UUID | None, most: int
) -> tuple[UUID, ...]:
    """Return the next products that a filter finds, by id behind `after`: changed ones are not met again."""
    held = matching(wanted)
    if held is None:
        return ()
    product = tables.product.c
    statement = (
        held.rows.where(product.id > bindparam("after", type_=Uuid()))
        .order_by(product.id)
        .limit(bindparam("most"))
    )
    given = {**held.parameters, "after": after or _BEFORE_ALL, "most": most}
    return tuple(row.id for row in connection.execute(statement, given))
