"""From the rows of Shopify's files to products. Rows that share a handle are one product."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

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
from commerce.imports.dialects.shopify.columns import (
    GRAMS_OF_UNIT,
    MOST_OPTIONS,
    NO_OPTION,
    NO_VALUE,
    WEIGHT,
    WEIGHT_UNIT,
    Columns,
)
from commerce.imports.reading import Line, Sheet

_STATUSES: dict[str, Status] = {"active": "active", "draft": "draft", "archived": "archived"}


def read(sheet: Sheet, *, dialect: str, columns: Columns) -> FileContents:
    """Return what the file says; every cell that cannot be read becomes a problem."""
    return _Parser(sheet, dialect, columns).contents()


class _Parser:
    """Reads one file."""

    def __init__(self, sheet: Sheet, dialect: str, columns: Columns) -> None:
        self._dialect = dialect
        self._c = columns
        self._sheet = sheet
        self._columns = frozenset(sheet.columns)
        self._problems: list[Problem] = []

    def contents(self) -> FileContents:
        groups = self._groups()
        products = tuple(self._product(handle, rows) for handle, rows in groups.items())
        known = frozenset(self._c.all()) | {WEIGHT, WEIGHT_UNIT}
        return FileContents(
            dialect=self._dialect,
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
        names = [main.plain(self._c.option(at)[0]) for at in range(1, MOST_OPTIONS + 1)]
        value = main.plain(self._c.option(1)[1])
        if names[0] == NO_OPTION and value in {NO_VALUE, ""}:
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
            weight_grams=self._grams(row),
            requires_shipping=row.boolean(c.requires_shipping, blank=True),
            stock_tracked=bool(row.plain(c.tracker)) if row.has(c.tracker) else ABSENT,
            sell_when_out=self._sells_when_out(row),
            price=row.amount(c.price),
            compare_at=row.amount(c.compare_at),
            quantity=row.whole(c.quantity),
        )

    def _grams(self, row: CellReader) -> Given[int]:
        """Return a weight, from the column of grams or from a weight with its unit."""
        if row.has(self._c.grams) or not row.plain(WEIGHT):
            return row.grams(self._c.grams if row.has(self._c.grams) else WEIGHT)
        unit = row.plain(WEIGHT_UNIT).lower()
        if unit not in GRAMS_OF_UNIT:
            row.error(WEIGHT_UNIT, "weight-unit", "Give the unit of the weight: g, kg, lb or oz.")
        return row.grams(WEIGHT, factor=GRAMS_OF_UNIT.get(unit, Decimal(1)))

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
        **{f"choice-{at}": c.option(at)[1] for at in range(1, MOST_OPTIONS + 1)},
        "image": c.image,
        "stock_tracked": c.tracker,
        "options": c.option(1)[0],
    }
