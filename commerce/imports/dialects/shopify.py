"""Shopify's product CSV, in the dialect of today and in the one that is still around.

Source: Shopify Help Center, "Using CSV files to import and export products" (columns as of 2025),
and exports of older shops. Rows that share a handle are the variants and pictures of one product.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from commerce.catalogue.records import Status
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
from commerce.imports.dialects.writing import category_path, decimal_text, yes_or_no
from commerce.imports.reading import Line, Sheet
from commerce.imports.state import ExportedProduct
from commerce.pricing.taxation import FREE_OF_TAX

_NO_OPTION, _NO_VALUE = "Title", "Default Title"
_MOST_OPTIONS = 3
_STATUSES: dict[str, Status] = {"active": "active", "draft": "draft", "archived": "archived"}


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns are called."""

    handle: str
    title: str
    body: str
    vendor: str
    category: str
    type: str
    tags: str
    published: str
    status: str
    sku: str
    barcode: str
    grams: str
    tracker: str
    quantity: str
    policy: str
    price: str
    compare_at: str
    requires_shipping: str
    taxable: str
    image: str
    image_position: str
    image_alt: str
    variant_image: str
    gift_card: str
    seo_title: str
    seo_description: str
    option_name: str
    option_value: str

    def option(self, number: int) -> tuple[str, str]:
        """Return the columns of the option's name and value; options count from 1."""
        return self.option_name % number, self.option_value % number

    def all(self) -> list[str]:
        """Return every column, in the order in which they are written."""
        plain = [getattr(self, field.name) for field in fields(self)]
        options = [name for at in range(1, _MOST_OPTIONS + 1) for name in self.option(at)]
        return [*(name for name in plain if "%" not in name), *options]


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
        return _Parser(self, sheet).contents()

    def header(self, _products: Sequence[ExportedProduct]) -> list[str]:
        """Return the columns of an export."""
        return self.columns.all()

    def rows(self, product: ExportedProduct, *, locale: str) -> Iterator[dict[str, str]]:
        """Yield the rows of one product: its variants, with the pictures beside and below them."""
        c = self.columns
        sheet = product.state.sheet
        pictures = list(enumerate(product.pictures, start=1))
        for at in range(max(len(sheet.variants), len(pictures))):
            row = {c.handle: sheet.handle}
            if at == 0:
                row |= _product_cells(c, product, locale)
            if at < len(sheet.variants):
                row |= _variant_cells(c, product, at, locale)
            if at < len(pictures):
                position, picture = pictures[at]
                row |= {
                    c.image: picture.url,
                    c.image_position: str(position),
                    c.image_alt: picture.alt,
                }
            yield row


class _Parser:
    """Reads one file."""

    def __init__(self, dialect: Shopify, sheet: Sheet) -> None:
        self._dialect = dialect
        self._c = dialect.columns
        self._sheet = sheet
        self._columns = frozenset(sheet.columns)
        self._problems: list[Problem] = []

    def contents(self) -> FileContents:
        groups = self._groups()
        products = tuple(self._product(handle, rows) for handle, rows in groups.items())
        known = frozenset(self._c.all())
        return FileContents(
            dialect=self._dialect.name,
            products=products,
            problems=tuple(self._problems),
            ignored_columns=tuple(n for n in self._sheet.columns if n and n not in known),
            encoding=self._sheet.encoding,
            rows=len(self._sheet.lines),
        )

    def _groups(self) -> dict[str, list[CellReader]]:
        groups: dict[str, list[CellReader]] = {}
        for line in self._sheet.lines:
            row = self._row(line)
            given = row.plain(self._c.handle) or handle_from(row.plain(self._c.title))
            if not given:
                row.error(
                    self._c.handle,
                    "no-handle",
                    "This row belongs to no product. Give its handle, or a title.",
                )
                continue
            groups.setdefault(given.lower(), []).append(row)
        return groups

    def _row(self, line: Line) -> CellReader:
        return CellReader(line, self._columns, self._problems)

    def _product(self, handle: str, rows: list[CellReader]) -> FileProduct:
        c = self._c
        main = next((row for row in rows if row.plain(c.title)), rows[0])
        if main.plain(c.gift_card) and main.boolean(c.gift_card, blank=False) is True:
            main.error(
                c.gift_card, "gift-card", "Gift cards are not products here; make them under Money."
            )
        options = self._option_names(main)
        return FileProduct(
            row=main.row,
            handle=handle,
            name=main.text(c.title),
            story_html=main.text(c.body),
            seo_title=main.text(c.seo_title),
            seo_description=main.text(c.seo_description),
            status=self._status(main),
            vendor=main.text(c.vendor),
            product_type=main.text(c.type),
            tags=self._tags(main),
            taxable=main.boolean(c.taxable, blank=True),
            home_category=self._category(main),
            option_names=options,
            variants=tuple(self._variants(rows, options)),
            images=tuple(self._images(rows)),
            columns=_messages(c),
        )

    def _option_names(self, main: CellReader) -> Given[tuple[str, ...]]:
        if not main.has(self._c.option(1)[0]):
            return ABSENT
        names = [main.plain(self._c.option(at)[0]) for at in range(1, _MOST_OPTIONS + 1)]
        value = main.plain(self._c.option(1)[1])
        if names[0] == _NO_OPTION and value in {_NO_VALUE, ""}:
            return ()
        if names[0] == "" and value:
            main.error(self._c.option(1)[0], "option-name", "Give the option a name, such as Size.")
        return tuple(name for name in names if name)

    def _variants(
        self, rows: list[CellReader], options: Given[tuple[str, ...]]
    ) -> Iterator[FileVariant]:
        c = self._c
        telling = (c.option(1)[1], c.sku, c.price, c.barcode, c.quantity)
        if not any(rows[0].has(column) for column in telling):
            return
        for row in rows:
            if row is rows[0] or any(row.plain(column) for column in telling):
                yield self._variant(row, len(options) if isinstance(options, tuple) else 0)

    def _variant(self, row: CellReader, options: int) -> FileVariant:
        c = self._c
        for at in range(1, options + 1):
            if not row.plain(c.option(at)[1]):
                row.error(
                    c.option(at)[1], "option-value", "Give this variant a value of the option."
                )
        return FileVariant(
            row=row.row,
            values=tuple(row.plain(c.option(at)[1]) for at in range(1, options + 1)),
            sku=row.plain(c.sku),
            gtin=row.plain(c.barcode) or None if row.has(c.barcode) else ABSENT,
            weight_grams=row.grams(c.grams),
            requires_shipping=row.boolean(c.requires_shipping, blank=True),
            stock_tracked=bool(row.plain(c.tracker)) if row.has(c.tracker) else ABSENT,
            sell_when_out=self._sells_when_out(row),
            price=row.amount(c.price),
            compare_at=row.amount(c.compare_at),
            quantity=row.whole(c.quantity),
        )

    def _sells_when_out(self, row: CellReader) -> Given[bool]:
        text = row.plain(self._c.policy).lower()
        if text in {"continue", "deny"}:
            return text == "continue"
        return row.boolean(self._c.policy, blank=False)

    def _status(self, main: CellReader) -> Given[Status]:
        published = main.boolean(self._c.published, blank=False)
        text = main.plain(self._c.status).lower()
        if text and text not in _STATUSES:
            main.error(
                self._c.status,
                "status",
                "“%(given)s” is no status: active, draft or archived.",
                given=text,
            )
        status = _STATUSES.get(text)
        if status is None:
            return (
                published if isinstance(published, Absent) else "active" if published else "draft"
            )
        # Active but not published on the online store: shoppers must not see it.
        return "draft" if status == "active" and published is False else status

    def _tags(self, main: CellReader) -> Given[tuple[str, ...]]:
        text = main.text(self._c.tags)
        if isinstance(text, Absent):
            return ABSENT
        return tuple(tag.strip() for tag in text.split(",") if tag.strip())

    def _category(self, main: CellReader) -> Given[tuple[str, ...]]:
        text = main.text(self._c.category)
        if isinstance(text, Absent):
            return ABSENT
        return tuple(name.strip() for name in text.split(">") if name.strip())

    def _images(self, rows: list[CellReader]) -> list[FileImage]:
        c = self._c
        placed: list[tuple[int, FileImage]] = []
        for at, row in enumerate(rows):
            if row.plain(c.image):
                position = row.whole(c.image_position)
                place = position if isinstance(position, int) else at + 1
                placed.append(
                    (place, FileImage(row.row, row.plain(c.image), row.plain(c.image_alt)))
                )
            if row.plain(c.variant_image):
                placed.append((len(rows) + at, FileImage(row.row, row.plain(c.variant_image))))
        placed.sort(key=lambda each: each[0])
        return list({image.url: image for _, image in reversed(placed)}.values())[::-1]


def _messages(c: Columns) -> Mapping[str, str]:
    """Return which column holds each field of a product's sheet."""
    return {
        "handle": c.handle,
        "name": c.title,
        "sku": c.sku,
        "gtin": c.barcode,
        "price": c.price,
        "compare_at": c.compare_at,
        "quantity": c.quantity,
        "choice": c.option(1)[1],
        "image": c.image,
        "stock_tracked": c.tracker,
        "options": c.option(1)[0],
    }


def _product_cells(c: Columns, product: ExportedProduct, locale: str) -> dict[str, str]:
    sheet = product.state.sheet
    words = sheet.words.get(locale) or next(iter(sheet.words.values()))
    cells = {
        c.title: words.name,
        c.body: words.story_html,
        c.vendor: sheet.vendor,
        c.category: category_path(product.categories[0]) if product.categories else "",
        c.type: sheet.product_type,
        c.tags: ", ".join(sheet.tags),
        c.published: yes_or_no(sheet.status == "active"),
        c.status: sheet.status,
        c.gift_card: "false",
        c.seo_title: words.seo_title,
        c.seo_description: words.seo_description,
    }
    names = [(o.names.get(locale) or next(iter(o.names.values()))) for o in sheet.options]
    for at, name in enumerate(names[:_MOST_OPTIONS] or [_NO_OPTION], start=1):
        cells[c.option(at)[0]] = name
    return cells


def _variant_cells(c: Columns, product: ExportedProduct, at: int, locale: str) -> dict[str, str]:
    sheet = product.state.sheet
    variant = sheet.variants[at]
    terms = product.state.terms_of(variant.id)
    cells = {
        c.sku: variant.sku,
        c.barcode: variant.gtin or "",
        c.grams: str(variant.weight_grams),
        c.tracker: "shopify" if variant.stock_tracked else "",
        c.quantity: "" if terms.on_hand is None else str(terms.on_hand),
        c.policy: "continue" if variant.sell_when_out else "deny",
        c.price: decimal_text(terms.price),
        c.compare_at: decimal_text(terms.compare_at),
        c.requires_shipping: yes_or_no(variant.requires_shipping),
        c.taxable: yes_or_no(sheet.tax_class not in FREE_OF_TAX),
    }
    values: list[str] = []
    for key, option in zip(variant.choice, sheet.options, strict=True):
        value = next(each for each in option.values if each.key == key)
        values.append(value.names.get(locale) or next(iter(value.names.values())))
    for number, name in enumerate(values[:_MOST_OPTIONS] or [_NO_VALUE], start=1):
        cells[c.option(number)[1]] = name
    return cells


SHOPIFY = Shopify(
    "shopify",
    Columns(
        title="Title",
        handle="URL handle",
        body="Description",
        vendor="Vendor",
        category="Product category",
        type="Type",
        tags="Tags",
        published="Published on online store",
        status="Status",
        sku="SKU",
        barcode="Barcode",
        option_name="Option%s name",
        option_value="Option%s value",
        price="Price",
        compare_at="Compare-at price",
        taxable="Charge tax",
        tracker="Inventory tracker",
        quantity="Inventory quantity",
        policy="Continue selling when out of stock",
        grams="Weight value (grams)",
        requires_shipping="Requires shipping",
        image="Product image URL",
        image_position="Image position",
        image_alt="Image alt text",
        variant_image="Variant image URL",
        gift_card="Gift card",
        seo_title="SEO title",
        seo_description="SEO description",
    ),
)

SHOPIFY_LEGACY = Shopify(
    "shopify-legacy",
    Columns(
        handle="Handle",
        title="Title",
        body="Body (HTML)",
        vendor="Vendor",
        category="Product Category",
        type="Type",
        tags="Tags",
        published="Published",
        option_name="Option%s Name",
        option_value="Option%s Value",
        sku="Variant SKU",
        grams="Variant Grams",
        tracker="Variant Inventory Tracker",
        quantity="Variant Inventory Qty",
        policy="Variant Inventory Policy",
        price="Variant Price",
        compare_at="Variant Compare At Price",
        requires_shipping="Variant Requires Shipping",
        taxable="Variant Taxable",
        barcode="Variant Barcode",
        image="Image Src",
        image_position="Image Position",
        image_alt="Image Alt Text",
        variant_image="Variant Image",
        gift_card="Gift Card",
        seo_title="SEO Title",
        seo_description="SEO Description",
        status="Status",
    ),
)
