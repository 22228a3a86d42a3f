"""Lists of products: shelves, search results, the desk's table."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Text,
    Uuid,
    bindparam,
    func,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import LateralFromClause

from commerce.catalogue.errors import InvalidCursorError
from commerce.catalogue.models import tables
from commerce.catalogue.queries.selection import (
    Chosen,
    Shape,
    base_conditions,
    branch_of,
    chosen_conditions,
    found,
    selection,
    source,
)
from commerce.catalogue.queries.shown import FALLBACK, shown_picture
from commerce.catalogue.records import Card, CardPage
from commerce.kernel.statements import Statement

Sort = Literal["best", "newest", "changed", "price-up", "price-down"]
"""`best` is by likeness to the query, or newest without one; `changed` also orders drafts."""

After = Literal["nothing", "row", "unpriced"]
"""What a page comes behind; a product without a price cannot be compared as others can."""

SORTS: tuple[Sort, ...] = get_args(Sort)
MOST_CARDS = 100
NOTHING_CHOSEN: Chosen = MappingProxyType({})
_DEEPEST = 10_000


def list_products(
    connection: Connection,
    *,
    locale: str,
    category: str | None = None,
    query: str | None = None,
    facets: Chosen = NOTHING_CHOSEN,
    sort: Sort = "best",
    cursor: str | None = None,
    limit: int = 24,
    statuses: Sequence[str] = ("active",),
    branch: Sequence[UUID] | None = None,
) -> CardPage:
    """Return one page of the products that meet every condition.

    `category` is a path and includes everything below it; `facets` maps groups to values, of which
    one per group must fit. Answers with an empty page when nothing fits. Whoever lists and counts
    looks the category up once (`branch_of`) and gives it to both.

    Raises:
        InvalidCursorError: `cursor` was not made by this list.
    """
    if branch is None and category is not None:
        branch = branch_of(connection, category)
    chosen = selection(
        category=category, query=query, chosen=facets, statuses=statuses, branch=branch
    )
    if chosen is None:
        return CardPage((), None)
    order = "newest" if sort == "best" and query is None else sort
    limit = max(1, min(limit, MOST_CARDS))
    given = {**chosen.parameters, "locale": locale, "limit": limit + 1}
    given |= _read_cursor(cursor, order) if cursor else {"skip": 0}
    statement = _listing(chosen.shape, order, after=_after(given))
    rows = statement.all(connection, given)
    next_cursor = None
    if len(rows) > limit:
        next_cursor = _write_cursor(order, rows[limit - 1], given["skip"] + limit)
    return CardPage(tuple(_card(row, locale) for row in rows[:limit]), next_cursor)


def cards_by_ids(
    connection: Connection, *, product_ids: Sequence[UUID], locale: str
) -> tuple[Card, ...]:
    """Return the cards of the active products among `product_ids`, in the order given."""
    given = {"ids": list(product_ids), "locale": locale}
    rows = {row.id: row for row in _BY_IDS.all(connection, given)}
    return tuple(_card(rows[each], locale) for each in product_ids if each in rows)


def _after(given: Mapping[str, Any]) -> After:
    if "last_1" not in given:
        return "nothing"
    return "row" if "last_0" in given else "unpriced"


@lru_cache(maxsize=512)
def _listing(shape: Shape, order: Sort, *, after: After) -> Statement[Any]:
    """Return the statement of a list: first the few ids, then everything about those few."""
    product = tables.product.c
    keys, descending = _order(order, shape)
    picked = (
        select(
            product.merchant_id, product.id, *(key.label(f"key_{i}") for i, key in enumerate(keys))
        )
        .select_from(source(shape))
        .where(*base_conditions(shape), *chosen_conditions(shape))
        .order_by(*(key.desc() if descending else key.asc() for key in keys))
        .limit(bindparam("limit"))
        .offset(bindparam("skip"))
    )
    if after != "nothing" and order != "best":
        picked = picked.where(_beyond(order, after, shape))
    few = picked.subquery("few")
    sorted_keys = [few.c[f"key_{i}"] for i in range(len(keys))]
    about = _about(few.c, few, sorted_keys).order_by(
        *(key.desc() if descending else key.asc() for key in sorted_keys)
    )
    return Statement.of(about)


def _order(order: Sort, shape: Shape) -> tuple[list[ColumnElement[Any]], bool]:
    """Return what a list is sorted by, and whether downwards."""
    product = tables.product.c
    if order == "best":
        return [found(one_status=shape.one_status).c.rank, product.id], True
    if order == "newest":
        return [product.published_at, product.id], True
    if order == "changed":
        return [product.changed_at, product.id], True
    # Without a price it counts as dear: last upwards, first downwards, as the index has it.
    return [product.rank_price_minor, product.id], order == "price-down"


def _beyond(order: Sort, after: After, shape: Shape) -> ColumnElement[bool]:
    """Return the condition of what comes behind the last row of the page before."""
    (key, row_id), descending = _order(order, shape)
    last_key: BindParameter[Any] = bindparam("last_0")
    last_id: BindParameter[Any] = bindparam("last_1")
    if after == "unpriced":
        later = (row_id < last_id) if descending else (row_id > last_id)
        unpriced = key.is_(None) & later
        return unpriced | key.is_not(None) if descending else unpriced
    here, last = tuple_(key, row_id), tuple_(last_key, last_id)
    if order == "price-up":
        return (here > last) | key.is_(None)
    return here < last if descending else here > last


def _about(ids: Any, few: Any, keys: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """Return everything a card shows about the products in `few`."""
    product = tables.product
    text, picture = _text(ids), _picture(ids)
    joined = few.join(
        product, (product.c.merchant_id == ids.merchant_id) & (product.c.id == ids.id)
    )
    return select(
        product.c.id,
        product.c.handle,
        product.c.kind,
        product.c.status,
        product.c.vendor,
        product.c.rank_price_minor,
        text.c.name,
        text.c.subtitle,
        picture.c.picture,
        _of_product(ids, func.count()).scalar_subquery().label("variant_count"),
        _default_variant(ids).label("default_variant_id"),
        *keys,
    ).select_from(joined.join(text, true()).outerjoin(picture, true()))


def _text(ids: Any) -> LateralFromClause:
    text = tables.product_text.c
    return (
        select(text.name, text.subtitle)
        .where(text.merchant_id == ids.merchant_id, text.product_id == ids.id)
        .order_by(
            (text.locale == bindparam("locale", type_=Text())).desc(),
            (text.locale == FALLBACK).desc(),
            text.locale,
        )
        .limit(1)
        .lateral("words")
    )


def _picture(ids: Any) -> LateralFromClause:
    shown = tables.media.alias("shown")
    return (
        select(func.to_jsonb(shown.table_valued()).label("picture"))
        .where(
            shown.c.merchant_id == ids.merchant_id,
            shown.c.product_id == ids.id,
            shown.c.state == "ready",
        )
        .order_by(shown.c.position, shown.c.id)
        .limit(1)
        .lateral("first_picture")
    )


def _of_product(ids: Any, *columns: Any) -> Select[Any]:
    variant = tables.variant.c
    return select(*columns).where(
        variant.merchant_id == ids.merchant_id,
        variant.product_id == ids.id,
        variant.retired_at.is_(None),
    )


def _default_variant(ids: Any) -> ScalarSelect[Any]:
    variant = tables.variant.c
    first = _of_product(ids, variant.id).order_by(variant.position, variant.id).limit(1)
    return first.scalar_subquery()


def _one_by_one() -> Select[Any]:
    product = tables.product.c
    few = (
        select(product.merchant_id, product.id)
        .where(
            product.id == func.any(bindparam("ids", type_=ARRAY(Uuid()))),
            product.status == "active",
        )
        .subquery("few")
    )
    return _about(few.c, few, [])


_BY_IDS = Statement.of(_one_by_one())


def _card(row: Any, locale: str) -> Card:
    return Card(
        id=row.id,
        handle=row.handle,
        name=row.name,
        subtitle=row.subtitle,
        kind=row.kind,
        status=row.status,
        vendor=row.vendor,
        picture=shown_picture(row.picture, locale) if row.picture else None,
        variant_count=row.variant_count,
        default_variant_id=row.default_variant_id,
        rank_price_minor=row.rank_price_minor,
    )


def _write_cursor(order: Sort, last: Any, skip: int) -> str:
    if order == "best":
        place: list[Any] = [order, skip]
    elif order in {"newest", "changed"}:
        place = [order, last.key_0.isoformat(), str(last.id)]
    else:
        place = [order, last.key_0, str(last.id)]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read_cursor(cursor: str, order: Sort) -> Mapping[str, Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        made_for, *place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if made_for != order:
            raise InvalidCursorError
        if order == "best":
            return {"skip": min(max(int(place[0]), 0), _DEEPEST)}
        last = {"skip": 0, "last_1": UUID(place[1])}
        if order in {"newest", "changed"}:
            return last | {"last_0": datetime.fromisoformat(place[0])}
        return last if place[0] is None else last | {"last_0": int(place[0])}
    except (binascii.Error, ValueError, TypeError, IndexError, AttributeError) as error:
        raise InvalidCursorError from error
