"""Write one product with its variants, prices and what there is."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from commerce.catalogue.records import ProductPage, ShownOption, ShownVariant
from commerce.pricing.rows import Price
from storefront.api.writing import amount, amount_or_none, picture, url


def product_content(
    merchant_id: UUID,
    product: ProductPage,
    prices: Mapping[UUID, Price],
    available: Mapping[UUID, int],
) -> dict[str, Any]:
    """Return everything about a product; `available` is in units, by variant."""
    words = product.words
    return {
        "id": str(product.id),
        "handle": product.handle,
        "url": url("shop", "products", product.handle),
        "kind": product.kind,
        "vendor": product.vendor,
        "product_type": product.product_type,
        "tags": product.tags,
        "name": words.name,
        "subtitle": words.subtitle,
        "story_html": words.story_html,
        "specification": [{"label": label, "value": value} for label, value in words.specification],
        "materials": words.materials,
        "origin": words.origin,
        "care": words.care,
        "trail": [{"path": each.path, "name": each.name} for each in product.trail],
        "options": [_option(option) for option in product.options],
        "variants": [
            _variant(each, prices.get(each.id), available.get(each.id, 0))
            for each in product.variants
        ],
        "pictures": [picture(merchant_id, each) for each in product.pictures],
    }


def _option(option: ShownOption) -> dict[str, Any]:
    return {
        "key": option.key,
        "name": option.name,
        "values": [
            {"key": value.key, "name": value.name, "swatch": value.swatch}
            for value in option.values
        ],
    }


def _variant(variant: ShownVariant, price: Price | None, available: int) -> dict[str, Any]:
    counted = variant.stock_tracked and not variant.sell_when_out
    return {
        "id": str(variant.id),
        "sku": variant.sku,
        "gtin": variant.gtin,
        "title": variant.title,
        "choice": variant.choice,
        "weight_grams": variant.weight_grams,
        "origin_country": variant.origin_country,
        "requires_shipping": variant.requires_shipping,
        "price": amount(price.amount) if price else None,
        "compare_at": amount_or_none(price.compare_at) if price else None,
        "includes_tax": price.includes_tax if price else None,
        "available": available if counted else None,
    }
