"""Variants as rows of the product form: what stands in their fields, and what they are called."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from werkzeug.datastructures import MultiDict

from commerce.catalogue.records import Option, OptionValue, ProductSheet, VariantSheet
from commerce.pricing.rows import ListedPrice, PriceListRow
from commerce.web.languages import language
from storefront.backoffice.forms import typed_form
from storefront.backoffice.products.succession import Choice

NOT_YET = UUID(int=0)
"""Stands in the names of a new product's fields for the variant that has no id yet."""


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One variant as it stands on the form."""

    id: UUID
    title: str
    sku: str
    gtin: str
    grams: str
    origin: str
    prices: dict[UUID, str]
    compare_at: str
    place: str
    """Its place in the order, from 1."""
    counted: bool
    """Whether its stock is kept."""

    @property
    def choice(self) -> tuple[str, str]:
        """The variant as one entry of a list to choose from."""
        return str(self.id), self.title or self.sku


def variant_rows(
    sheet: ProductSheet,
    prices: Sequence[ListedPrice],
    lists: Sequence[PriceListRow],
    typed: MultiDict[str, str] | None,
) -> list[VariantRow]:
    """Return the rows of variants, as typed when the form comes back."""
    given = typed or MultiDict()
    known = {(price.price_list_id, price.variant_id): price for price in prices}
    base = next((each.id for each in lists if each.is_base), None)
    return [
        VariantRow(
            id=variant.id,
            title=title_of(variant, sheet.options),
            sku=given.get(f"sku-{variant.id}", variant.sku),
            gtin=given.get(f"gtin-{variant.id}", variant.gtin or ""),
            grams=given.get(f"grams-{variant.id}", str(variant.weight_grams or "")),
            origin=given.get(f"origin-{variant.id}", variant.origin_country or ""),
            place=given.get(f"place-{variant.id}", str(place)),
            counted=variant.stock_tracked,
            prices={
                each.id: given.get(
                    f"price-{variant.id}-{each.id}", _amount(known.get((each.id, variant.id)))
                )
                for each in lists
            },
            compare_at=given.get(
                f"compare-{variant.id}", _former(known.get((base, variant.id)) if base else None)
            ),
        )
        for place, variant in enumerate(sheet.variants, start=1)
    ]


def title_of(variant: VariantSheet, options: Sequence[Option]) -> str:
    """Return a variant's choices in words, such as `Red / Large`."""
    return choice_title(variant.choice, options)


def choice_title(choice: Choice, options: Sequence[Option]) -> str:
    """Return a choice in words, such as `Red / Large`."""
    named: list[str] = []
    for key, option in zip(choice, options, strict=False):
        value = next((each for each in option.values if each.key == key), None)
        named.append(_shown(value) if value else key)
    return " / ".join(named)


def _shown(value: OptionValue) -> str:
    """Return what a choice is called in the page's language, else in any."""
    return value.names.get(language()) or next(iter(value.names.values()), value.key)


def _amount(price: ListedPrice | None) -> str:
    return typed_form(price.amount.amount_minor, price.amount.currency) if price else ""


def _former(price: ListedPrice | None) -> str:
    if price is None or price.compare_at is None:
        return ""
    return typed_form(price.compare_at.amount_minor, price.compare_at.currency)
