"""Enlarge the catalogue of the demo's first merchant with synthetic products, for measuring."""

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.catalogue.images import KeptImage, keep_drawing
from commerce.catalogue.queries import product_ids_by_handle
from commerce.catalogue.records import ProductSheet
from commerce.demo.content import Merchant, Product, generate_products
from commerce.demo.drawings import draw
from commerce.demo.seeding.shelves import put_goods
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.pricing.queries.lists import price_lists

AT_ONCE = 500
"""Products per transaction."""

_HANG = text("""
INSERT INTO media (merchant_id, id, product_id, kind, storage_name, width, height, alt, position,
                   state, derivatives, source_url, created_at)
SELECT :merchant, g.id, g.product_id, 'drawing', g.name, g.width, g.height,
       jsonb_build_object('en', g.alt_en, 'zh', g.alt_zh), 1, 'ready', '[]', '', :now
FROM unnest(
  CAST(:ids AS uuid[]), CAST(:products AS uuid[]), CAST(:names AS text[]),
  CAST(:widths AS bigint[]), CAST(:heights AS bigint[]),
  CAST(:alts_en AS text[]), CAST(:alts_zh AS text[])
) AS g(id, product_id, name, width, height, alt_en, alt_zh)
""")


def enlarge(
    database: Database,
    *,
    merchant: Merchant,
    merchant_id: UUID,
    count: int,
    folder: Path,
    tell: Callable[[str], None],
) -> int:
    """Bring the synthetic products 1 to `count` into the catalogue and return how many were new.

    What is there already stays as it is, so a run that was killed is finished by the next.
    """
    album = _Album(folder)
    products = generate_products(count)
    done = added = 0
    while batch := list(islice(products, AT_ONCE)):
        with database.transaction(Scope.merchant(merchant_id)) as session:
            added += _put(session, merchant, merchant_id, batch, album)
        done += len(batch)
        tell(f"synthetic products: {done} of {count}")
    return added


class _Album:
    """The front views of every motif in every tone, each drawn and kept once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[tuple[str, str], KeptImage] = {}

    def front(self, product: Product) -> KeptImage:
        look = (product.motif, product.tone)
        if look not in self._kept:
            svg = draw(view="front", motif=look[0], tone=look[1], setting=product.setting)
            self._kept[look] = keep_drawing(svg.encode(), folder=self._folder)
        return self._kept[look]


def _put(
    session: Session,
    merchant: Merchant,
    merchant_id: UUID,
    batch: Sequence[Product],
    album: _Album,
) -> int:
    connection = session.connection()
    known = product_ids_by_handle(connection, handles=[product.handle for product in batch])
    goods = [product for product in batch if product.handle not in known]
    if not goods:
        return 0
    lists = {
        each.currency: each.id for each in price_lists(connection) if each.derived_from is None
    }
    sheets = put_goods(
        session,
        merchant_id=merchant_id,
        merchant=merchant,
        goods=goods,
        lists={currency: lists[currency] for currency in merchant.currencies},
    )
    _hang(session, merchant_id, goods, sheets, album)
    return len(goods)


def _hang(
    session: Session,
    merchant_id: UUID,
    goods: Sequence[Product],
    sheets: Sequence[ProductSheet],
    album: _Album,
) -> None:
    """Hang one shared drawing on each product: ten thousand files would measure the disk."""
    fronts = [album.front(product) for product in goods]
    session.execute(
        _HANG,
        {
            "merchant": merchant_id,
            "now": utc_now(),
            "ids": [new_id() for _ in goods],
            "products": [sheet.id for sheet in sheets],
            "names": [kept.storage_name for kept in fronts],
            "widths": [kept.width for kept in fronts],
            "heights": [kept.height for kept in fronts],
            "alts_en": [product.en.name for product in goods],
            "alts_zh": [product.zh.name for product in goods],
        },
    )
