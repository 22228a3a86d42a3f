"""WooCommerce's product CSV.

Source: WooCommerce core, CSV importer and exporter (trunk, 2026), with its columns for customs.
A product with variants is a row of type `variable` and one of type `variation` per variant, which
name it by `Parent`. The file knows no handles: a product is found by its SKU, its variable row by
the handle that an export wrote there as SKU.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from commerce.imports.contents import FileContents
from commerce.imports.dialects.woocommerce.reading import read
from commerce.imports.dialects.woocommerce.writing import header_for, rows_of
from commerce.imports.reading import Sheet
from commerce.imports.state import ExportedProduct


@dataclass(frozen=True, slots=True)
class WooCommerce:
    """The dialect."""

    name: str = "woocommerce"

    def missing(self, header: Iterable[str]) -> list[str]:
        """Return the columns without which the file is not of this dialect."""
        present = set(header)
        missing = [column for column in ("Type", "Name") if column not in present]
        if not present & {"SKU", "Regular price"}:
            missing.append("SKU")
        return missing

    def parse(self, sheet: Sheet) -> FileContents:
        """Return what the file says; every cell that cannot be read becomes a problem."""
        return read(sheet, dialect=self.name)

    def header(self, products: Sequence[ExportedProduct]) -> list[str]:
        """Return the columns of an export: as many attributes as the richest product has."""
        return header_for(products)

    def rows(self, product: ExportedProduct, *, locale: str) -> Iterator[dict[str, str]]:
        """Yield the rows of one product: one when it is simple, else its parent and variants."""
        return rows_of(product, locale=locale)


WOOCOMMERCE = WooCommerce()
