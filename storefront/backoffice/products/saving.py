"""Write a product as its form says: the sheet, its prices, its codes, what a new one begins with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from flask import request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.catalogue.queries import product_ids_by_handle
from commerce.catalogue.records import ProductSheet
from commerce.catalogue.service.products import change_product, create_product, lock_product
from commerce.park.permissions import Permission
from commerce.pricing.rows import PriceChange
from commerce.pricing.service import remove_price, set_prices
from commerce.web.identity import current_merchant
from commerce.web.identity.current import may
from storefront.backoffice.once import is_first
from storefront.backoffice.products.asking import AskedVariant, asked_variants
from storefront.backoffice.products.file import ProductFile, read_product
from storefront.backoffice.products.form import ProductForm, read_sheet_words, switched
from storefront.backoffice.products.meanwhile import StaleFormError, shown_fields
from storefront.backoffice.products.opening import (
    OpeningField,
    book_opening,
    opening_faults,
    opening_fields,
)
from storefront.backoffice.products.pictures import keep_words
from storefront.backoffice.products.tariff_rows import keep_codes
from storefront.backoffice.products.variant_prices import read_prices
from storefront.backoffice.products.variants import read_variants

_ALIKE = range(2, 30)
"""What is put behind an address that another product has."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form asks for."""

    sheet: ProductSheet
    prices: Mapping[UUID, list[PriceChange]]
    opening: tuple[OpeningField, ...]
    asked: tuple[AskedVariant, ...] = ()
    """What has to be said about variants before it can be kept."""
    typed_as: Mapping[UUID, UUID] = field(default_factory=dict)
    """For a variant that was made just now, the id of the row that its fields stand in."""

    def field_of(self, variant_id: UUID, begins: str) -> str:
        """Return the name of a variant's field that begins so; nothing for none."""
        return f"{begins}-{self.typed_as.get(variant_id, variant_id)}" if begins else ""


def read_form(file: ProductFile, form: ProductForm) -> Wanted:
    """Return what the form asks for; what is wrong with it is added to the form's faults."""
    sheet = read_sheet_words(form, file.sheet) if form.validate() else file.sheet
    read = read_variants(sheet, request.form, on_hand=file.on_hand, **switched(form, file.sheet))
    prices, misread = read_prices(read, file.lists, request.form, file.prices)
    opening = opening_fields(file.places, request.form)
    form.refusals += [*read.faults, *misread, *opening_faults(opening)]
    if file.is_new:
        return Wanted(_completed(read.sheet), prices, opening, typed_as=read.typed_as)
    asked = asked_variants(file.sheet, read.sheet.options, read.questions, read.faults)
    return Wanted(read.sheet, prices, opening, tuple(asked), read.typed_as)


def keep_product(
    session: Session, file: ProductFile, form: ProductForm, wanted: Wanted
) -> ProductSheet | None:
    """Make the product what is wanted and return it; None when the form was carried out before.

    Raises:
        InvalidProductError, HandleTakenError, SkuTakenError, GtinTakenError: see `put_products`.
        StaleFormError: somebody has just changed the product.
    """
    if not is_first(session):
        return None
    if not file.is_new:
        _hold_still(session, file)
    merchant_id, sheet = current_merchant().id, wanted.sheet
    if file.is_new:
        sheet = _named(session.connection(), form, sheet)
        create_product(session, merchant_id=merchant_id, sheet=sheet)
        if may(Permission.ADJUST_STOCK):
            book_opening(session, wanted.opening, sheet)
    else:
        keep_words(session, file)
        change_product(session, merchant_id=merchant_id, sheet=sheet)
    keep_codes(session, merchant_id, file, sheet.id)
    if may(Permission.EDIT_PRICES):
        for price_list, prices in wanted.prices.items():
            set_prices(session, merchant_id=merchant_id, prices=prices, price_list=price_list)
        _take_away_prices(session, merchant_id, file, sheet)
    return sheet


def _hold_still(session: Session, file: ProductFile) -> None:
    """Keep the product as it was read until the transaction ends.

    Raises:
        StaleFormError: it is another one already.
    """
    lock_product(session, merchant_id=current_merchant().id, handle=file.sheet.handle)
    standing = read_product(session.connection(), file.sheet.id)
    if shown_fields(standing) != shown_fields(file):
        raise StaleFormError


def _completed(sheet: ProductSheet) -> ProductSheet:
    """Let a service begin as what it is: nothing of it travels and no stock of it is kept."""
    if sheet.kind != "service":
        return sheet
    return replace(
        sheet,
        variants=tuple(
            replace(variant, requires_shipping=False, stock_tracked=False)
            for variant in sheet.variants
        ),
    )


def _named(connection: Connection, form: ProductForm, sheet: ProductSheet) -> ProductSheet:
    """Give a new product the address and the SKUs that nobody typed."""
    handle = sheet.handle
    if not (form.handle.data or "").strip():
        taken = product_ids_by_handle(
            connection, handles=[handle, *(f"{handle}-{more}" for more in _ALIKE)]
        )
        free = (f"{handle}-{more}" for more in _ALIKE if f"{handle}-{more}" not in taken)
        handle = next(free, handle) if handle in taken else handle
    variants = tuple(
        variant if variant.sku else replace(variant, sku=handle.upper())
        for variant in sheet.variants
    )
    return replace(sheet, handle=handle, variants=variants)


def _take_away_prices(
    session: Session, merchant_id: UUID, file: ProductFile, sheet: ProductSheet
) -> None:
    """Remove the prices whose fields were emptied."""
    here = {variant.id for variant in sheet.variants}
    for price in file.prices:
        emptied = request.form.get(f"price-{price.variant_id}-{price.price_list_id}") == ""
        if emptied and price.variant_id in here and not price.derived:
            remove_price(
                session,
                merchant_id=merchant_id,
                variant_id=price.variant_id,
                price_list=price.price_list_id,
            )
