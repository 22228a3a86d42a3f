"""From the rows of WooCommerce's file to products, each with the variations that name it."""

import html
import re
from collections import defaultdict
from collections.abc import Sequence
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
from commerce.imports.dialects.woocommerce.columns import (
    ALSO_READ,
    ATTRIBUTE,
    COLUMNS,
    FIELDS,
    GRAMS,
    GTIN,
)
from commerce.imports.dialects.woocommerce.lists import parts
from commerce.imports.reading import Sheet

_TAG = re.compile("<[^>]*>")


def read(sheet: Sheet, *, dialect: str) -> FileContents:
    """Return what the file says; every cell that cannot be read becomes a problem."""
    return _Parser(dialect, sheet).contents()


class _Parser:
    """Reads one file."""

    def __init__(self, dialect: str, sheet: Sheet) -> None:
        self._dialect = dialect
        self._sheet = sheet
        self._columns = frozenset(sheet.columns)
        self._problems: list[Problem] = []
        self._attributes = sorted(
            {int(found[1]) for name in sheet.columns if (found := ATTRIBUTE.fullmatch(name))}
        )
        self._weight = next((name for name in GRAMS if name in self._columns), "Weight (kg)")

    def contents(self) -> FileContents:
        rows = [CellReader(line, self._columns, self._problems) for line in self._sheet.lines]
        products, variations = self._sorted(rows)
        known = frozenset(COLUMNS) | ALSO_READ
        ignored = (n for n in self._sheet.columns if n not in known and not ATTRIBUTE.fullmatch(n))
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
            handle_given=variable and bool(sku),
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
            columns={**FIELDS, **self._columns_of(main, options)},
        )

    def _option_names(self, main: CellReader, variations: list[CellReader]) -> tuple[str, ...]:
        """Return the attributes by which variations differ, in the order of the parent's row."""
        used = {name for row in variations for name in self._values(row)}
        return tuple(name for name in self._values(main) if name in used)

    def _columns_of(self, main: CellReader, options: Sequence[str]) -> dict[str, str]:
        """Return which column holds the values of each option, for messages."""
        at = {main.plain(f"Attribute {number} name"): number for number in self._attributes}
        return {
            f"choice-{place}": f"Attribute {at[name]} value(s)"
            for place, name in enumerate(options, start=1)
        }

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
            (name, ", ".join(parts(value))) for name, value in facts if name not in options
        )

    def _variant(self, row: CellReader, options: Sequence[str], main: CellReader) -> FileVariant:
        written = self._values(row)
        values = [", ".join(parts(written.get(name, ""))) for name in options]
        for name, value in zip(options, values, strict=True):
            if not value:
                row.error(
                    "Attribute 1 value(s)",
                    "option-value",
                    "Give this variation a value of “%(option)s”.",
                    option=name,
                )
        price, compare_at = self._prices(row)
        tracked, quantity = self._stock(row)
        origin = row.plain("Country of origin") or main.plain("Country of origin")
        return FileVariant(
            row=row.row,
            values=tuple(values),
            sku=row.plain("SKU"),
            gtin=row.plain(GTIN) or None if row.has(GTIN) else ABSENT,
            weight_grams=self._grams(row if row.plain(self._weight) else main),
            origin_country=(origin or None) if row.has("Country of origin") else ABSENT,
            requires_shipping="virtual" not in _kinds(row) if row.has("Type") else ABSENT,
            stock_tracked=tracked,
            sell_when_out=self._backorders(row),
            price=price,
            compare_at=compare_at,
            quantity=quantity,
        )

    def _grams(self, row: CellReader) -> Given[int]:
        """Return a weight; a variation that says none weighs what its product's row says."""
        return row.grams(self._weight, factor=GRAMS[self._weight])

    def _prices(self, row: CellReader) -> tuple[Given[Decimal | None], Given[Decimal | None]]:
        """Return what is charged and what it was before: a sale price lowers the regular one."""
        regular, sale = row.amount("Regular price"), row.amount("Sale price")
        if isinstance(regular, Absent):
            return ABSENT, ABSENT
        if isinstance(sale, Absent) or sale is None:
            return regular, None
        return sale, regular

    def _stock(self, row: CellReader) -> tuple[Given[bool], Given[int | None]]:
        """Return whether stock is counted, and how many there are.

        A number is counted. Blank is not, unless the product is said to be out: none of it may be
        sold. "parent" shares the number of the product's own row, which cannot be told apart here.
        """
        if row.plain("Stock").lower() == "parent":
            row.warn(
                "Stock",
                "shared-stock",
                "This variation shares the stock of its product. Here each is counted by itself: "
                "it starts with none.",
            )
            return True, None
        stock = row.whole("Stock")
        if (
            stock is None
            and row.plain("In stock?")
            and row.boolean("In stock?", blank=True) is False
        ):
            return True, 0
        return ABSENT if isinstance(stock, Absent) else stock is not None, stock

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
            for url in parts(row.plain("Images")):
                found.setdefault(url, FileImage(row.row, url))
        return list(found.values())


def _kinds(row: CellReader) -> frozenset[str]:
    return frozenset(part.strip().lower() for part in row.plain("Type").split(","))


def _split(text: str | Absent) -> tuple[str, ...] | Absent:
    return text if isinstance(text, Absent) else tuple(parts(text))


def _subtitle(text: str | Absent) -> str | Absent:
    if isinstance(text, Absent):
        return ABSENT
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
