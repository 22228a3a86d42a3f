"""A product told to machines: schema.org Product, or ProductGroup where there are variants."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from commerce.catalogue.records import ProductPage, ShownVariant
from commerce.inventory.rows import LevelRow
from commerce.pricing.rows import Price
from storefront.shop.frame import public_root
from storefront.shop.pictures import ShownPicture
from storefront.shop.structured import Facts

_SCHEMA = "https://schema.org"


def product_facts(
    page: ProductPage,
    prices: Mapping[UUID, Price],
    levels: Sequence[LevelRow],
    *,
    pictures: Sequence[ShownPicture],
    brand: str,
    description: str,
    url: str,
    returns: Facts | None = None,
) -> Facts:
    """Return the product with an offer for every variant that has a price, and how it goes back."""
    there = {level.variant_id for level in levels if level.available}
    common: Facts = {
        "@context": _SCHEMA,
        "name": page.words.name,
        "description": description,
        "image": [f"{public_root()}{picture.src}" for picture in pictures],
        "brand": {"@type": "Brand", "name": brand},
        "url": url,
    }
    if len(page.variants) == 1:
        return {**common, **_variant(page.variants[0], prices, there, url, returns)}
    return {
        **common,
        "@type": "ProductGroup",
        "productGroupID": page.handle,
        "variesBy": [option.name for option in page.options],
        "hasVariant": [
            {
                "name": f"{page.words.name}, {variant.title}",
                **_variant(variant, prices, there, f"{url}?v={variant.sku}", returns),
            }
            for variant in page.variants
        ],
    }


def _variant(
    variant: ShownVariant,
    prices: Mapping[UUID, Price],
    there: set[UUID],
    url: str,
    returns: Facts | None,
) -> Facts:
    # No weight: what is kept of a variant is that of its parcel, not what the page tells of the goods.
    facts: dict[str, Any] = {"@type": "Product", "sku": variant.sku}
    if variant.gtin:
        facts["gtin"] = variant.gtin
    price = prices.get(variant.id)
    if price is not None:
        in_stock = variant.id in there or not variant.stock_tracked or variant.sell_when_out
        facts["offers"] = {
            "@type": "Offer",
            "url": url,
            "price": str(price.amount.major),
            "priceCurrency": price.amount.currency,
            "availability": f"{_SCHEMA}/{'InStock' if in_stock else 'OutOfStock'}",
            "itemCondition": f"{_SCHEMA}/NewCondition",
            **({"hasMerchantReturnPolicy": returns} if returns else {}),
        }
    return facts
