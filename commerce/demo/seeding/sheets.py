"""From the demo's content to the catalogue's sheets. Pure."""

from html import escape

from commerce.admission.taxes import tax_class
from commerce.catalogue.records import Option, OptionValue, ProductSheet, VariantSheet, Words
from commerce.demo.content import Merchant, Product, Variant
from commerce.demo.content import goods as content
from commerce.demo.content.words import Words as Told
from commerce.demo.drawings.tone import tone_named


def sheet_of(product: Product, *, merchant: Merchant) -> ProductSheet:
    """Return a product as the catalogue keeps it, on sale."""
    customs = product.customs
    is_goods = product.kind == "goods"
    return ProductSheet(
        handle=product.handle,
        kind="physical" if is_goods else "service",
        status="active",
        vendor=merchant.en,
        words={"en": _words(product.en), "zh": _words(product.zh)},
        tags=product.tags,
        tax_class=tax_class(merchant.price_scheme, product.tax),
        options=tuple(_option(option) for option in product.option),
        variants=tuple(
            _variant(variant, origin=product.origin_country, is_goods=is_goods)
            for variant in product.variant
        ),
        categories=(product.category,),
        commodity_code=customs.hs6 if customs else None,
        customs_names={"en": customs.en, "zh": customs.zh} if customs else {},
    )


def _words(told: Told) -> Words:
    return Words(
        name=told.name,
        story_html="".join(f"<p>{escape(part)}</p>" for part in told.story.split("\n\n")),
        specification=told.specification,
        materials=told.materials,
        origin=told.origin,
        care=told.care,
    )


def _option(option: content.Option) -> Option:
    return Option(
        key=option.handle,
        names={"en": option.en, "zh": option.zh},
        values=tuple(
            OptionValue(
                key=value.handle,
                names={"en": value.en, "zh": value.zh},
                swatch=tone_named(value.tone).body if value.tone else None,
            )
            for value in option.values
        ),
    )


def _variant(variant: Variant, *, origin: str, is_goods: bool) -> VariantSheet:
    return VariantSheet(
        sku=variant.sku,
        choice=variant.choice,
        gtin=variant.gtin,
        weight_grams=variant.grams,
        origin_country=origin,
        requires_shipping=is_goods,
        stock_tracked=is_goods,
    )
