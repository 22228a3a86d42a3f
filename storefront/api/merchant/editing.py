"""Write whole products: what a merchant's product program says is what the shop sells."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from commerce.catalogue.errors import (
    CatalogueChangedError,
    CategoryNotFoundError,
    GtinTakenError,
    HandleTakenError,
    InvalidProductError,
    SkuTakenError,
)
from commerce.catalogue.queries import product_for_edit
from commerce.catalogue.records import (
    Option,
    OptionValue,
    ProductSheet,
    TariffCode,
    VariantSheet,
    Words,
)
from commerce.catalogue.service.customs import put_tariff_codes
from commerce.catalogue.service.products import lock_product
from commerce.catalogue.service.put import put_products
from commerce.kernel.errors import FieldProblem
from commerce.kernel.ids import new_id
from commerce.park.permissions import ApiScope
from commerce.pricing.queries import tax_classes
from commerce.web.identity import api_key, current_merchant
from commerce.web.sizes import takes
from storefront.api.answers import written
from storefront.api.errors import InvalidBodyError
from storefront.api.interface import Interface
from storefront.api.merchant.products import TAG, product_content
from storefront.api.once import Done, once
from storefront.api.precondition import hold_to_precondition, tagged
from storefront.api.shapes.catalogue import HandlePlace
from storefront.api.shapes.product import (
    MerchantProductShape,
    OptionWish,
    ProductWish,
    TariffCodeWish,
    VariantWish,
    WordsWish,
)

_READ_ONLY = "This is read-only. Leave it out, or send it as it was read."


def add_to(interface: Interface) -> None:
    """Add what writes products."""
    interface.view_to(
        "PUT",
        "/products/<handle>",
        tag=TAG,
        answers={200: MerchantProductShape, 201: MerchantProductShape},
        refuses=[
            InvalidProductError,
            CategoryNotFoundError,
            SkuTakenError,
            GtinTakenError,
            CatalogueChangedError,
        ],
        guarded=True,
    )(put_product)


@takes(1024 * 1024)
@api_key(ApiScope.WRITE_PRODUCTS)
def put_product(path: HandlePlace, body: ProductWish) -> Response:
    """Make a product what the document says, or make a new one.

    Pictures and prices have calls of their own and stay. A variant that the document leaves out is
    retired; to take the whole product out of shop and till, say `archived`. What was read can be
    sent back: `id`, `handle`, `url` and the variants' `prices` may stand in it as they were read.
    """
    handle = path.handle.lower()

    def work(session: Session) -> Done:
        merchant_id, connection = current_merchant().id, session.connection()
        product_id = lock_product(session, merchant_id=merchant_id, handle=handle)
        known: Sequence[VariantSheet] = ()
        standing = None
        if product_id is not None:
            known = product_for_edit(connection, product_id=product_id).variants
            standing = product_content(connection, product_id)
        hold_to_precondition(None if standing is None else written(standing))
        classes = {each.code for each in tax_classes(connection)}
        _refuse_faults(body, known, classes, standing or {"handle": handle, "variants": []})
        sheet = _sheet(handle, body, product_id or new_id(), known)
        try:
            put_products(session, merchant_id=merchant_id, sheets=[sheet])
        except HandleTakenError as error:  # the desk or an import was quicker by a moment
            raise CatalogueChangedError from error
        put_tariff_codes(
            session, merchant_id=merchant_id, product_id=sheet.id, codes=_codes(body, sheet)
        )
        return Done(product_content(connection, sheet.id), 201 if standing is None else 200)

    return tagged(once(work))


def _refuse_faults(
    body: ProductWish,
    known: Sequence[VariantSheet],
    classes: frozenset[str] | set[str],
    standing: Mapping[str, Any],
) -> None:
    """Refuse what the catalogue does not look at; `standing` is the product as it is read.

    Raises:
        InvalidBodyError: names every field at fault.
    """
    faults = [*_unknown_ids(body, known), *_codes_twice("", body.tariff_codes)]
    faults += _changed_read_only(body, standing)
    for at, variant in enumerate(body.variants):
        faults += _codes_twice(f"/variants/{at}", variant.tariff_codes)
    if body.tax_class not in classes:
        faults.append(_fault("/tax_class", "unknown", "There is no such tax class."))
    if faults:
        raise InvalidBodyError(tuple(faults))


def _unknown_ids(body: ProductWish, known: Sequence[VariantSheet]) -> Iterator[FieldProblem]:
    ids = {variant.id for variant in known}
    named: set[UUID] = set()
    for at, variant in enumerate(body.variants):
        if variant.id is None:
            continue
        if variant.id not in ids:
            yield _fault(
                f"/variants/{at}/id", "unknown", "This product has no such variant on sale."
            )
        elif variant.id in named:
            yield _fault(f"/variants/{at}/id", "twice", "Give this once only.")
        named.add(variant.id)


def _changed_read_only(body: ProductWish, standing: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """Yield what is read-only and says something else than what is there."""
    said = {"id": body.id and str(body.id), "handle": body.handle, "url": body.url}
    for name, value in said.items():
        if value is not None and value != standing.get(name):
            yield _fault(f"/{name}", "read-only", _READ_ONLY)
    prices = {each[by]: each["prices"] for each in standing["variants"] for by in ("id", "sku")}
    for at, variant in enumerate(body.variants):
        there = prices.get(str(variant.id) if variant.id else variant.sku.strip(), [])
        if variant.prices is not None and variant.prices != there:
            yield _fault(f"/variants/{at}/prices", "read-only", _READ_ONLY)


def _codes_twice(pointer: str, codes: Sequence[TariffCodeWish]) -> Iterator[FieldProblem]:
    named: set[str] = set()
    for at, code in enumerate(codes):
        if code.destination in named:
            yield _fault(
                f"{pointer}/tariff_codes/{at}/destination", "twice", "Give this once only."
            )
        named.add(code.destination)


def _fault(pointer: str, code: str, template: str) -> FieldProblem:
    return FieldProblem(pointer=pointer, code=code, template=template)


def _sheet(
    handle: str, body: ProductWish, product_id: UUID, known: Sequence[VariantSheet]
) -> ProductSheet:
    claimed = {variant.id for variant in body.variants}
    by_sku = {variant.sku: variant.id for variant in known if variant.id not in claimed}
    return ProductSheet(
        id=product_id,
        handle=handle,
        status=body.status,
        kind=body.kind,
        vendor=body.vendor,
        product_type=body.product_type,
        tags=tuple(body.tags),
        tax_class=body.tax_class,
        categories=tuple(body.categories),
        commodity_code=body.commodity_code,
        customs_names=body.customs_names,
        words={locale: _words(words) for locale, words in body.words.items()},
        options=tuple(_option(option) for option in body.options),
        variants=tuple(_variant(variant, by_sku) for variant in body.variants),
    )


def _words(wish: WordsWish) -> Words:
    return Words(
        name=wish.name,
        subtitle=wish.subtitle,
        story_html=wish.story_html,
        specification=tuple((line.label, line.value) for line in wish.specification),
        materials=wish.materials,
        origin=wish.origin,
        care=wish.care,
        seo_title=wish.seo_title,
        seo_description=wish.seo_description,
    )


def _option(wish: OptionWish) -> Option:
    values = tuple(OptionValue(value.key, value.names, value.swatch) for value in wish.values)
    return Option(wish.key, wish.names, values)


def _variant(wish: VariantWish, by_sku: dict[str, UUID]) -> VariantSheet:
    return VariantSheet(
        id=wish.id or by_sku.get(wish.sku.strip()) or new_id(),
        sku=wish.sku,
        gtin=wish.gtin,
        choice=tuple(wish.choice),
        weight_grams=wish.weight_grams,
        origin_country=wish.origin_country,
        requires_shipping=wish.requires_shipping,
        stock_tracked=wish.stock_tracked,
        sell_when_out=wish.sell_when_out,
    )


def _codes(body: ProductWish, sheet: ProductSheet) -> list[TariffCode]:
    owners = [
        (None, body.tariff_codes),
        *(
            (variant.id, wish.tariff_codes)
            for variant, wish in zip(sheet.variants, body.variants, strict=True)
        ),
    ]
    return [
        TariffCode(owner, code.destination, code.code, code.unsure, code.source)
        for owner, codes in owners
        for code in codes
    ]
