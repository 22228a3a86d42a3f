"""The page of a product that somebody else changed meanwhile: what they did, beside what was typed."""

from collections.abc import Iterator, Mapping
from itertools import count

from werkzeug.datastructures import MultiDict

from storefront.backoffice.forms import ChangedLine
from storefront.backoffice.products.file import ProductFile
from storefront.backoffice.products.form import LANGUAGES, ProductForm
from storefront.backoffice.products.meanwhile import Meanwhile, changed_meanwhile
from storefront.backoffice.products.variant_rows import title_of
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import country_name, in_language

_SHOWN = 300
_TONGUES = {"en": "English", "zh": "中文"}


def changed_lines(
    file: ProductFile, form: ProductForm, typed: MultiDict[str, str]
) -> list[ChangedLine]:
    """Return what others changed, in the order of the page."""
    labels = field_labels(file, form)
    return [
        *_whole_variants(file, typed),
        *_codes(file, typed),
        *(
            ChangedLine(
                labels[each.field],
                _shown(each, each.now, file, form),
                _shown(each, each.typed, file, form) if each.contested else "",
            )
            for each in changed_meanwhile(file, typed)
            if each.field in labels and not _of_new_variant(each.field, typed)
        ),
    ]


def _whole_variants(file: ProductFile, typed: Mapping[str, str]) -> Iterator[ChangedLine]:
    """Yield the variants that were added and that were taken away."""
    here = {str(variant.id) for variant in file.sheet.variants}
    for variant in file.sheet.variants:
        if f"sku-{variant.id}" not in typed:
            title = title_of(variant, file.sheet.options) or variant.sku
            yield ChangedLine(_("Variant"), _("%(variant)s was added", variant=title), "")
    for name, sku in typed.items():
        if name.startswith("sku-") and name.removeprefix("sku-") not in here:
            yield ChangedLine(_("Variant"), _("%(variant)s is not sold any more", variant=sku), "")


def _codes(file: ProductFile, typed: MultiDict[str, str]) -> Iterator[ChangedLine]:
    """Yield the tariff codes that differ, by country: their rows mean nothing to who reads."""
    changed = [each for each in changed_meanwhile(file, typed) if each.field.startswith("code-")]
    if not changed:
        return
    contested = any(each.contested for each in changed)
    now = {each.destination: f"{each.code} · {each.source}" for each in file.codes}
    said = dict(_typed_codes(typed))
    for country in sorted(now.keys() | said.keys()):
        if now.get(country) != said.get(country):
            yield ChangedLine(
                _("HS code for %(country)s", country=country_name(country)),
                now.get(country, _("removed")),
                said.get(country, _("removed")) if contested else "",
            )


def _typed_codes(typed: MultiDict[str, str]) -> Iterator[tuple[str, str]]:
    for at in count():
        if f"code-{at}-country" not in typed:
            return
        country, code, source = (
            typed.get(f"code-{at}-{part}", "").strip() for part in ("country", "code", "source")
        )
        if country and code and str(at) not in typed.getlist("code-remove"):
            yield country, f"{code} · {source or 'merchant'}"


def _of_new_variant(field: str, typed: Mapping[str, str]) -> bool:
    kind, _dash, rest = field.partition("-")
    if kind not in {"sku", "gtin", "grams", "origin", "place", "price", "compare"}:
        return False
    return f"sku-{rest[:36]}" not in typed


def _shown(each: Meanwhile, value: str, file: ProductFile, form: ProductForm) -> str:
    """Return a value as people read it: the words of a choice, the beginning of a long text."""
    if each.field in {"tax_class", "status", "kind"}:
        words: dict[str, str] = dict(form[each.field].pairs)
        return words.get(value, value)
    if each.field == "categories":
        names = dict(file.categories)
        value = ", ".join(names.get(path, path) for path in value.splitlines())
    if each.field in {"counted", "sell_when_out"}:
        return _("yes") if value else _("no")
    short = value if len(value) <= _SHOWN else f"{value[:_SHOWN]} …"
    return short or _("nothing")


def field_labels(file: ProductFile, form: ProductForm) -> dict[str, str]:
    """Return what every field of the form is called, in which language and of which variant."""
    labels = {field.name: str(field.label.text) for field in form}
    for locale in LANGUAGES:
        for name in [each for each in labels if each.startswith(f"{locale}_")]:
            if not name.endswith("_customs"):
                labels[name] = f"{labels[name]} ({_TONGUES[locale]})"
    for at in range(3):
        labels[f"option-{at}-en"] = _("Option in English")
        labels[f"option-{at}-zh"] = _("Option in Chinese")
        labels[f"option-{at}-values"] = _("Values")
    for variant in file.sheet.variants:
        labels |= _variant_labels(file, str(variant.id), title_of(variant, file.sheet.options))
    return labels


def _variant_labels(file: ProductFile, key: str, title: str) -> dict[str, str]:
    called = title or _("this product")
    prices = {
        f"price-{key}-{each.id}": _(
            "%(list)s of %(variant)s", list=in_language(each.name, each.name_zh), variant=called
        )
        for each in file.lists
    }
    return prices | {
        f"sku-{key}": _("SKU of %(variant)s", variant=called),
        f"gtin-{key}": _("Barcode of %(variant)s", variant=called),
        f"grams-{key}": _("Weight of %(variant)s in grams", variant=called),
        f"origin-{key}": _("Country that %(variant)s was made in", variant=called),
        f"place-{key}": _("Position of %(variant)s", variant=called),
        f"compare-{key}": _("Former price of %(variant)s", variant=called),
    }
