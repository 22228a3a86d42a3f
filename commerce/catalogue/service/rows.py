"""From sheets to rows of the catalogue's tables. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from commerce.catalogue.facets import facet_keys, option_labels
from commerce.catalogue.records import ProductSheet
from commerce.kernel.ids import new_id

Row = dict[str, Any]


def product_rows(sheets: Iterable[ProductSheet], *, now: datetime) -> Iterator[Row]:
    """Yield one row per product; it counts as published now if it is active."""
    for sheet in sheets:
        yield {
            "id": sheet.id,
            "handle": sheet.handle,
            "kind": sheet.kind,
            "status": sheet.status,
            "vendor": sheet.vendor,
            "product_type": sheet.product_type,
            "tags": list(sheet.tags),
            "tax_class": sheet.tax_class,
            "facets": facet_keys(sheet),
            "created_at": now,
            "changed_at": now,
            "published_at": now if sheet.status == "active" else None,
        }


def text_rows(sheets: Iterable[ProductSheet]) -> Iterator[Row]:
    """Yield one row per product and language."""
    for sheet in sheets:
        for locale, words in sheet.words.items():
            yield {
                "id": new_id(),
                "product_id": sheet.id,
                "locale": locale,
                "name": words.name,
                "subtitle": words.subtitle,
                "story_html": words.story_html,
                "specification": [list(pair) for pair in words.specification],
                "materials": words.materials,
                "origin": words.origin,
                "care": words.care,
                "seo_title": words.seo_title,
                "seo_description": words.seo_description,
            }


def option_rows(sheets: Iterable[ProductSheet]) -> tuple[list[Row], list[Row]]:
    """Return the rows of all options, and those of all their values."""
    options: list[Row] = []
    values: list[Row] = []
    for sheet in sheets:
        for position, option in enumerate(sheet.options):
            owner: Row = {
                "id": new_id(),
                "product_id": sheet.id,
                "position": position,
                "key": option.key,
                "names": dict(option.names),
            }
            options.append(owner)
            values.extend(
                {
                    "id": new_id(),
                    "option_id": owner["id"],
                    "position": at,
                    "key": value.key,
                    "names": dict(value.names),
                    "swatch": value.swatch,
                }
                for at, value in enumerate(option.values)
            )
    return options, values


def labels_of(sheets: Iterable[ProductSheet]) -> dict[tuple[str, str], str]:
    """Return how the options and values of `sheets` are called, by facet key and locale."""
    return {
        (key, locale): label
        for sheet in sheets
        for option in sheet.options
        for key, locale, label in option_labels(option)
    }


def variant_rows(sheets: Iterable[ProductSheet]) -> Iterator[Row]:
    """Yield one row per variant, in the sheet's order; none of them is retired."""
    for sheet in sheets:
        for position, variant in enumerate(sheet.variants):
            yield {
                "id": variant.id,
                "product_id": sheet.id,
                "position": position,
                "sku": variant.sku,
                "gtin": variant.gtin,
                "choice": list(variant.choice),
                "weight_grams": variant.weight_grams,
                "origin_country": variant.origin_country,
                "requires_shipping": variant.requires_shipping,
                "stock_tracked": variant.stock_tracked,
                "sell_when_out": variant.sell_when_out,
                "retired_at": None,
            }


def customs_name_rows(sheets: Iterable[ProductSheet]) -> Iterator[Row]:
    """Yield one row per product and language in which customs has a name for it."""
    for sheet in sheets:
        for locale, name in sheet.customs_names.items():
            yield {"id": new_id(), "product_id": sheet.id, "locale": locale, "name": name}


def code_rows(sheets: Sequence[ProductSheet], *, now: datetime) -> Iterator[Row]:
    """Yield one row per product that has a tariff code for every destination."""
    for sheet in sheets:
        if sheet.commodity_code:
            yield {
                "id": new_id(),
                "product_id": sheet.id,
                "variant_id": None,
                "destination": "*",
                "code": sheet.commodity_code,
                "unsure": False,
                "source": "",
                "changed_at": now,
            }
