"""Write the catalogue into a file that the same dialect reads back without a change."""

import csv
import io
from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from commerce.catalogue.queries import every_product_sheet, pictures_of_products
from commerce.catalogue.records import Picture, ProductSheet
from commerce.imports.category_names import CategoryNames
from commerce.imports.cells import guarded
from commerce.imports.contents import Problem
from commerce.imports.dialects import dialect_named
from commerce.imports.looking import FaultyRows
from commerce.imports.preview import chunks
from commerce.imports.standing import states_of
from commerce.imports.state import ExportedProduct, PictureAddress

_WAITING = text("""
SELECT product_id, url, alt FROM picture_fetch
WHERE product_id = ANY(:products) AND state <> 'fetched' ORDER BY product_id, position, id
""")


def export_products(
    connection: Connection,
    *,
    dialect: str,
    locale: str,
    location_id: UUID | None,
    picture_url: Callable[[Picture], str],
) -> bytes:
    """Return all drafts and active products as a UTF-8 CSV (with mark, for spreadsheets).

    `picture_url` gives the public address of a picture that has none of its own. Cells that a
    spreadsheet would take for formulas are guarded (OWASP, CSV injection); an import takes the
    guard off. Shopify's files have room for three options; what they cannot say is left out.

    Raises:
        UnknownDialectError: there is no such dialect.
    """
    writer = dialect_named(dialect)
    products = _products(connection, locale, location_id, picture_url)
    header = writer.header(products)
    rows = [row for product in products for row in writer.rows(product, locale=locale)]
    return _csv(header, rows)


def error_file(faulty: FaultyRows, *, heading: str, said: Callable[[Problem], str]) -> bytes:
    """Return the rows with an error as a file, with a last column that says which.

    Once they are mended the file can be imported as it is; the last column is ignored. `heading`
    and `said` speak the reader's language.
    """
    rows = [
        dict(row.cells)
        | {
            heading: " ".join(
                (f"{each.column}: " if each.column else "") + said(each) for each in row.problems
            )
        }
        for row in faulty.rows
    ]
    return _csv([*(column for column in faulty.columns if column), heading], rows)


def _products(
    connection: Connection,
    locale: str,
    location_id: UUID | None,
    picture_url: Callable[[Picture], str],
) -> list[ExportedProduct]:
    names = CategoryNames(connection)
    exported: list[ExportedProduct] = []
    for sheets in chunks(list(every_product_sheet(connection)), 500):
        ids = [sheet.id for sheet in sheets]
        states = states_of(connection, product_ids=ids, location_id=location_id)
        addresses = _addresses(connection, ids, locale, picture_url)
        exported += [
            ExportedProduct(
                states[sheet.id], _places(sheet, names, locale), tuple(addresses[sheet.id])
            )
            for sheet in sheets
        ]
    return exported


def _places(sheet: ProductSheet, names: CategoryNames, locale: str) -> tuple[tuple[str, ...], ...]:
    return tuple(names.names_of(path, locale) for path in sheet.categories)


def _addresses(
    connection: Connection,
    ids: Sequence[UUID],
    locale: str,
    picture_url: Callable[[Picture], str],
) -> dict[UUID, list[PictureAddress]]:
    """Return the pictures of each product, those that are still to be fetched at the end."""
    found: dict[UUID, list[PictureAddress]] = {product_id: [] for product_id in ids}
    for product_id, pictures in pictures_of_products(
        connection, product_ids=ids, locale=locale
    ).items():
        found[product_id] += [
            PictureAddress(picture.source_url or picture_url(picture), picture.alt)
            for picture in pictures
        ]
    for row in connection.execute(_WAITING, {"products": list(ids)}):
        found[row.product_id].append(PictureAddress(row.url, row.alt))
    return found


def _csv(header: Sequence[str], rows: Sequence[dict[str, str]]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, header, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({column: guarded(cell) for column, cell in row.items()})
    return file.getvalue().encode("utf-8-sig")
