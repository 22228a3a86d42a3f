"""What a product becomes when a file's contents meet what the shop has. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from commerce.catalogue.facets import option_key
from commerce.catalogue.records import (
    Kind,
    Names,
    Option,
    OptionValue,
    ProductSheet,
    VariantSheet,
    Words,
)
from commerce.imports.contents import Absent, FileProduct, FileVariant, given_or
from commerce.imports.dialects.names import handle_from
from commerce.imports.matching import Doubt, matched
from commerce.pricing.taxation import EXEMPT, FREE_OF_TAX, STANDARD

Placed = Callable[[Sequence[str]], str]
"""Gives the path of the category with these names, from the top down."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The sheet that would be kept, and the variant that each row of the file speaks of."""

    sheet: ProductSheet
    variant_of_row: Mapping[int, UUID]
    doubts: tuple[Doubt, ...] = ()
    """What the file leaves open, which keeps the product out."""


def merged(
    draft: FileProduct, known: ProductSheet | None, *, locale: str, placed: Placed
) -> Merged:
    """Return the product that follows from a file and what the shop has.

    Absent columns keep what there is, blank ones empty it. Variants that the file does not mention
    stay while their choices still exist; an option that the file adds is theirs too (`matching`).
    Names and options keep their other languages.
    """
    options = _options(draft, known, locale)
    found = _Variants(draft, known, options)
    variants, rows = found.merged()
    sheet = ProductSheet(
        handle=draft.handle,
        words={},
        variants=variants,
        options=_in_use(options, variants),
    )
    if known is not None:
        sheet = replace(known, variants=sheet.variants, options=sheet.options, handle=known.handle)
    sheet = replace(
        sheet,
        words=_words(draft, known, locale),
        kind=_kind(draft, known, variants),
        status=given_or(draft.status, sheet.status),
        vendor=given_or(draft.vendor, sheet.vendor),
        product_type=given_or(draft.product_type, sheet.product_type),
        tags=given_or(draft.tags, sheet.tags),
        tax_class=_tax_class(draft, sheet.tax_class),
        categories=_categories(draft, sheet.categories, placed),
        commodity_code=given_or(draft.commodity_code, sheet.commodity_code),
        customs_names=_customs_names(draft, sheet.customs_names, locale),
    )
    return Merged(sheet, rows, found.doubts)


def _words(draft: FileProduct, known: ProductSheet | None, locale: str) -> Mapping[str, Words]:
    words = dict(known.words) if known else {}
    here = words.get(locale)
    name = given_or(draft.name, "") or (here.name if here else "")
    if not name and words:
        # The file says nothing in a language in which the product is not written.
        return words
    before = here or Words(name=name)
    words[locale] = replace(
        before,
        name=name,
        subtitle=given_or(draft.subtitle, before.subtitle),
        story_html=given_or(draft.story_html, before.story_html),
        specification=given_or(draft.specification, before.specification),
        seo_title=given_or(draft.seo_title, before.seo_title),
        seo_description=given_or(draft.seo_description, before.seo_description),
    )
    return words


def _kind(draft: FileProduct, known: ProductSheet | None, variants: Sequence[VariantSheet]) -> Kind:
    shipped = known is not None or any(variant.requires_shipping for variant in variants)
    otherwise: Kind = known.kind if known else "physical" if shipped else "service"
    return given_or(draft.kind, otherwise)


def _tax_class(draft: FileProduct, before: str) -> str:
    if isinstance(draft.taxable, Absent):
        return before
    if not draft.taxable:
        return before if before in FREE_OF_TAX else EXEMPT
    return STANDARD if before in FREE_OF_TAX else before


def _categories(draft: FileProduct, before: tuple[str, ...], placed: Placed) -> tuple[str, ...]:
    if not isinstance(draft.categories, Absent):
        return tuple(dict.fromkeys(placed(names) for names in draft.categories))
    if isinstance(draft.home_category, Absent):
        return before
    if not draft.home_category:
        return ()
    home = placed(draft.home_category)
    return before if before[:1] == (home,) else tuple(dict.fromkeys((home, *before[1:])))


def _customs_names(draft: FileProduct, before: Names, locale: str) -> Names:
    if isinstance(draft.customs_name, Absent):
        return before
    kept = {each: name for each, name in before.items() if each != locale}
    return kept | {locale: draft.customs_name} if draft.customs_name else kept


def _options(draft: FileProduct, known: ProductSheet | None, locale: str) -> tuple[Option, ...]:
    """Return the options of the file, with all values it uses behind those the shop knows."""
    before = known.options if known else ()
    if isinstance(draft.option_names, Absent):
        return before
    options: list[Option] = []
    for at, name in enumerate(draft.option_names):
        option = _called(before, name) or Option(option_key(name), {locale: name}, ())
        values = list(option.values)
        for text in dict.fromkeys(variant.values[at] for variant in draft.variants):
            if text and _called(values, text) is None:
                values.append(OptionValue(option_key(text), {locale: text}))
        options.append(replace(option, values=tuple(values)))
    return tuple(options)


def _in_use(options: Sequence[Option], variants: Sequence[VariantSheet]) -> tuple[Option, ...]:
    """Return `options` without the values that no variant chooses any more."""
    kept: list[Option] = []
    for at, option in enumerate(options):
        used = {variant.choice[at] for variant in variants if at < len(variant.choice)}
        kept.append(replace(option, values=tuple(v for v in option.values if v.key in used)))
    return tuple(kept)


def _called(named: Iterable[Any], text: str) -> Any:
    """Return the option or value that is called `text` in some language, or None."""
    candidates = list(named)
    for each in candidates:
        if text in each.names.values():
            return each
    return next((each for each in candidates if each.key == option_key(text)), None)


class _Variants:
    """Makes of each row of the file a variant, the shop's own where it has it."""

    def __init__(
        self, draft: FileProduct, known: ProductSheet | None, options: Sequence[Option]
    ) -> None:
        self._draft = draft
        self._options = options
        self._known = known.variants if known else ()
        choices = {row.row: self._choice(row) for row in draft.variants}
        self._matches = matched(draft, known, options=options, choices=choices)
        self._skus = {variant.sku for variant in self._known}
        self._skus |= {variant.sku for variant in draft.variants if variant.sku}

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What the file leaves open about them."""
        return self._matches.doubts

    def merged(self) -> tuple[tuple[VariantSheet, ...], dict[int, UUID]]:
        """Return the shop's variants in their order with the new ones behind, and those of rows."""
        said = self._draft.variants
        if not said and not self._matches.staying and not self._options:
            said = (FileVariant(row=self._draft.row),)
        kept = {variant.id: variant for variant in self._matches.staying}
        rows: dict[int, UUID] = {}
        for row in said:
            after = self._changed(row, self._matches.of_row.get(row.row), self._choice(row))
            kept[after.id] = after
            rows[row.row] = after.id
        order = {variant.id: place for place, variant in enumerate(self._known)}
        variants = sorted(kept.values(), key=lambda each: order.get(each.id, len(order)))
        return tuple(variants), rows

    def _choice(self, row: FileVariant) -> tuple[str, ...]:
        if isinstance(self._draft.option_names, Absent):
            return ()
        found = (
            _called(option.values, text)
            for option, text in zip(self._options, row.values, strict=False)
        )
        return tuple(value.key if value else "" for value in found)

    def _changed(
        self, row: FileVariant, before: VariantSheet | None, choice: tuple[str, ...]
    ) -> VariantSheet:
        if before is None:
            before = VariantSheet(sku=row.sku or self._new_sku(choice), choice=choice)
        if not isinstance(self._draft.option_names, Absent):
            before = replace(before, choice=choice)
        return replace(
            before,
            sku=row.sku or before.sku,
            gtin=_bare(given_or(row.gtin, before.gtin)),
            weight_grams=given_or(row.weight_grams, before.weight_grams),
            origin_country=_upper(given_or(row.origin_country, before.origin_country)),
            requires_shipping=given_or(row.requires_shipping, before.requires_shipping),
            stock_tracked=given_or(row.stock_tracked, before.stock_tracked),
            sell_when_out=given_or(row.sell_when_out, before.sell_when_out),
        )

    def _new_sku(self, choice: Sequence[str]) -> str:
        """Return a SKU for a row without one, the same for the same product every time."""
        parts = [self._draft.handle, *(handle_from(key) for key in choice)]
        wanted = "-".join(part for part in parts if part)[:200].upper()
        sku, number = wanted, 1
        while sku in self._skus:
            number += 1
            sku = f"{wanted}-{number}"
        self._skus.add(sku)
        return sku


def _bare(gtin: str | None) -> str | None:
    # Spreadsheets are told by an apostrophe not to round long numbers.
    return gtin.lstrip("'") if gtin else gtin


def _upper(country: str | None) -> str | None:
    return country.upper() if country else country
