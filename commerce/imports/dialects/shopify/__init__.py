"""Shopify's product CSV, in the dialect of today and in the one that is still around.

Source: Shopify Help Center, "Using CSV files to import and export products" (columns as of 2025),
and exports of older shops. Rows that share a handle are the variants and pictures of one product.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from commerce.imports.contents import FileContents
from commerce.imports.dialects.shopify.columns import LEGACY, TODAY, Columns
from commerce.imports.dialects.shopify.reading import read
from commerce.imports.dialects.shopify.writing import rows_of
from commerce.imports.reading import Sheet
from commerce.imports.state import ExportedProduct


@dataclass(frozen=True, slots=True)
class Shopify:
    """One dialect of the file."""

    name: str
    columns: Columns

    def missing(self, header: Iterable[str]) -> list[str]:
        """Return the columns without which the file is not of this dialect.

        Handles may be absent when every product is new, but then prices tell the dialect.
        """
        present = set(header)
        missing = [] if self.columns.title in present else [self.columns.title]
        if not present & {self.columns.handle, self.columns.price}:
            missing.append(self.columns.handle)
        return missing

    def parse(self, sheet: Sheet) -> FileContents:
        """Return what the file says; every cell that cannot be read becomes a problem."""
        return read(sheet, dialect=self.name, columns=self.columns)

    def header(self, _products: Sequence[ExportedProduct]) -> list[str]:
        """Return the columns of an export."""
        return self.columns.all()

    def rows(self, product: ExportedProduct, *, locale: str) -> Iterator[dict[str, str]]:
        """Yield the rows of one product: its variants, with the pictures beside and below them."""
        return rows_of(product, columns=self.columns, locale=locale)


SHOPIFY = Shopify("shopify", TODAY)
SHOPIFY_LEGACY = Shopify("shopify-legacy", LEGACY)
