"""The table of stock: a row for each variant, a column for each place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries import (
    find_variant_by_code,
    list_products,
    variants_by_ids,
    variants_of_products,
)
from commerce.catalogue.records import SoldVariant
from commerce.inventory.queries import coming_units, levels_of, locations
from commerce.inventory.rows import LevelRow, LocationRow
from commerce.web.languages import language
from storefront.backoffice.readings import products_running_low

_PRODUCTS = 25
_FEW = 3
_MOST_LOW = 60


@dataclass(frozen=True, slots=True)
class StockRow:
    """One variant with its level at each place of the table, None where it never lay."""

    variant: SoldVariant
    levels: tuple[LevelRow | None, ...]
    coming: tuple[int, ...] = ()
    """Units on their way to each place of the table."""
    online: tuple[bool, ...] = ()
    """Which of the places the web may promise goods of."""

    @property
    def available(self) -> int:
        """Units that the web may still promise from these places."""
        shown = zip(self.levels, self.online, strict=True)
        return sum(level.available for level, is_online in shown if level and is_online)

    @property
    def mood(self) -> str:
        """Whether there is enough: '' for yes, 'wait' for few, 'bad' for none."""
        if not self.variant.stock_tracked:
            return ""
        return "bad" if self.available == 0 else "wait" if self.available <= _FEW else ""


@dataclass(frozen=True, slots=True)
class StockTable:
    """A page of the table."""

    places: tuple[LocationRow, ...]
    all_places: tuple[LocationRow, ...]
    rows: tuple[StockRow, ...]
    next_cursor: str | None


def read_stock_table(
    connection: Connection, *, words: str, low: bool, place: UUID | None, cursor: str | None
) -> StockTable:
    """Return the variants that `words` find, or those that run low, with their levels."""
    everywhere = tuple(each for each in locations(connection) if each.active)
    columns = tuple(each for each in everywhere if place is None or each.id == place)
    variant_ids, following = _found(connection, words=words, low=low, cursor=cursor)
    variants = variants_by_ids(connection, variant_ids=variant_ids, locale=language())
    levels = {
        (level.variant_id, level.location_id): level
        for level in levels_of(connection, variant_ids=variant_ids)
    }
    coming = Counter[tuple[UUID, UUID]]()
    for each_way in coming_units(connection, variant_ids=variant_ids):
        coming[each_way.variant_id, each_way.location_id] += each_way.quantity
    rows = tuple(
        StockRow(
            variants[each],
            tuple(levels.get((each, column.id)) for column in columns),
            tuple(coming[each, column.id] for column in columns),
            tuple(column.sells_online for column in columns),
        )
        for each in variant_ids
        if each in variants
    )
    if low:
        rows = tuple(row for row in rows if row.mood)
    return StockTable(columns, everywhere, rows, following)


def _found(
    connection: Connection, *, words: str, low: bool, cursor: str | None
) -> tuple[Sequence[UUID], str | None]:
    if low:
        products = products_running_low(connection, most=_FEW, limit=_MOST_LOW)
        return _variants(connection, products), None
    if words and (scanned := find_variant_by_code(connection, code=words, locale=language())):
        return [scanned.id], None
    page = list_products(
        connection,
        locale=language(),
        query=words or None,
        sort="best" if words else "changed",
        cursor=cursor,
        limit=_PRODUCTS,
        statuses=("active", "draft"),
    )
    return _variants(connection, [card.id for card in page.cards]), page.next_cursor


def _variants(connection: Connection, products: Sequence[UUID]) -> list[UUID]:
    found = variants_of_products(connection, product_ids=products)
    return [variant for product in products for variant in found[product]]
