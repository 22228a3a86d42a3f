"""The form of one product: both languages side by side, and what else stands on its sheet."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from commerce.catalogue.records import KINDS, STATUSES, ProductSheet, Words
from commerce.imports.dialects.names import handle_from
from storefront.backoffice.forms import DeskForm, SelectField, SelectMultipleField, optional_text
from storefront.backoffice.products.story import kept_story, shown_story

LANGUAGES = ("en", "zh")
_LINES = ("name", "subtitle", "materials", "origin", "care", "seo_title", "seo_description")
WORDS = tuple(
    f"{locale}_{name}" for locale in LANGUAGES for name in (*_LINES, "story_html", "specification")
)
"""The fields that a product has once per language."""


class ProductForm(DeskForm):
    """Words twice, then what is the same in every language."""

    wish = HiddenField()
    en_name = StringField(lazy_gettext("Name"), optional_text(500))
    zh_name = StringField(lazy_gettext("Name"), optional_text(500))
    en_subtitle = StringField(lazy_gettext("One line about it"), optional_text(500))
    zh_subtitle = StringField(lazy_gettext("One line about it"), optional_text(500))
    en_story_html = TextAreaField(lazy_gettext("Story"))
    zh_story_html = TextAreaField(lazy_gettext("Story"))
    en_materials = StringField(lazy_gettext("Materials"), optional_text(500))
    zh_materials = StringField(lazy_gettext("Materials"), optional_text(500))
    en_origin = StringField(lazy_gettext("Where it comes from"), optional_text(500))
    zh_origin = StringField(lazy_gettext("Where it comes from"), optional_text(500))
    en_care = StringField(lazy_gettext("Care"), optional_text(500))
    zh_care = StringField(lazy_gettext("Care"), optional_text(500))
    en_specification = TextAreaField(lazy_gettext("Specification"))
    zh_specification = TextAreaField(lazy_gettext("Specification"))
    en_seo_title = StringField(lazy_gettext("Title in search engines"), optional_text(200))
    zh_seo_title = StringField(lazy_gettext("Title in search engines"), optional_text(200))
    en_seo_description = StringField(lazy_gettext("Words in search engines"), optional_text(500))
    zh_seo_description = StringField(lazy_gettext("Words in search engines"), optional_text(500))
    en_customs = StringField(lazy_gettext("Customs name in English"), optional_text(255))
    zh_customs = StringField(lazy_gettext("Customs name in Chinese"), optional_text(255))
    commodity_code = StringField(lazy_gettext("HS code for every country"), optional_text(20))
    tax_class = SelectField(lazy_gettext("Tax class"))
    status = SelectField(
        lazy_gettext("State"),
        choices=[
            ("draft", lazy_gettext("Draft")),
            ("active", lazy_gettext("On sale")),
            ("archived", lazy_gettext("Archived")),
        ],
    )
    kind = SelectField(
        lazy_gettext("Kind"),
        choices=[
            ("physical", lazy_gettext("Goods that travel")),
            ("service", lazy_gettext("A service")),
        ],
    )
    handle = StringField(lazy_gettext("Address in the shop"), optional_text(255))
    vendor = StringField(lazy_gettext("Maker or brand"), optional_text(255))
    product_type = StringField(lazy_gettext("Type"), optional_text(255))
    tags = StringField(lazy_gettext("Tags"), optional_text(2000))
    categories = SelectMultipleField(lazy_gettext("Categories"), validate_choice=False)
    counted = BooleanField(lazy_gettext("Count its stock"))
    sell_when_out = BooleanField(lazy_gettext("Sell on when the stock is used up"))

    def in_language(self, locale: str, name: str) -> Any:
        """Return the field of one language."""
        return self[f"{locale}_{name}"]


def filled(sheet: ProductSheet) -> dict[str, Any]:
    """Return a sheet as the form's fields show it."""
    said = {
        f"{locale}_{name}": getattr(words, name)
        for locale, words in sheet.words.items()
        if locale in LANGUAGES
        for name in _LINES
    }
    stories = {
        f"{locale}_story_html": shown_story(words.story_html)
        for locale, words in sheet.words.items()
        if locale in LANGUAGES
    }
    specifications = {
        f"{locale}_specification": "\n".join(
            f"{label}: {value}" for label, value in words.specification
        )
        for locale, words in sheet.words.items()
        if locale in LANGUAGES
    }
    return {
        **said,
        **stories,
        **specifications,
        **{f"{each}_customs": sheet.customs_names.get(each, "") for each in LANGUAGES},
        "commodity_code": sheet.commodity_code or "",
        "tax_class": sheet.tax_class,
        "status": sheet.status,
        "kind": sheet.kind,
        "handle": sheet.handle,
        "vendor": sheet.vendor,
        "product_type": sheet.product_type,
        "tags": ", ".join(sheet.tags),
        "categories": list(sheet.categories),
        "counted": all(variant.stock_tracked for variant in sheet.variants),
        "sell_when_out": any(variant.sell_when_out for variant in sheet.variants),
    }


def switched(form: ProductForm, sheet: ProductSheet) -> dict[str, bool | None]:
    """Return what the boxes that speak for every variant say, None where nobody touched them.

    Variants may differ; saving the form for another reason leaves them so.
    """
    before = filled(sheet)
    return {
        name: None if form[name].data == before[name] else form[name].data
        for name in ("counted", "sell_when_out")
    }


def read_sheet_words(form: ProductForm, sheet: ProductSheet) -> ProductSheet:
    """Return `sheet` with what the form says, variants and options apart."""
    words = {
        **{each: kept for each, kept in sheet.words.items() if each not in LANGUAGES},
        **dict(_words(form)),
    }
    names = {
        each: typed for each in LANGUAGES if (typed := _typed(form.in_language(each, "customs")))
    }
    called = next((words[each].name for each in LANGUAGES if each in words), "")
    return replace(
        sheet,
        words=words,
        customs_names={**sheet.customs_names, **names} if names else {},
        commodity_code=_typed(form.commodity_code) or None,
        tax_class=form.tax_class.data,
        status=next(each for each in STATUSES if each == form.status.data),
        kind=next(each for each in KINDS if each == form.kind.data),
        handle=_typed(form.handle) or handle_from(called) or sheet.handle,
        vendor=_typed(form.vendor),
        product_type=_typed(form.product_type),
        tags=tuple(tag.strip() for tag in _typed(form.tags).replace("，", ",").split(",")),
        categories=_categories(form, sheet),
    )


def _categories(form: ProductForm, sheet: ProductSheet) -> tuple[str, ...]:
    """Return what is ticked; the product's home stays first as long as it is ticked."""
    ticked = [path for path in form.categories.data or () if path]
    home = [path for path in sheet.categories if path in ticked]
    return tuple(dict.fromkeys([*home, *ticked]))


def _words(form: ProductForm) -> Iterator[tuple[str, Words]]:
    for locale in LANGUAGES:
        said = {name: _typed(form.in_language(locale, name)) for name in _LINES}
        said["story_html"] = kept_story(_typed(form.in_language(locale, "story_html")))
        specification = tuple(_pairs(form.in_language(locale, "specification").data or ""))
        if any(said.values()) or specification:
            yield locale, Words(**said, specification=specification)


def _pairs(typed: str) -> Iterator[tuple[str, str]]:
    """Read one `label: value` per line; a full-width colon is as good."""
    for line in typed.splitlines():
        label, _, value = line.replace("：", ":", 1).partition(":")
        if label.strip():
            yield label.strip(), value.strip()


def _typed(field: Any) -> str:
    return str(field.data or "").strip()


FIELD_OF: Mapping[str, str] = {
    "/handle": "handle",
    "/commodity_code": "commodity_code",
    "/vendor": "vendor",
    "/product_type": "product_type",
    "/tags": "tags",
    "/words": "en_name",
    "/customs_names/en": "en_customs",
    "/customs_names/zh": "zh_customs",
    "/words/en/name": "en_name",
    "/words/zh/name": "zh_name",
}
"""Where on the form a fault of the sheet is mended."""
