"""Options on the form: names in both languages, and values one per line, `English | Chinese`."""

from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from commerce.catalogue.facets import option_key
from commerce.catalogue.records import Option, OptionValue, ProductSheet

MOST_OPTIONS = 3


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option as it stands on the form: names, and values one per line, `English | Chinese`."""

    en: str
    zh: str
    values: str


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


def typed_options(typed: MultiDict[str, str], sheet: ProductSheet) -> Iterator[Option]:
    """Yield the options that were typed; one without a name or a value is none."""
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


def _value_line(value: OptionValue) -> str:
    english, chinese = value.names.get("en", ""), value.names.get("zh", "")
    return f"{english} | {chinese}" if chinese else english
