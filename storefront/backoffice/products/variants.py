"""Options and variants on the form: rows of text fields that become a sheet's options and variants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product as combinations
from uuid import UUID

from werkzeug.datastructures import MultiDict

from commerce.catalogue.facets import option_key
from commerce.catalogue.records import Option, OptionValue, ProductSheet, VariantSheet
from commerce.kernel.money import Money
from commerce.pricing.rows import ListedPrice, PriceChange, PriceListRow
from commerce.web.languages import language
from storefront.backoffice.forms import Fault, example, typed_amount, typed_form
from storefront.backoffice.speech import gettext as _

MOST_OPTIONS = 3
MOST_MADE = 100
_COUNTRY_LETTERS = 2
_MOST_GRAMS = 1_000_000


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option as it stands on the form: names, and values one per line, `English | Chinese`."""

    en: str
    zh: str
    values: str


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

    @property
    def choice(self) -> tuple[str, str]:
        """The variant as one entry of a list to choose from."""
        return str(self.id), self.title or self.sku


def option_rows(sheet: ProductSheet, typed: MultiDict[str, str] | None) -> list[OptionRow]:
    """Return the rows of options, one more than there are."""
    if typed is not None and "option-0-en" in typed:
        return [
            OptionRow(*(typed.get(f"option-{at}-{part}", "") for part in ("en", "zh", "values")))
            for at in range(MOST_OPTIONS)
        ]
    rows = [
        OptionRow(
            option.names.get("en", ""),
            option.names.get("zh", ""),
            "\n".join(_value_line(value) for value in option.values),
        )
        for option in sheet.options
    ]
    return [*rows, *[OptionRow("", "", "")] * (MOST_OPTIONS - len(rows))]


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
    named: list[str] = []
    for key, option in zip(variant.choice, options, strict=False):
        value = next((each for each in option.values if each.key == key), None)
        named.append(_shown(value) if value else key)
    return " / ".join(named)


def read_variants(
    sheet: ProductSheet, typed: MultiDict[str, str], *, sell_when_out: bool
) -> tuple[ProductSheet, list[Fault]]:
    """Return `sheet` with the options and variants that were typed, and what is wrong with them."""
    faults: list[Fault] = []
    options = tuple(_options(typed, sheet)) if "option-0-en" in typed else sheet.options
    kept = {
        variant.choice: _changed(variant, typed, faults, sell_when_out=sell_when_out)
        for variant in sheet.variants
    }
    choices = list(combinations(*((value.key for value in option.values) for option in options)))
    if len(choices) > MOST_MADE:
        faults.append(
            {
                "field": "option-0-values",
                "message": _("That would be more than %(most)s variants.", most=MOST_MADE),
            }
        )
        return sheet, faults
    first = next(iter(kept.values()), None)
    variants = [
        kept.get(choice) or _made(sheet, choice, first, alone=len(choices) == 1)
        for choice in choices
    ]
    removed = set(typed.getlist("remove"))
    left = tuple(
        variant for variant in _in_order(variants, typed) if str(variant.id) not in removed
    )
    return replace(sheet, options=options, variants=left or tuple(variants)), faults


def _in_order(variants: list[VariantSheet], typed: MultiDict[str, str]) -> list[VariantSheet]:
    """Return variants by the places that were typed; new ones, and what is no number, come last."""

    def place(variant: VariantSheet) -> float:
        number = typed.get(f"place-{variant.id}", "").strip()
        return int(number) if number.isascii() and number.isdigit() else float("inf")

    return sorted(variants, key=place)


def read_prices(
    sheet: ProductSheet, lists: Sequence[PriceListRow], typed: MultiDict[str, str]
) -> tuple[dict[UUID, list[PriceChange]], list[Fault]]:
    """Return the prices to set in each list, and the fields that hold no amount."""
    changes: dict[UUID, list[PriceChange]] = {}
    faults: list[Fault] = []
    for each in lists:
        for variant in sheet.variants:
            name = f"price-{variant.id}-{each.id}"
            amount = _read(typed, name, each.currency, faults)
            former = None
            if each.is_base:
                former = _read(typed, f"compare-{variant.id}", each.currency, faults)
            if amount is not None:
                changes.setdefault(each.id, []).append(PriceChange(variant.id, amount, former))
    return changes, faults


def _read(
    typed: MultiDict[str, str], name: str, currency: str, faults: list[Fault]
) -> Money | None:
    try:
        minor = typed_amount(typed.get(name), currency)
    except ValueError:
        told = _("Give an amount such as %(example)s.", example=example(currency))
        faults.append({"field": name, "message": told})
        return None
    return None if minor is None else Money(minor, currency)


def _options(typed: MultiDict[str, str], sheet: ProductSheet) -> Iterator[Option]:
    for at in range(MOST_OPTIONS):
        english = typed.get(f"option-{at}-en", "").strip()
        chinese = typed.get(f"option-{at}-zh", "").strip()
        values = list(_values(typed.get(f"option-{at}-values", ""), sheet, at))
        if (english or chinese) and values:
            known = sheet.options[at].key if at < len(sheet.options) else ""
            yield Option(
                known or option_key(english or chinese), _names(english, chinese), tuple(values)
            )


def _values(typed: str, sheet: ProductSheet, at: int) -> Iterator[OptionValue]:
    before = {
        _value_line(value): value
        for value in (sheet.options[at].values if at < len(sheet.options) else ())
    }
    by_english = {value.names.get("en", ""): value for value in before.values()}
    for line in typed.splitlines():
        english, _bar, chinese = (part.strip() for part in line.partition("|"))
        if not (english or chinese):
            continue
        known = before.get(line.strip()) or by_english.get(english)
        yield OptionValue(
            known.key if known else option_key(english or chinese),
            _names(english, chinese),
            known.swatch if known else None,
        )


def _names(english: str, chinese: str) -> dict[str, str]:
    return {locale: name for locale, name in (("en", english), ("zh", chinese)) if name}


def _changed(
    variant: VariantSheet, typed: MultiDict[str, str], faults: list[Fault], *, sell_when_out: bool
) -> VariantSheet:
    if f"sku-{variant.id}" not in typed:
        return variant
    grams = typed.get(f"grams-{variant.id}", "").strip() or "0"
    origin = typed.get(f"origin-{variant.id}", "").strip().upper()
    if not (grams.isascii() and grams.isdigit() and int(grams) <= _MOST_GRAMS):
        told = _("Give the weight in whole grams.")
        faults.append({"field": f"grams-{variant.id}", "message": told})
        grams = "0"
    if origin and not (len(origin) == _COUNTRY_LETTERS and origin.isascii() and origin.isalpha()):
        told = _("Give the country as two letters, such as CN.")
        faults.append({"field": f"origin-{variant.id}", "message": told})
        origin = ""
    return replace(
        variant,
        sku=typed[f"sku-{variant.id}"].strip(),
        gtin=typed.get(f"gtin-{variant.id}", "").strip() or None,
        weight_grams=int(grams),
        origin_country=origin or None,
        sell_when_out=sell_when_out,
    )


def _made(
    sheet: ProductSheet, choice: tuple[str, ...], like: VariantSheet | None, *, alone: bool
) -> VariantSheet:
    """Make a variant that the options call for, with a SKU that can be changed later."""
    words = [sheet.handle, *choice] if not alone or choice else [sheet.handle]
    sku = "-".join(word.replace(" ", "") for word in words).upper()[:200]
    if like is None:
        return VariantSheet(sku=sku, choice=choice, requires_shipping=sheet.kind == "physical")
    return VariantSheet(
        sku=sku,
        choice=choice,
        weight_grams=like.weight_grams,
        origin_country=like.origin_country,
        requires_shipping=like.requires_shipping,
        stock_tracked=like.stock_tracked,
        sell_when_out=like.sell_when_out,
    )


def _value_line(value: OptionValue) -> str:
    english, chinese = value.names.get("en", ""), value.names.get("zh", "")
    return f"{english} | {chinese}" if chinese else english


def _shown(value: OptionValue) -> str:
    """Return what a choice is called in the page's language, else in any."""
    return value.names.get(language()) or next(iter(value.names.values()), value.key)


def _amount(price: ListedPrice | None) -> str:
    return typed_form(price.amount.amount_minor, price.amount.currency) if price else ""


def _former(price: ListedPrice | None) -> str:
    if price is None or price.compare_at is None:
        return ""
    return typed_form(price.compare_at.amount_minor, price.compare_at.currency)
