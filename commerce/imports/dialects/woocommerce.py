"""WooCommerce's product CSV.

Source: WooCommerce core, CSV importer and exporter (trunk, 2026), with its columns for customs.
A product with variants is a row of type `variable` and one of type `variation` per variant, which
name it by `Parent`. The file knows no handles: a product is found by its SKU, its variable row by
the handle that an export wrote there as SKU.
"""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commerce.catalogue.records import Kind, Status
from commerce.imports.cell_reader import CellReader
from commerce.imports.contents import (
    ABSENT,
    Absent,
    FileContents,
    FileImage,
    FileProduct,
    FileVariant,
    Given,
    Problem,
)
from commerce.imports.dialects.names import handle_from
from commerce.imports.dialects.writing import category_path, decimal_text
from commerce.imports.reading import Sheet
from commerce.imports.state import ExportedProduct
from commerce.pricing.taxation import FREE_OF_TAX

_COLUMNS = (
    "Type",
    "SKU",
    "GTIN, UPC, EAN, or ISBN",
    "Name",
    "Published",
    "Short description",
    "Description",
    "Tax status",
    "In stock?",
    "Stock",
    "Backorders allowed?",
    "Weight (kg)",
    "Sale price",
    "Regular price",
    "Categories",
    "Tags",
    "Brands",
    "Images",
    "Parent",
    "Position",
    "Commodity code (HS code)",
    "Country of origin",
    "Customs description",
)
_GRAMS = {
    "Weight (kg)": Decimal(1000),
    "Weight (g)": Decimal(1),
    "Weight (lbs)": Decimal("453.59237"),
    "Weight (oz)": Decimal("28.349523125"),
}
_ATTRIBUTE = re.compile(r"Attribute (\d+) (name|value\(s\)|visible|global|default)")
_ALSO_READ = frozenset({"ID", *_GRAMS})
_GTIN = "GTIN, UPC, EAN, or ISBN"
_TAG = re.compile("<[^>]*>")
# A comma inside a value is written with a backslash before it.
_COMMA = re.compile(r"(?<!\\),")
_FIELDS: Mapping[str, str] = {
    "handle": "SKU",
    "name": "Name",
    "sku": "SKU",
    "gtin": _GTIN,
    "price": "Regular price",
    "compare_at": "Regular price",
    "quantity": "Stock",
    "choice": "Attribute 1 value(s)",
    "options": "Attribute 1 name",
    "image": "Images",
    "stock_tracked": "Stock",
    "commodity_code": "Commodity code (HS code)",
    "origin_country": "Country of origin",
}


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
        return _Parser(self.name, sheet).contents()

    def header(self, products: Sequence[ExportedProduct]) -> list[str]:
        """Return the columns of an export: as many attributes as the richest product has."""
        most = max((len(_attributes(product, "en")) for product in products), default=0)
        attributes = [
            f"Attribute {at} {part}"
            for at in range(1, most + 1)
            for part in ("name", "value(s)", "visible", "global")
        ]
        return [*_COLUMNS, *attributes]

    def rows(self, product: ExportedProduct, *, locale: str) -> Iterator[dict[str, str]]:
        """Yield the rows of one product: one when it is simple, else its parent and variants."""
        sheet = product.state.sheet
        shared = _product_cells(product, locale)
        virtual = "" if sheet.kind == "physical" else ", virtual"
        if not sheet.options:
            yield shared | {"Type": f"simple{virtual}"} | _variant_cells(product, 0)
            return
        tracked = {"Tax status": shared["Tax status"], "Published": shared["Published"]}
        yield shared | {"Type": f"variable{virtual}", "SKU": sheet.handle}
        for at, variant in enumerate(sheet.variants):
            row = {
                "Type": f"variation{virtual}",
                "Parent": sheet.handle,
                "Name": shared["Name"],
                "Position": str(at + 1),
            }
            row |= tracked | _variant_cells(product, at)
            for number, (key, option) in enumerate(
                zip(variant.choice, sheet.options, strict=True), start=1
            ):
                value = next(each for each in option.values if each.key == key)
                row[f"Attribute {number} name"] = _named(option.names, locale)
                row[f"Attribute {number} value(s)"] = _escaped(_named(value.names, locale))
                row[f"Attribute {number} global"] = "0"
            yield row


class _Parser:
    """Reads one file."""

    def __init__(self, dialect: str, sheet: Sheet) -> None:
        self._dialect = dialect
        self._sheet = sheet
        self._columns = frozenset(sheet.columns)
        self._problems: list[Problem] = []
        self._attributes = sorted(
            {int(found[1]) for name in sheet.columns if (found := _ATTRIBUTE.fullmatch(name))}
        )
        self._weight = next((name for name in _GRAMS if name in self._columns), "Weight (kg)")

    def contents(self) -> FileContents:
        rows = [CellReader(line, self._columns, self._problems) for line in self._sheet.lines]
        products, variations = self._sorted(rows)
        known = frozenset(_COLUMNS) | _ALSO_READ
        ignored = (n for n in self._sheet.columns if n not in known and not _ATTRIBUTE.fullmatch(n))
        return FileContents(
            dialect=self._dialect,
            products=tuple(self._product(row, variations[row.row]) for row in products),
            problems=tuple(self._problems),
            ignored_columns=tuple(ignored),
            encoding=self._sheet.encoding,
            rows=len(self._sheet.lines),
        )

    def _sorted(
        self, rows: list[CellReader]
    ) -> tuple[list[CellReader], dict[int, list[CellReader]]]:
        """Return the product rows, and the variations of each by its row number."""
        products: list[CellReader] = []
        children: list[CellReader] = []
        for row in rows:
            kinds = _kinds(row)
            if kinds & {"variation"}:
                children.append(row)
            elif kinds & {"simple", "variable", ""}:
                products.append(row)
            else:
                row.error(
                    "Type",
                    "type",
                    "Products of type “%(given)s” cannot be sold here: only simple and variable ones.",
                    given=row.plain("Type"),
                )
        by_name: dict[str, CellReader] = {}
        for row in products:
            by_name.setdefault(f"id:{row.plain('ID')}", row)
            by_name[row.plain("SKU")] = row
        variations: dict[int, list[CellReader]] = defaultdict(list)
        for row in children:
            parent = by_name.get(row.plain("Parent")) if row.plain("Parent") else None
            if parent is None:
                row.error("Parent", "parent", "The product of this variation is not in the file.")
            else:
                variations[parent.row].append(row)
        return products, variations

    def _product(self, main: CellReader, variations: list[CellReader]) -> FileProduct:
        variable = "variable" in _kinds(main)
        sku = main.plain("SKU")
        name = main.plain("Name")
        handle = handle_from(sku if variable and sku else name) or handle_from(sku)
        if not handle:
            main.error("Name", "no-name", "Give the product a name.")
        options = self._option_names(main, variations) if variable else ()
        return FileProduct(
            row=main.row,
            handle=handle or f"row-{main.row}",
            name=main.text("Name"),
            subtitle=_subtitle(main.text("Short description")),
            story_html=main.text("Description"),
            specification=self._specification(main, options),
            kind=self._kind(main),
            status=self._status(main),
            vendor=main.text("Brands"),
            tags=_split(main.text("Tags")),
            taxable=self._taxable(main),
            categories=self._categories(main),
            commodity_code=main.plain("Commodity code (HS code)") or None
            if main.has("Commodity code (HS code)")
            else ABSENT,
            customs_name=main.text("Customs description"),
            option_names=options,
            variants=tuple(
                self._variant(row, options, main) for row in (variations if variable else [main])
            ),
            images=tuple(self._images([main, *variations])),
            columns=_FIELDS,
        )

    def _option_names(self, main: CellReader, variations: list[CellReader]) -> tuple[str, ...]:
        """Return the attributes by which variations differ, in the order of the parent's row."""
        used = {name for row in variations for name in self._values(row)}
        return tuple(name for name in self._values(main) if name in used)

    def _values(self, row: CellReader) -> dict[str, str]:
        """Return the attributes of a row with their values as they are written."""
        found = {}
        for at in self._attributes:
            name = row.plain(f"Attribute {at} name")
            if name:
                found[name] = row.plain(f"Attribute {at} value(s)")
        return found

    def _specification(
        self, main: CellReader, options: Sequence[str]
    ) -> Given[tuple[tuple[str, str], ...]]:
        if not self._attributes:
            return ABSENT
        facts = self._values(main).items()
        return tuple(
            (name, ", ".join(_parts(value))) for name, value in facts if name not in options
        )

    def _variant(self, row: CellReader, options: Sequence[str], main: CellReader) -> FileVariant:
        written = self._values(row)
        values = [", ".join(_parts(written.get(name, ""))) for name in options]
        for name, value in zip(options, values, strict=True):
            if not value:
                row.error(
                    "Attribute 1 value(s)",
                    "option-value",
                    "Give this variation a value of “%(option)s”.",
                    option=name,
                )
        price, compare_at = self._prices(row)
        stock = row.whole("Stock")
        origin = row.plain("Country of origin") or main.plain("Country of origin")
        return FileVariant(
            row=row.row,
            values=tuple(values),
            sku=row.plain("SKU"),
            gtin=row.plain(_GTIN) or None if row.has(_GTIN) else ABSENT,
            weight_grams=row.grams(self._weight, factor=_GRAMS[self._weight]),
            origin_country=(origin or None) if row.has("Country of origin") else ABSENT,
            requires_shipping="virtual" not in _kinds(row) if row.has("Type") else ABSENT,
            stock_tracked=ABSENT if isinstance(stock, Absent) else stock is not None,
            sell_when_out=self._backorders(row),
            price=price,
            compare_at=compare_at,
            quantity=stock,
        )

    def _prices(self, row: CellReader) -> tuple[Given[Decimal | None], Given[Decimal | None]]:
        """Return what is charged and what it was before: a sale price lowers the regular one."""
        regular, sale = row.amount("Regular price"), row.amount("Sale price")
        if isinstance(regular, Absent):
            return ABSENT, ABSENT
        if isinstance(sale, Absent) or sale is None:
            return regular, None
        return sale, regular

    def _backorders(self, row: CellReader) -> Given[bool]:
        if row.plain("Backorders allowed?").lower() == "notify":
            return True
        return row.boolean("Backorders allowed?", blank=False)

    def _kind(self, main: CellReader) -> Given[Kind]:
        return "service" if "virtual" in _kinds(main) else "physical"

    def _status(self, main: CellReader) -> Given[Status]:
        published = main.whole("Published")
        if isinstance(published, Absent):
            return ABSENT
        return "active" if published == 1 else "draft"

    def _taxable(self, main: CellReader) -> Given[bool]:
        status = main.text("Tax status")
        return status if isinstance(status, Absent) else status.lower() != "none"

    def _categories(self, main: CellReader) -> Given[tuple[tuple[str, ...], ...]]:
        places = _split(main.text("Categories"))
        if isinstance(places, Absent):
            return ABSENT
        return tuple(
            tuple(name.strip() for name in place.split(">") if name.strip()) for place in places
        )

    def _images(self, rows: list[CellReader]) -> list[FileImage]:
        found: dict[str, FileImage] = {}
        for row in rows:
            for url in _parts(row.plain("Images")):
                found.setdefault(url, FileImage(row.row, url))
        return list(found.values())


def _kinds(row: CellReader) -> frozenset[str]:
    return frozenset(part.strip().lower() for part in row.plain("Type").split(","))


def _split(text: str | Absent) -> tuple[str, ...] | Absent:
    return text if isinstance(text, Absent) else tuple(_parts(text))


def _parts(text: str) -> list[str]:
    parts = (part.replace("\\,", ",").strip() for part in _COMMA.split(text))
    return [part for part in parts if part]


def _escaped(text: str) -> str:
    return text.replace(",", "\\,")


def _subtitle(text: str | Absent) -> str | Absent:
    if isinstance(text, Absent):
        return ABSENT
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def _named(names: Mapping[str, str], locale: str) -> str:
    return names.get(locale) or next(iter(names.values()))


def _attributes(product: ExportedProduct, locale: str) -> list[tuple[str, str]]:
    """Return the attributes of a product's own row: its options, then its specification."""
    sheet = product.state.sheet
    words = sheet.words.get(locale) or next(iter(sheet.words.values()))
    options = [
        (
            _named(option.names, locale),
            ", ".join(_escaped(_named(value.names, locale)) for value in option.values),
        )
        for option in sheet.options
    ]
    return [*options, *((label, _escaped(value)) for label, value in words.specification)]


def _product_cells(product: ExportedProduct, locale: str) -> dict[str, str]:
    sheet = product.state.sheet
    words = sheet.words.get(locale) or next(iter(sheet.words.values()))
    cells = {
        "Name": words.name,
        "Published": "1" if sheet.status == "active" else "-1",
        "Short description": html.escape(words.subtitle, quote=False),
        "Description": words.story_html,
        "Tax status": "none" if sheet.tax_class in FREE_OF_TAX else "taxable",
        "Categories": ", ".join(_escaped(category_path(names)) for names in product.categories),
        "Tags": ", ".join(_escaped(tag) for tag in sheet.tags),
        "Brands": sheet.vendor,
        "Images": ", ".join(_escaped(picture.url) for picture in product.pictures),
        "Commodity code (HS code)": sheet.commodity_code or "",
        "Customs description": sheet.customs_names.get(locale, ""),
    }
    for at, (name, value) in enumerate(_attributes(product, locale), start=1):
        cells |= {
            f"Attribute {at} name": name,
            f"Attribute {at} value(s)": value,
            f"Attribute {at} visible": "1",
            f"Attribute {at} global": "0",
        }
    return cells


def _variant_cells(product: ExportedProduct, at: int) -> dict[str, str]:
    variant = product.state.sheet.variants[at]
    terms = product.state.terms_of(variant.id)
    reduced = terms.compare_at is not None
    on_hand = terms.on_hand if variant.stock_tracked else None
    return {
        "SKU": variant.sku,
        _GTIN: variant.gtin or "",
        "In stock?": "0" if on_hand is not None and on_hand <= 0 else "1",
        "Stock": "" if on_hand is None else str(on_hand),
        "Backorders allowed?": "1" if variant.sell_when_out else "0",
        "Weight (kg)": f"{(Decimal(variant.weight_grams) / 1000).normalize():f}",
        "Regular price": decimal_text(terms.compare_at if reduced else terms.price),
        "Sale price": decimal_text(terms.price if reduced else None),
        "Country of origin": variant.origin_country or "",
    }


WOOCOMMERCE = WooCommerce()
