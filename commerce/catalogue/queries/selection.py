"""Which products a list holds: its category, query, filters and states, as parts of a statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Text,
    bindparam,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Float, Uuid

from commerce.catalogue.models import tables
from commerce.catalogue.search import search_query
from commerce.kernel.statements import Statement
from commerce.kernel.text import storable

Chosen = Mapping[str, Sequence[str]]
"""What a shopper ticked: values per facet group."""

MOST_GROUPS = 12
_OPEN_END = 2**62


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides the text of a statement; everything else is a parameter of it."""

    one_status: bool
    """An equality, unlike a list, lets PostgreSQL read an index in its order."""
    by_path: bool
    by_branch: bool
    by_query: bool
    groups: int
    price_ranges: int


@dataclass(frozen=True, slots=True)
class Selection:
    """A list's conditions with their parameters."""

    shape: Shape
    groups: tuple[str, ...]
    """The chosen groups apart from price, in the order of the parameters."""
    parameters: Mapping[str, Any]


_BRANCH = Statement("""
SELECT id FROM category WHERE path = :path OR starts_with(path, :below)
""")


def branch_of(connection: Connection, category: str) -> list[UUID]:
    """Return a category and all below it.

    Only from the very ids can PostgreSQL tell a small department, whose products it fetches, from a
    large one, of which it meets enough on its way down an ordered list.
    """
    path = storable(category)
    return [row.id for row in _BRANCH.all(connection, {"path": path, "below": f"{path}/"})]


def selection(
    *,
    category: str | None,
    query: str | None,
    chosen: Chosen,
    statuses: Sequence[str],
    branch: Sequence[UUID] | None = None,
) -> Selection | None:
    """Return the conditions of a list, or None when the query has no word and so finds nothing.

    `branch` is what `branch_of` says of the category; what counts everything needs none.
    """
    one_status = len(statuses) == 1
    parameters: dict[str, Any] = (
        {"status": statuses[0]} if one_status else {"statuses": list(statuses)}
    )
    if branch is not None:
        parameters |= {"branch": list(branch)}
    elif category is not None:
        path = storable(category)
        parameters |= {"category": path, "below_category": f"{path}/"}
    if query is not None:
        words = search_query(query)
        if words is None:
            return None
        parameters |= {
            "exact": words.exact,
            "typed": words.typed,
            "pairs": words.pairs,
            "runs": words.runs,
        }
    groups = tuple(sorted(g for g, values in chosen.items() if g != "price" and values))
    for at, group in enumerate(groups[:MOST_GROUPS]):
        parameters[f"keys_{at}"] = [storable(f"{group}={value}") for value in chosen[group]]
    ranges = [price_range(value) for value in chosen.get("price", ())]
    for at, (low, high) in enumerate(ranges[:MOST_GROUPS]):
        parameters |= {f"low_{at}": low, f"high_{at}": high}
    shape = Shape(
        one_status=one_status,
        by_path=category is not None and branch is None,
        by_branch=branch is not None,
        by_query=query is not None,
        groups=min(len(groups), MOST_GROUPS),
        price_ranges=min(len(ranges), MOST_GROUPS),
    )
    return Selection(shape, groups[:MOST_GROUPS], parameters)


def price_range(value: str) -> tuple[int, int]:
    """Return the borders of a price filter written `low-high` in minor units; high is excluded.

    A range that cannot be read holds nothing.
    """
    low, dash, high = value.partition("-")
    if not dash or not low.isdecimal() or not (high.isdecimal() or high == ""):
        return (0, 0)
    return min(int(low), _OPEN_END), min(int(high or _OPEN_END), _OPEN_END)


@lru_cache(maxsize=512)
def source(shape: Shape) -> FromClause:
    """Return products, joined with what the search found when there is a query."""
    products: FromClause = tables.product
    if shape.by_query:
        hits = found(one_status=shape.one_status)
        products = products.join(hits, hits.c.product_id == tables.product.c.id)
    return products


_EXACT = literal_column("1", Float())


@lru_cache(maxsize=2)
def found(*, one_status: bool) -> FromClause:
    """Return what the search found as a table of (product_id, rank).

    Words like those that were typed only count where no product of these states has the very words:
    "sofa" is no slip for "soft" in a shop that sells sofas, but it is where its sofas are drafts.
    """
    arguments = (
        bindparam("exact", type_=Text()),
        bindparam("typed", type_=ARRAY(Text())),
        bindparam("pairs", type_=ARRAY(Text())),
        bindparam("runs", type_=ARRAY(Text())),
    )
    hit = (
        func.search_products(*arguments)
        .table_valued(column("product_id", Uuid()), column("rank", Float()), name="hit")
        .alias("hit")
    )
    shown = tables.product.alias("shown")
    best = func.max(hit.c.rank).over().label("best")
    every = (
        select(hit.c.product_id, hit.c.rank, best)
        .select_from(hit.join(shown, shown.c.id == hit.c.product_id))
        .where(_in_states(shown.c.status, one_status=one_status))
        .subquery("every_hit")
    )
    return (
        select(every.c.product_id, every.c.rank)
        .where(or_(every.c.rank >= _EXACT, every.c.best < _EXACT))
        .subquery("found")
    )


def _in_states(status: ColumnElement[str], *, one_status: bool) -> ColumnElement[bool]:
    if one_status:
        return status == bindparam("status", type_=Text())
    return status == func.any(bindparam("statuses", type_=ARRAY(Text())))


def base_conditions(shape: Shape) -> list[ColumnElement[bool]]:
    """Return the conditions that no filter of the page can lift."""
    product = tables.product.c
    conditions = [_in_states(product.status, one_status=shape.one_status)]
    if shape.by_path:
        branch = tables.category.c
        conditions.append(
            _placed_in(
                branch.merchant_id == tables.product_category.c.merchant_id,
                branch.id == tables.product_category.c.category_id,
                or_(
                    branch.path == bindparam("category"),
                    func.starts_with(branch.path, bindparam("below_category")),
                ),
            )
        )
    if shape.by_branch:
        ids = func.any(bindparam("branch", type_=ARRAY(Uuid())))
        conditions.append(_placed_in(tables.product_category.c.category_id == ids))
    return conditions


def _placed_in(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    place, product = tables.product_category.c, tables.product.c
    return exists(
        select(literal_column("1")).where(
            place.merchant_id == product.merchant_id, place.product_id == product.id, *which
        )
    )


def chosen_conditions(shape: Shape) -> list[ColumnElement[bool]]:
    """Return one condition per chosen group, in their order; that of the price comes last."""
    product = tables.product.c
    conditions: list[ColumnElement[bool]] = [
        product.facets.op("&&", is_comparison=True)(bindparam(f"keys_{at}", type_=ARRAY(Text())))
        for at in range(shape.groups)
    ]
    ranges = [
        (product.rank_price_minor >= bindparam(f"low_{at}"))
        & (product.rank_price_minor < bindparam(f"high_{at}"))
        for at in range(shape.price_ranges)
    ]
    if ranges:
        conditions.append(or_(*ranges))
    return conditions
