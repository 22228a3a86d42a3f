"""Goods as people name them: a scanned code, a SKU, or a part of the name."""

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
from commerce.web.languages import language

_MOST = 8
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What words may mean: one thing for sure, or several to choose from."""

    exact: SoldVariant | None = None
    candidates: tuple[SoldVariant, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is called that."""
        return self.exact is None and not self.candidates


def find_goods(connection: Connection, words: str) -> Found:
    """Return what `words` name: a code names one variant, words those whose product fits."""
    words = words.strip()[:_LONGEST]
    if not words:
        return Found()
    if scanned := find_variant_by_code(connection, code=words, locale=language()):
        return Found(exact=scanned)
    page = list_products(
        connection,
        locale=language(),
        query=words,
        limit=_MOST,
        statuses=("active", "draft"),
    )
    products = [card.id for card in page.cards]
    of_products = variants_of_products(connection, product_ids=products)
    ids = [variant_id for product in products for variant_id in of_products[product]]
    known = goods_by_id(connection, ids)
    return Found(candidates=tuple(known[each] for each in ids if known[each].stock_tracked))


def goods_by_id(connection: Connection, variant_ids: Sequence[UUID]) -> dict[UUID, SoldVariant]:
    """Return goods with their names in the page's language."""
    return variants_by_ids(connection, variant_ids=list(variant_ids), locale=language())


def called(goods: SoldVariant | None) -> str:
    """Return what one variant is called: its product, and which one of it."""
    if goods is None:
        return ""
    return f"{goods.product_name} · {goods.title}" if goods.title else goods.product_name


def codes_of(goods: SoldVariant) -> str:
    """Return what a scanner may read off these goods, for the page's own scanner."""
    return "|".join(each for each in (goods.sku, goods.gtin) if each)
