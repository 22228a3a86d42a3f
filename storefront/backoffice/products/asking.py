"""The questions of the product's page: what becomes of variants with stock when options change."""

from collections.abc import Sequence
from dataclasses import dataclass

from commerce.catalogue.records import Option, ProductSheet
from storefront.backoffice.forms import Fault
from storefront.backoffice.products.succession import (
    NOT_SOLD,
    Question,
    combinations,
    missing,
    written,
)
from storefront.backoffice.products.variant_rows import choice_title, title_of
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext


@dataclass(frozen=True, slots=True)
class AskedVariant:
    """One question as the page draws it: a list to choose from."""

    name: str
    label: str
    hint: str
    value: str
    options: list[tuple[str, str]]
    error: str


def asked_variants(
    sheet: ProductSheet,
    options: Sequence[Option],
    questions: Sequence[Question],
    faults: Sequence[Fault],
) -> list[AskedVariant]:
    """Return the questions; `sheet` is the product as it is, `options` those that were typed."""
    told = {fault["field"]: fault["message"] for fault in faults}
    offered = [(written(each), choice_title(each, options)) for each in combinations(options)]
    return [
        AskedVariant(
            name=each.name,
            label=title_of(each.variant, sheet.options) or each.variant.sku,
            hint=ngettext(
                "%(num)d unit in stock, SKU %(sku)s",
                "%(num)d units in stock, SKU %(sku)s",
                each.units,
                sku=each.variant.sku,
            ),
            value=each.answer,
            options=[
                ("", _("Choose …")),
                *(offered if options else [(written(()), _("the product without options"))]),
                (NOT_SOLD, _("not sold any more; old orders keep it")),
            ],
            error=told.get(each.name, ""),
        )
        for each in questions
    ]


def unsold(sheet: ProductSheet) -> list[tuple[str, str]]:
    """Return the combinations of options that are not on sale, each with its title."""
    return [(written(each), choice_title(each, sheet.options)) for each in missing(sheet)]
