"""The filters of a list with their counts.

A count says how many products would be listed were that value chosen as well: choices within one
group widen the list, choices in different groups narrow it. So a value is counted over products
that every other group lets through.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Text,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from commerce.catalogue.models import tables
from commerce.catalogue.queries.cards import NOTHING_CHOSEN
from commerce.catalogue.queries.selection import (
    Chosen,
    Shape,
    base_conditions,
    chosen_conditions,
    price_range,
    selection,
    source,
)
from commerce.catalogue.queries.shown import in_language
from commerce.catalogue.records import Facet, FacetTable, FacetValue
from commerce.kernel.statements import Statement
from commerce.kernel.text import storable

_MOST_VALUES = 40
_MOST_BANDS = 5
# 1, 2, 5 and their tens: borders that people read at a glance, in minor units.
_BORDERS = [0, *(step * 10**power for power in range(2, 11) for step in (1, 2, 5))]
_GROUP_ORDER = ("category", "price", "vendor")

_LABELS = Statement("""
SELECT key, jsonb_object_agg(locale, label) AS labels FROM facet_label
WHERE key = ANY(:keys) GROUP BY key
UNION ALL
SELECT 'category=' || path, (SELECT jsonb_object_agg(k, v->>'name') FROM jsonb_each(texts) t (k, v))
FROM category WHERE path = ANY(:paths)
""")


def facets(
    connection: Connection,
    *,
    locale: str,
    category: str | None = None,
    query: str | None = None,
    chosen: Chosen = NOTHING_CHOSEN,
    statuses: Sequence[str] = ("active",),
    branch: Sequence[UUID] | None = None,
) -> FacetTable:
    """Return the filters of the list with the same conditions, and its total.

    The price filter is in minor units of the merchant's own currency: a value `5000-10000` is from
    50.00 up to but not including 100.00, `5000-` has no upper end.
    """
    conditions = selection(
        category=category, query=query, chosen=chosen, statuses=statuses, branch=branch
    )
    if conditions is None:
        return FacetTable(0, ())
    given: dict[str, Any] = {**conditions.parameters, "borders": _BORDERS}
    given |= {f"group_{at}": storable(group) for at, group in enumerate(conditions.groups)}
    rows = _counts(conditions.shape).all(connection, given)
    total = next(row.products for row in rows if row.kind == "total")
    counts = {row.key: row.products for row in rows if row.kind == "facet"}
    steps = {int(row.key): row.products for row in rows if row.kind == "price"}
    labels = _labels(connection, counts, conditions.groups, locale)
    ticked = {group: frozenset(values) for group, values in chosen.items()}
    found = [*_facets(counts, labels, ticked), *_prices(steps, ticked.get("price", frozenset()))]
    return FacetTable(total, tuple(sorted(found, key=_group_order)))


@lru_cache(maxsize=256)
def _counts(shape: Shape) -> Statement[Any]:
    product = tables.product.c
    names: list[Any] = [bindparam(f"group_{at}", type_=Text()) for at in range(shape.groups)]
    names += [literal("price")] if shape.price_ranges else []
    misses: list[ColumnElement[Any]] = [
        case((func.coalesce(fits, literal(False)), null()), else_=name)  # noqa: FBT003
        for fits, name in zip(chosen_conditions(shape), names, strict=True)
    ]
    borders = bindparam("borders", type_=ARRAY(BigInteger()))
    kinds = (
        product.facets,
        func.width_bucket(product.rank_price_minor, borders).label("step"),
        func.array_remove(_text_array(misses), null()).label("missed"),
    )
    # Many products stand under the very same values: each such kind is taken apart once only.
    listed = (
        select(*kinds, func.count().label("products"))
        .select_from(source(shape))
        .where(*base_conditions(shape))
        .group_by(literal_column("1"), literal_column("2"), literal_column("3"))
        .cte("listed")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return Statement.of(_sums(listed, nothing_chosen=not misses))


def _sums(listed: Any, *, nothing_chosen: bool) -> CompoundSelect[Any]:
    fits = true() if nothing_chosen else func.cardinality(listed.c.missed) == 0
    key = (
        func.unnest(listed.c.facets)
        .table_valued(column("key", Text()), name="every")
        .render_derived()
    )
    group = func.split_part(key.c.key, "=", 1)
    products = cast(func.sum(listed.c.products), BigInteger())
    by_key = (
        select(literal("facet").label("kind"), key.c.key, products.label("products"))
        .select_from(listed.join(key, literal(True)))  # noqa: FBT003
        .where(fits | (listed.c.missed == _text_array([group])))
        .group_by(key.c.key)
    )
    by_price = (
        select(literal("price"), cast(listed.c.step, Text()), products)
        .where(
            listed.c.step.is_not(None), fits | (listed.c.missed == _text_array([literal("price")]))
        )
        .group_by(listed.c.step)
    )
    total = (
        select(literal("total"), literal(""), func.coalesce(products, 0))
        .select_from(listed)
        .where(fits)
    )
    return union_all(by_key, by_price, total)


def _text_array(parts: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    return cast(array(parts), ARRAY(Text())) if parts else cast(literal("{}"), ARRAY(Text()))


def _labels(
    connection: Connection, counts: Iterable[str], groups: Iterable[str], locale: str
) -> Mapping[str, str]:
    keys = set(counts)
    asked = {
        "keys": [*keys, *{key.partition("=")[0] for key in keys}, *map(storable, groups)],
        "paths": [key.partition("=")[2] for key in keys if key.startswith("category=")],
    }
    return {row.key: in_language(row.labels, locale) for row in _LABELS.all(connection, asked)}


def _facets(
    counts: Mapping[str, int], labels: Mapping[str, str], chosen: Mapping[str, frozenset[str]]
) -> Iterable[Facet]:
    grouped: dict[str, list[FacetValue]] = defaultdict(list)
    absent = {f"{group}={value}": 0 for group, values in chosen.items() for value in values}
    for key, count in {**absent, **counts}.items():
        group, _, value = key.partition("=")
        if group != "price":
            ticked = value in chosen.get(group, ())
            grouped[group].append(FacetValue(value, labels.get(key, value), count, ticked))
    for group, values in grouped.items():
        values.sort(key=lambda value: (not value.chosen, -value.count, value.label))
        yield Facet(group, labels.get(group, _group_name(group)), tuple(values[:_MOST_VALUES]))


def _group_name(group: str) -> str:
    return group.partition(":")[2]


def _prices(steps: Mapping[int, int], chosen: frozenset[str]) -> Iterable[Facet]:
    if not steps and not chosen:
        return
    bands = [f"{low}-{high}" for low, high in _bands(steps)]
    bands += sorted(chosen - set(bands))
    values = (FacetValue(band, band, _within(steps, band), band in chosen) for band in bands)
    yield Facet("price", "", tuple(values))


def _bands(steps: Mapping[int, int]) -> list[tuple[int, int]]:
    """Return at most five neighbouring price bands that hold about as many products each."""
    wanted = sum(steps.values()) / _MOST_BANDS
    bands: list[tuple[int, int]] = []
    low, held = None, 0
    for step in sorted(steps):
        low = _BORDERS[step - 1] if low is None else low
        held += steps[step]
        if held >= wanted or step == max(steps):
            bands.append((low, _BORDERS[min(step, len(_BORDERS) - 1)]))
            low, held = None, 0
    return bands


def _within(steps: Mapping[int, int], band: str) -> int:
    low, high = price_range(band)
    first, last = bisect_right(_BORDERS, low), bisect_right(_BORDERS, high - 1)
    return sum(count for step, count in steps.items() if first <= step <= last)


def _group_order(facet: Facet) -> tuple[int, str]:
    known = _GROUP_ORDER.index(facet.group) if facet.group in _GROUP_ORDER else len(_GROUP_ORDER)
    return known, facet.group
