"""Put whole products: the one way in which a product's rows are written.

Every statement serves all products of the call at once, so that an import of thousands costs a few
round trips for each few hundred.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from commerce.catalogue.errors import (
    CatalogueChangedError,
    CategoryNotFoundError,
    GtinTakenError,
    HandleTakenError,
    SkuTakenError,
)
from commerce.catalogue.records import ProductSheet
from commerce.catalogue.service import rows as made
from commerce.catalogue.service import statements as sql
from commerce.catalogue.service.addresses import leave_handles
from commerce.catalogue.service.documents import put_search
from commerce.catalogue.service.labels import put_labels
from commerce.catalogue.soundness import sound
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.park.content import bump_content_version


def put_products(
    session: Session, *, merchant_id: UUID, sheets: Sequence[ProductSheet]
) -> tuple[ProductSheet, ...]:
    """Keep `sheets`, new or known by their ids, and return them as they were kept.

    What a sheet does not name is gone afterwards: languages, options, places in the tree; missing
    variants are retired. A product that becomes active is published now, unless it was before. The
    address that a published product leaves leads to its new one.

    Raises:
        InvalidProductError: a sheet has faults.
        HandleTakenError, SkuTakenError, GtinTakenError: another product has it.
        CategoryNotFoundError: a category's path is unknown.
        CatalogueChangedError: someone else took a handle, SKU or barcode at the same moment.
    """
    kept = tuple(sound(sheet) for sheet in sheets)
    if kept:
        try:
            _Writer(session.connection(), merchant_id, kept).write()
        except IntegrityError as error:
            raise CatalogueChangedError from error
        bump_content_version(session, merchant_id=merchant_id)
    return kept


@dataclass(frozen=True, slots=True)
class _Place:
    """A category that products are put into."""

    id: UUID
    names: tuple[str, ...]


class _Writer:
    """Writes the rows of some sound sheets of one merchant."""

    def __init__(
        self, connection: Connection, merchant_id: UUID, sheets: Sequence[ProductSheet]
    ) -> None:
        self._connection = connection
        self._merchant_id = merchant_id
        self._sheets = sheets
        self._products = {"merchant": merchant_id, "products": [sheet.id for sheet in sheets]}

    def write(self) -> None:
        now = utc_now()
        self._refuse_taken()
        places = self._places()
        leave_handles(self._connection, merchant_id=self._merchant_id, sheets=self._sheets)
        self._add(sql.PUT_PRODUCT, made.product_rows(self._sheets, now=now))
        self._replace(sql.FORGET_TEXTS, sql.ADD_TEXT, made.text_rows(self._sheets))
        self._write_options()
        variants = list(made.variant_rows(self._sheets))
        kept = {
            "kept": [row["id"] for row in variants],
            "skus": [row["sku"] for row in variants],
            "gtins": [row["gtin"] for row in variants],
            "choices": ["\x1f".join(row["choice"]) for row in variants],
            "now": now,
        }
        self._connection.execute(sql.RETIRE_VARIANTS, self._products | kept)
        self._add(sql.PUT_VARIANT, variants)
        self._replace(sql.FORGET_PLACES, sql.ADD_PLACE, self._place_rows(places))
        self._replace(
            sql.FORGET_CUSTOMS_NAMES, sql.ADD_CUSTOMS_NAME, made.customs_name_rows(self._sheets)
        )
        uncoded = [sheet.id for sheet in self._sheets if not sheet.commodity_code]
        self._connection.execute(sql.FORGET_CODES, self._products | {"products": uncoded})
        self._add(sql.PUT_CODE, made.code_rows(self._sheets, now=now))
        names = {path: place.names for path, place in places.items()}
        put_search(self._connection, self._merchant_id, self._sheets, category_names=names)

    def _refuse_taken(self) -> None:
        """Name the first handle, SKU or barcode that another product has."""
        variants = [variant for sheet in self._sheets for variant in sheet.variants]
        skus = [variant.sku for variant in variants]
        codes = {
            "handles": [sheet.handle for sheet in self._sheets],
            "skus": skus,
            "gtins": [variant.gtin for variant in variants if variant.gtin],
        }
        taken = self._connection.execute(sql.TAKEN, self._products | codes).first()
        if taken is None:
            return
        if taken.handle is not None:
            raise HandleTakenError(handle=taken.handle)
        if taken.sku in skus:
            raise SkuTakenError(sku=taken.sku)
        raise GtinTakenError(gtin=taken.gtin)

    def _places(self) -> dict[str, _Place]:
        paths = {path for sheet in self._sheets for path in sheet.categories}
        if not paths:
            return {}
        asked = {"merchant": self._merchant_id, "paths": list(paths)}
        places = {
            row.path: _Place(row.id, tuple(text["name"] for text in row.texts.values()))
            for row in self._connection.execute(sql.CATEGORIES, asked)
        }
        if missing := sorted(paths - places.keys()):
            raise CategoryNotFoundError(category=missing[0])
        return places

    def _write_options(self) -> None:
        options, values = made.option_rows(self._sheets)
        self._replace(sql.FORGET_OPTIONS, sql.ADD_OPTION, options)
        self._add(sql.ADD_VALUE, values)
        labels = made.labels_of(self._sheets)
        put_labels(self._connection, merchant_id=self._merchant_id, labels=labels)

    def _place_rows(self, places: Mapping[str, _Place]) -> list[made.Row]:
        return [
            {
                "id": new_id(),
                "product_id": sheet.id,
                "category_id": places[path].id,
                "position": position,
            }
            for sheet in self._sheets
            for position, path in enumerate(sheet.categories)
        ]

    def _replace(self, forget: Executable, add: Executable, rows: Iterable[made.Row]) -> None:
        self._connection.execute(forget, self._products)
        self._add(add, rows)

    def _add(self, statement: Executable, rows: Iterable[made.Row]) -> None:
        owned = [{"merchant_id": self._merchant_id, **row} for row in rows]
        if owned:
            self._connection.execute(statement, owned)
