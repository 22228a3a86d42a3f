"""What a product's sheet must be before it is kept. Pure: no database, no clock."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace

from commerce.catalogue.codes import tariff_digits, valid_gtin
from commerce.catalogue.errors import InvalidCodeError, InvalidProductError
from commerce.catalogue.records import KINDS, STATUSES, Option, ProductSheet, VariantSheet, Words
from commerce.catalogue.stories import clean_story
from commerce.kernel.errors import FieldProblem
from commerce.kernel.text import storable

MOST_VARIANTS = 2_000
MOST_TAGS = 250
_MOST_CHARACTERS = 255
_MOST_NAME = 500
# Keys of options stand in unique indexes, whose entries PostgreSQL bounds.
_MOST_OPTION = 100
_HANDLE = re.compile(r"[^\s/?#%&]{1,255}")
_LOCALE = re.compile(r"[a-z]{2}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def sound(sheet: ProductSheet) -> ProductSheet:
    """Return `sheet` as it will be kept: trimmed, stories cleaned, codes without punctuation.

    Making a sound sheet sound again changes nothing.

    Raises:
        InvalidProductError: it cannot be kept; every fault is named.
    """
    tidy = _tidied(sheet)
    problems = tuple(_problems(tidy))
    if problems:
        raise InvalidProductError(problems)
    return tidy


def _tidied(sheet: ProductSheet) -> ProductSheet:
    return replace(
        sheet,
        handle=_line(sheet.handle).lower(),
        words={locale: _tidied_words(words) for locale, words in sheet.words.items()},
        variants=tuple(_tidied_variant(variant) for variant in sheet.variants),
        vendor=_line(sheet.vendor),
        product_type=_line(sheet.product_type),
        tags=tuple(dict.fromkeys(tag for tag in map(_line, sheet.tags) if tag)),
        categories=tuple(dict.fromkeys(sheet.categories)),
        commodity_code=_tidied_code(sheet.commodity_code),
        customs_names={
            locale: _line(name) for locale, name in sheet.customs_names.items() if _line(name)
        },
    )


def _tidied_words(words: Words) -> Words:
    return Words(
        name=_line(words.name),
        subtitle=_line(words.subtitle),
        story_html=clean_story(storable(words.story_html)),
        specification=tuple(
            (_line(label), _line(value)) for label, value in words.specification if _line(label)
        ),
        materials=_line(words.materials),
        origin=_line(words.origin),
        care=_line(words.care),
        seo_title=_line(words.seo_title),
        seo_description=_line(words.seo_description),
    )


def _tidied_variant(variant: VariantSheet) -> VariantSheet:
    gtin = _line(variant.gtin or "")
    return replace(variant, sku=_line(variant.sku), gtin=valid_gtin(gtin) or gtin or None)


def _line(text: str) -> str:
    return storable(text).strip()


def _tidied_code(code: str | None) -> str | None:
    try:
        return tariff_digits(code) if code else None
    except InvalidCodeError:
        return code


def _problems(sheet: ProductSheet) -> Iterator[FieldProblem]:
    if not _HANDLE.fullmatch(sheet.handle):
        yield _problem(
            "/handle",
            "handle",
            "The address needs 1 to 255 characters, without spaces and without / ? # % &.",
        )
    if sheet.kind not in KINDS:
        yield _problem("/kind", "kind", "Choose physical or service.")
    if sheet.status not in STATUSES:
        yield _problem("/status", "status", "Choose draft, active or archived.")
    if sheet.commodity_code:
        yield from _code_problems(sheet.commodity_code)
    yield from _length_problems(sheet)
    yield from _word_problems(sheet)
    yield from _option_problems(sheet)
    yield from _variant_problems(sheet)


def _length_problems(sheet: ProductSheet) -> Iterator[FieldProblem]:
    if len(sheet.tags) > MOST_TAGS:
        yield _problem("/tags", "count", "A product has at most %(most)s tags.", most=MOST_TAGS)
    given = [
        ("/vendor", sheet.vendor, _MOST_CHARACTERS),
        ("/product_type", sheet.product_type, _MOST_CHARACTERS),
        *(("/tags", tag, _MOST_CHARACTERS) for tag in sheet.tags),
        *(
            (f"/customs_names/{locale}", name, _MOST_CHARACTERS)
            for locale, name in sheet.customs_names.items()
        ),
        *((f"/words/{each}/name", words.name, _MOST_NAME) for each, words in sheet.words.items()),
        *(
            (f"/options/{at}/names", name, _MOST_OPTION)
            for at, option in enumerate(sheet.options)
            for name in _option_names(option)
        ),
    ]
    for pointer in dict.fromkeys(pointer for pointer, text, most in given if len(text) > most):
        most = next(most for each, _, most in given if each == pointer)
        yield _problem(pointer, "too-long", "Give at most %(most)s characters.", most=most)


def _option_names(option: Option) -> Iterator[str]:
    yield option.key
    yield from option.names.values()
    for value in option.values:
        yield value.key
        yield from value.names.values()


def _code_problems(code: str) -> Iterator[FieldProblem]:
    try:
        tariff_digits(code)
    except InvalidCodeError as error:
        yield _problem("/commodity_code", error.code, error.template, **error.params)


def _word_problems(sheet: ProductSheet) -> Iterator[FieldProblem]:
    if not sheet.words:
        yield _problem("/words", "required", "Give the product a name in one language at least.")
    for locale, words in sheet.words.items():
        if not _LOCALE.fullmatch(locale):
            yield _problem(f"/words/{locale}", "locale", "A language is two letters, such as en.")
        if not words.name:
            yield _problem(f"/words/{locale}/name", "required", "Give the product a name.")


def _option_problems(sheet: ProductSheet) -> Iterator[FieldProblem]:
    for key in _repeated(option.key for option in sheet.options):
        yield _problem("/options", "repeated", "The option “%(key)s” is there twice.", key=key)
    for at, option in enumerate(sheet.options):
        if not option.names or not all(option.names.values()):
            yield _problem(f"/options/{at}/names", "required", "Give the option a name.")
        for key in _repeated(value.key for value in option.values):
            yield _problem(
                f"/options/{at}/values", "repeated", "The value “%(key)s” is there twice.", key=key
            )


def _variant_problems(sheet: ProductSheet) -> Iterator[FieldProblem]:
    if not 0 < len(sheet.variants) <= MOST_VARIANTS:
        yield _problem(
            "/variants", "count", "A product has 1 to %(most)s variants.", most=MOST_VARIANTS
        )
    allowed = [{value.key for value in option.values} for option in sheet.options]
    for at, variant in enumerate(sheet.variants):
        yield from _one_variant(f"/variants/{at}", variant, allowed)
    for code, name, template in _DISTINCT:
        for value in _repeated(name(variant) for variant in sheet.variants):
            yield _problem("/variants", code, template, value=value)


def _one_variant(
    pointer: str, variant: VariantSheet, allowed: list[set[str]]
) -> Iterator[FieldProblem]:
    if not variant.sku or len(variant.sku) > 255:  # noqa: PLR2004 - as the table says
        yield _problem(
            f"{pointer}/sku", "required", "Give the variant a SKU of 1 to 255 characters."
        )
    if variant.gtin and not valid_gtin(variant.gtin):
        yield _problem(
            f"{pointer}/gtin",
            "gtin",
            "“%(gtin)s” is not a barcode number: its check digit or length is wrong.",
            gtin=variant.gtin,
        )
    if variant.weight_grams < 0:
        yield _problem(f"{pointer}/weight_grams", "weight", "A weight is 0 grams or more.")
    if variant.origin_country is not None and not _COUNTRY.fullmatch(variant.origin_country):
        yield _problem(
            f"{pointer}/origin_country", "country", "A country is two letters, such as CN."
        )
    chosen = len(variant.choice) == len(allowed) and all(
        key in keys for key, keys in zip(variant.choice, allowed, strict=True)
    )
    if not chosen:
        yield _problem(f"{pointer}/choice", "choice", "Choose one value of every option.")


_DISTINCT: tuple[tuple[str, Callable[[VariantSheet], Hashable | None], str], ...] = (
    ("sku-repeated", lambda v: v.sku or None, "The SKU “%(value)s” is there twice."),
    ("gtin-repeated", lambda v: v.gtin, "The barcode “%(value)s” is there twice."),
    ("choice-repeated", lambda v: " / ".join(v.choice), "Two variants are both “%(value)s”."),
)


def _repeated(values: Iterable[Hashable | None]) -> list[Hashable]:
    counts = Counter(value for value in values if value is not None)
    return [value for value, count in counts.items() if count > 1]


def _problem(pointer: str, code: str, template: str, **params: object) -> FieldProblem:
    return FieldProblem(pointer=pointer, code=code, template=template, **params)
