"""Products for tests."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from commerce.catalogue.facets import option_key
from commerce.catalogue.records import Option, OptionValue, ProductSheet, VariantSheet, Words
from commerce.catalogue.service.products import create_product
from commerce.kernel.database import Database, Scope


def option(name: str, *values: str, zh: Mapping[str, str] | None = None) -> Option:
    """Build an option; `zh` translates the name and values that it knows."""
    known = zh or {}

    def names(text: str) -> dict[str, str]:
        return {"en": text} | ({"zh": known[text]} if text in known else {})

    made = tuple(OptionValue(option_key(value), names(value)) for value in values)
    return Option(option_key(name), names(name), made)


def product_sheet(
    handle: str = "longjing-tea",
    *,
    name: str = "",
    zh: str = "",
    skus: Sequence[str] = (),
    options: Sequence[Option] = (),
    **fields: Any,
) -> ProductSheet:
    """Build a product on sale: one variant per SKU, which choose the options' values in turn."""
    words = {"en": Words(name=name or handle.replace("-", " ").title())}
    if zh:
        words["zh"] = Words(name=zh)
    choices: list[tuple[str, ...]] = [()]
    for each in options:
        choices = [(*choice, value.key) for choice in choices for value in each.values]
    named = skus or [f"{handle.upper()}-{at + 1}" for at in range(len(choices))]
    variants = tuple(
        VariantSheet(sku=sku, choice=choice, weight_grams=250)
        for sku, choice in zip(named, choices, strict=True)
    )
    given: dict[str, Any] = {
        "status": "active",
        "words": words,
        "variants": variants,
        "options": tuple(options),
    }
    return ProductSheet(handle=handle, **(given | fields))


def create_variant(
    database: Database, merchant_id: UUID, *, sku: str = "TEA-1", **fields: Any
) -> UUID:
    """Put a product with one variant on sale and return the variant's id."""
    sheet = product_sheet(fields.pop("handle", sku.lower()), skus=[sku], **fields)
    with database.transaction(Scope.merchant(merchant_id)) as session:
        kept = create_product(session, merchant_id=merchant_id, sheet=sheet)
    return kept.variants[0].id
