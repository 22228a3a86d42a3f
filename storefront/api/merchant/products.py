"""A merchant's products in every state, as they are edited."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from flask_openapi3.models.tag import Tag
from sqlalchemy import Connection

from commerce.catalogue.errors import InvalidCursorError, ProductNotFoundError
from commerce.catalogue.queries import (
    list_products,
    product_ids_by_handle,
    product_sheets,
    tariff_codes_of,
)
from commerce.catalogue.records import (
    STATUSES,
    Option,
    ProductSheet,
    TariffCode,
    VariantSheet,
    Words,
)
from commerce.park.permissions import ApiScope
from commerce.pricing.queries import listed_prices
from commerce.pricing.rows import ListedPrice
from commerce.web.identity import api_key, current_scope
from commerce.web.languages import language
from commerce.web.services import services
from storefront.api.answers import linked, page, shelf_answer
from storefront.api.interface import Interface, shelf
from storefront.api.shapes.catalogue import HandlePlace
from storefront.api.shapes.merchant import MerchantProductsAsked
from storefront.api.shapes.product import MerchantProductShape, MerchantProductsShape
from storefront.api.writing import amount, amount_or_none, url

TAG = Tag(name="Products", description="Products in every state.")


def add_to(interface: Interface) -> None:
    """Add what merchants read of products."""
    interface.view_to(
        "GET",
        "/products",
        tag=TAG,
        answers=shelf(MerchantProductsShape),
        refuses=[InvalidCursorError],
    )(list_merchant_products)
    interface.view_to(
        "GET",
        "/products/<handle>",
        tag=TAG,
        answers=shelf(MerchantProductShape),
        refuses=[ProductNotFoundError],
    )(read_merchant_product)


@api_key(ApiScope.READ_PRODUCTS)
def list_merchant_products(query: MerchantProductsAsked) -> Response:
    """List products, the last changed first."""
    with services().database.reading(current_scope()) as connection:
        found = list_products(
            connection,
            locale=language(),
            query=query.words,
            sort="changed",
            cursor=query.after,
            limit=query.limit,
            statuses=query.status or STATUSES,
        )
        items = _products(connection, [card.id for card in found.cards])
    return linked(shelf_answer(page(items, found.next_cursor)), found.next_cursor)


@api_key(ApiScope.READ_PRODUCTS)
def read_merchant_product(path: HandlePlace) -> Response:
    """Read one product as it is edited."""
    with services().database.reading(current_scope()) as connection:
        ids = product_ids_by_handle(connection, handles=[path.handle])
        if path.handle not in ids:
            raise ProductNotFoundError
        content = product_content(connection, ids[path.handle])
    return shelf_answer(content, weak=False)


def product_content(connection: Connection, product_id: UUID) -> dict[str, Any]:
    """Return one product that exists: three statements."""
    (content,) = _products(connection, [product_id])
    return content


def _products(connection: Connection, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Return the products in the order of `ids`: three statements, whatever their number."""
    sheets = {sheet.id: sheet for sheet in product_sheets(connection, product_ids=ids)}
    variants = [variant.id for sheet in sheets.values() for variant in sheet.variants]
    prices: dict[UUID, list[ListedPrice]] = defaultdict(list)
    for price in listed_prices(connection, variant_ids=variants):
        prices[price.variant_id].append(price)
    codes = tariff_codes_of(connection, product_ids=ids)
    return [_product(sheets[each], prices, codes[each]) for each in ids if each in sheets]


def _product(
    sheet: ProductSheet, prices: dict[UUID, list[ListedPrice]], codes: Sequence[TariffCode]
) -> dict[str, Any]:
    return {
        "id": str(sheet.id),
        "handle": sheet.handle,
        "url": url("products", sheet.handle),
        "status": sheet.status,
        "kind": sheet.kind,
        "vendor": sheet.vendor,
        "product_type": sheet.product_type,
        "tags": sheet.tags,
        "tax_class": sheet.tax_class,
        "categories": sheet.categories,
        "commodity_code": sheet.commodity_code,
        "tariff_codes": _codes(codes, None),
        "customs_names": dict(sheet.customs_names),
        "words": {locale: _words(words) for locale, words in sheet.words.items()},
        "options": [_option(option) for option in sheet.options],
        "variants": [_variant(variant, prices[variant.id], codes) for variant in sheet.variants],
    }


def _codes(codes: Sequence[TariffCode], variant_id: UUID | None) -> list[dict[str, Any]]:
    """Return the codes of the product itself, or of one variant; the sheet tells its own."""
    return [
        {
            "destination": each.destination,
            "code": each.code,
            "source": each.source,
            "unsure": each.unsure,
        }
        for each in codes
        if each.variant_id == variant_id and (variant_id or each.destination != "*")
    ]


def _words(words: Words) -> dict[str, Any]:
    return {
        "name": words.name,
        "subtitle": words.subtitle,
        "story_html": words.story_html,
        "specification": [{"label": label, "value": value} for label, value in words.specification],
        "materials": words.materials,
        "origin": words.origin,
        "care": words.care,
        "seo_title": words.seo_title,
        "seo_description": words.seo_description,
    }


def _option(option: Option) -> dict[str, Any]:
    return {
        "key": option.key,
        "names": dict(option.names),
        "values": [
            {"key": value.key, "names": dict(value.names), "swatch": value.swatch}
            for value in option.values
        ],
    }


def _variant(
    variant: VariantSheet, prices: Sequence[ListedPrice], codes: Sequence[TariffCode]
) -> dict[str, Any]:
    return {
        "id": str(variant.id),
        "sku": variant.sku,
        "gtin": variant.gtin,
        "choice": variant.choice,
        "weight_grams": variant.weight_grams,
        "origin_country": variant.origin_country,
        "requires_shipping": variant.requires_shipping,
        "stock_tracked": variant.stock_tracked,
        "sell_when_out": variant.sell_when_out,
        "tariff_codes": _codes(codes, variant.id),
        "prices": [
            {
                "price_list_id": str(price.price_list_id),
                "amount": amount(price.amount),
                "compare_at": amount_or_none(price.compare_at),
                "derived": price.derived,
            }
            for price in prices
        ],
    }
