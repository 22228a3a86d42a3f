"""Options on the form: names in both languages, and values one per line, `English | Chinese`."""

from collections.abc import Iterator, Mapping, Sequence
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
    """Yield the options that were typed; one without a name or a value is none.

    An option goes on under its key when it keeps its name or one of its values; in a row where both
    are others, an option is new.
    """
    for at in range(MOST_OPTIONS):
        english = typed.get(f"option-{at}-en", "").strip()
        chinese = typed.get(f"option-{at}-zh", "").strip()
        before = sheet.options[at] if at < len(sheet.options) else None
        values = list(_values(typed.get(f"option-{at}-values", ""), before))
        if (english or chinese) and values:
            names = _names(english, chinese)
            same = before is not None and (
                set(names.values()) & set(before.names.values())
                or {value.key for value in values} & {value.key for value in before.values}
            )
            key = before.key if before is not None and same else option_key(english or chinese)
            yield Option(key, names, tuple(values))


def _values(typed: str, option: Option | None) -> Iterator[OptionValue]:
    """Yield the values that were typed; one is known by its line or by its name in one language."""
    left = list(option.values if option else ())
    for line in typed.splitlines():
        english, _bar, chinese = (part.strip() for part in line.partition("|"))
        if not (english or chinese):
            continue
        names = _names(english, chinese)
        known = _called(left, names)
        if known is not None:
            left.remove(known)
        yield OptionValue(
            known.key if known else option_key(english or chinese),
            names,
            known.swatch if known else None,
        )


def _called(values: Sequence[OptionValue], names: Mapping[str, str]) -> OptionValue | None:
    """Return the value with these names, else the one with the same name in one language."""
    for value in values:
        if value.names == names:
            return value
    for locale, name in names.items():
        for value in values:
            if value.names.get(locale) == name:
                return value
    return None


def _names(english: str, chinese: str) -> dict[str, str]:
    return {locale: name for locale, name in (("en", english), ("zh", chinese)) if name}


def _value_line(value: OptionValue) -> str:
    english, chinese = value.names.get("en", ""), value.names.get("zh", "")
    return f"{english} | {chinese}" if chinese else english
