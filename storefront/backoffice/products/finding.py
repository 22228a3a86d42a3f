"""What the list of products shows: its filter, its order, and one numbered page of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import Connection, func, select, text

from commerce.catalogue.queries.matching import ProductFilter, matching
from commerce.catalogue.records import STATUSES
from commerce.web.languages import language

ON_A_PAGE = 40
_DEEPEST = 10_000
_LISTED = ("active", "draft")

# What each column sorts by; a product without one stands last, both ways.
_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "name": """(
SELECT lower(t.name) FROM product_text t
WHERE t.merchant_id = found.merchant_id AND t.product_id = found.id
ORDER BY t.locale = :locale DESC, t.locale = 'en' DESC, t.locale LIMIT 1)""",
        "stock": """(
SELECT sum(greatest(l.on_hand - l.held - l.safety - l.expired, 0)) FROM variant v
JOIN level l ON l.merchant_id = v.merchant_id AND l.variant_id = v.id
JOIN location p ON p.merchant_id = l.merchant_id AND p.id = l.location_id
WHERE v.merchant_id = found.merchant_id AND v.product_id = found.id
  AND v.retired_at IS NULL AND v.stock_tracked AND p.sells_online AND p.active)""",
        "price": "found.price",
        "changed": "found.changed_at",
        "likeness": "found.likeness",
    }
)
SORTED = ("name", "stock", "price", "changed")


@dataclass(frozen=True, slots=True)
class Order:
    """What the list is sorted by, and which way."""

    key: str
    descending: bool

    @property
    def written(self) -> str:
        """Return the order as the address has it."""
        return f"-{self.key}" if self.descending else self.key


@dataclass(frozen=True, slots=True)
class FoundPage:
    """The products of one page, and how many there are in all."""

    ids: tuple[UUID, ...]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // ON_A_PAGE))


def asked_filter(given: Mapping[str, str]) -> ProductFilter:
    """Return the filter that an address or a form names; archived goods are found by asking for them."""
    state = given.get("state", "")
    return ProductFilter(
        statuses=(state,) if state in STATUSES else _LISTED,
        words=given.get("q", "").strip()[:100] or None,
        category=given.get("category") or None,
    )


def asked_order(wanted: ProductFilter) -> Order:
    """Return the order that the address names, else what is likest or was changed last."""
    written = request.args.get("sort", "")
    key = written.removeprefix("-")
    if key in SORTED:
        return Order(key, written.startswith("-"))
    return Order("likeness" if wanted.words else "changed", descending=True)


def find_page(connection: Connection, wanted: ProductFilter, order: Order) -> FoundPage:
    """Return the page of the list that the address asks for; behind the last one, the first."""
    number = min(max(request.args.get("page", 1, type=int), 1), _DEEPEST)
    page = _read(connection, wanted, order, number)
    return page if page.ids or number == 1 else _read(connection, wanted, order, 1)


def _read(connection: Connection, wanted: ProductFilter, order: Order, number: int) -> FoundPage:
    held = matching(wanted)
    if held is None:
        return FoundPage((), 0, 1)
    way = "DESC" if order.descending else "ASC"
    found = held.rows.subquery("found")
    statement = (
        select(found.c.id, func.count().over().label("total"))
        .order_by(text(f"{_KEYS[order.key]} {way} NULLS LAST"), text(f"found.id {way}"))
        .limit(ON_A_PAGE)
        .offset(ON_A_PAGE * (number - 1))
    )
    given: dict[str, Any] = dict(held.parameters)
    if order.key == "name":
        given["locale"] = language()
    rows = connection.execute(statement, given).all()
    return FoundPage(tuple(row.id for row in rows), rows[0].total if rows else 0, number)
