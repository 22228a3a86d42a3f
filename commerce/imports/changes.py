"""What an import would change on a product, field by field, as people read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from commerce.catalogue.records import Names, ProductSheet, VariantSheet, Words
from commerce.imports.dialects.writing import category_path
from commerce.imports.state import ProductState, Terms
from commerce.kernel.money import Money

MOST_SHOWN = 60
"""Characters of a text; a longer one is cut."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a product before and after; `sku` names the variant, "" the product itself.

    Amounts are in major units without their currency, weights in grams; yes and no are written so.
    A blank `old` was empty; a story tells neither old nor new, only that it is another.
    """

    field: str
    sku: str
    old: str
    new: str


_PRODUCT = (
    "status",
    "kind",
    "vendor",
    "product_type",
    "tags",
    "tax_class",
    "categories",
    "commodity_code",
)
_WORDS = ("name", "subtitle", "specification", "seo_title", "seo_description")
_VARIANT = (
    "gtin",
    "weight_grams",
    "origin_country",
    "requires_shipping",
    "stock_tracked",
    "sell_when_out",
)
_TERMS = ("price", "compare_at", "on_hand")


def changes_between(
    before: ProductState, after: ProductState, *, locale: str
) -> tuple[Change, ...]:
    """Return what differs, the product's own fields first, then those of its variants in order."""
    return (*_of_product(before.sheet, after.sheet, locale), *_of_variants(before, after))


def _of_product(before: ProductSheet, after: ProductSheet, locale: str) -> Iterator[Change]:
    was, will = (sheet.words.get(locale, Words(name="")) for sheet in (before, after))
    yield from _differing(_WORDS, was, will, "")
    if was.story_html != will.story_html:
        yield Change("story_html", "", "", "")
    yield from _differing(_PRODUCT, before, after, "")
    if before.customs_names != after.customs_names:
        yield Change(
            "customs_names",
            "",
            _written(before.customs_names.get(locale)),
            _written(after.customs_names.get(locale)),
        )
    old, new = (_option_names(sheet, locale) for sheet in (before, after))
    if old != new:
        yield Change("options", "", old, new)


def _of_variants(before: ProductState, after: ProductState) -> Iterator[Change]:
    known = {variant.id: variant for variant in before.sheet.variants}
    for variant in after.sheet.variants:
        old = known.pop(variant.id, None)
        if old is None:
            yield Change("variant", variant.sku, "", variant.sku)
            old = VariantSheet(sku=variant.sku, id=variant.id)
        elif old.sku != variant.sku:
            yield Change("sku", variant.sku, old.sku, variant.sku)
        if old.choice != variant.choice and old.choice:
            yield Change("choice", variant.sku, " / ".join(old.choice), " / ".join(variant.choice))
        yield from _differing(_VARIANT, old, variant, variant.sku)
        was = before.terms.get(variant.id, Terms())
        yield from _differing(_TERMS, was, after.terms_of(variant.id), variant.sku)
    for gone in known.values():
        yield Change("variant", gone.sku, gone.sku, "")


def _differing(fields: tuple[str, ...], old: Any, new: Any, sku: str) -> Iterator[Change]:
    for field in fields:
        was, will = getattr(old, field), getattr(new, field)
        if was != will:
            yield Change(field, sku, _written(was), _written(will))


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Money):
        return f"{value.major:f}"
    if isinstance(value, tuple):
        return _cut(", ".join(_entry(each) for each in value))
    return _cut(str(value))


def _entry(value: Any) -> str:
    return category_path(value) if isinstance(value, tuple) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


def _option_names(sheet: ProductSheet, locale: str) -> str:
    return ", ".join(_called(option.names, locale) for option in sheet.options)


def _called(names: Names, locale: str) -> str:
    return names.get(locale) or next(iter(names.values()), "")
