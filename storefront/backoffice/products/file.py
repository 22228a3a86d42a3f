"""One product with everything that its page shows."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.catalogue.queries import pictures_of, product_for_edit, tariff_codes
from commerce.catalogue.records import Picture, ProductSheet, TariffCode, VariantSheet
from commerce.inventory.queries import coming_units, levels_of, locations
from commerce.inventory.rows import LocationRow
from commerce.kernel.ids import new_code
from commerce.pricing.queries import price_lists
from commerce.pricing.queries.lists import listed_prices
from commerce.pricing.rows import ListedPrice, PriceListRow
from commerce.pricing.service import open_base_list
from commerce.web.languages import LANGUAGES, language
from storefront.backoffice.products.listing import flat_categories
from storefront.backoffice.products.tax_choices import class_choices
from storefront.backoffice.products.variant_rows import NOT_YET
from storefront.backoffice.stockroom.posts import PASSED_THROUGH, places_in_use

_LEAST_CODES, _MORE_CODES = 4, 2


@dataclass(frozen=True, slots=True)
class ProductFile:
    """One product with everything that its page shows."""

    sheet: ProductSheet
    is_new: bool
    pictures: tuple[Picture, ...]
    lists: tuple[PriceListRow, ...]
    prices: tuple[ListedPrice, ...]
    codes: tuple[TariffCode, ...]
    classes: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    places: tuple[LocationRow, ...] = ()
    """Where the goods of a new product can begin to lie."""
    on_hand: dict[UUID, int] = field(default_factory=dict)
    """Units of each variant at all places that goods are kept at."""
    coming: dict[UUID, int] = field(default_factory=dict)
    """Units of each variant that are on their way to one of them."""
    alts: dict[UUID, dict[str, str]] = field(default_factory=dict)

    @property
    def code_rows(self) -> list[TariffCode | None]:
        """The tariff codes with a few blank rows behind them."""
        return [*self.codes, *[None] * max(_LEAST_CODES - len(self.codes), _MORE_CODES)]


def blank_product(session: Session, *, merchant_id: UUID) -> ProductFile:
    """Return the file of a product that is about to be made."""
    sheet = ProductSheet(
        handle=f"product-{new_code(6).lower()}",
        words={},
        variants=(VariantSheet(sku="", id=NOT_YET),),
    )
    open_base_list(session, merchant_id=merchant_id)
    connection = session.connection()
    return ProductFile(
        sheet=sheet,
        is_new=True,
        pictures=(),
        lists=price_lists(connection),
        prices=(),
        codes=(),
        classes=class_choices(connection),
        categories=flat_categories(connection),
        places=places_in_use(connection),
    )


def read_product(connection: Connection, product_id: UUID) -> ProductFile:
    """Return the file of a product.

    Raises:
        ProductNotFoundError: there is none with this id.
    """
    sheet = product_for_edit(connection, product_id=product_id)
    ids = [each.id for each in sheet.variants]
    on_hand, coming = Counter[UUID](), Counter[UUID]()
    passing = {each.id for each in locations(connection) if each.kind in PASSED_THROUGH}
    for level in levels_of(connection, variant_ids=ids):
        if level.location_id not in passing:
            on_hand[level.variant_id] += level.on_hand
    for each in coming_units(connection, variant_ids=ids):
        coming[each.variant_id] += each.quantity
    return ProductFile(
        sheet=sheet,
        is_new=False,
        pictures=pictures_of(connection, product_id=product_id, locale=language()),
        lists=price_lists(connection),
        prices=listed_prices(connection, variant_ids=ids),
        codes=tuple(
            code
            for code in tariff_codes(connection, product_id=product_id)
            if code.variant_id is None and code.destination != "*"
        ),
        classes=class_choices(connection),
        categories=flat_categories(connection),
        alts=_alts(connection, product_id),
        on_hand=on_hand,
        coming=coming,
    )


def _alts(connection: Connection, product_id: UUID) -> dict[UUID, dict[str, str]]:
    """Return what stands for each picture in each language."""
    said: dict[UUID, dict[str, str]] = {}
    for locale in LANGUAGES:
        for each in pictures_of(connection, product_id=product_id, locale=locale):
            said.setdefault(each.id, {})[locale] = each.alt
    return said
