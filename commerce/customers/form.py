"""The address form of a country: fields in the order in which people there write them."""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache

from babel.core import get_global

from commerce.customers.addresses import (
    FIELDS,
    Rules,
    allowed_fields,
    required_fields,
    rules_of,
    towns_are_districts,
)
from commerce.customers.labels import label_of
from commerce.customers.place_names import key_of, listed
from commerce.kernel.territories import territory_name

# HTML's own names (Living Standard, section on autofill), so that a browser can fill the form.
_AUTOCOMPLETE = {
    "country": "country",
    "name": "name",
    "organisation": "organization",
    "lines": "street-address",
    "district": "address-level3",
    "city": "address-level2",
    "region": "address-level1",
    "postcode": "postal-code",
    "phone": "tel",
}
_DIGITS_ONLY = re.compile(r"[\d ]+")


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of the form.

    Attributes:
        name: attribute of `Address`.
        choices: pairs of key and label when the value comes from a list; else empty.
        example: a value that is right there, or empty.
        numeric: whether a keyboard of digits is enough.
    """

    name: str
    label: str
    required: bool
    autocomplete: str
    choices: tuple[tuple[str, str], ...] = ()
    example: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class AddressForm:
    """The fields of a country's addresses, in order."""

    country: str
    fields: tuple[FormField, ...]
    in_steps: bool
    """Whether a region brings the list of its cities."""


def address_form(country: str, *, language: str, region: str = "", city: str = "") -> AddressForm:
    """Return the form for `country` (ISO 3166-1), labelled in `language` ("en" or "zh").

    With a known `region` (and `city`) the lists of cities (and districts) are filled. The name
    comes first and the telephone last everywhere; between them stands what the country's own
    order says, from the province down in Chinese.

    Raises:
        ValueError: there is no such country.
    """
    rules = rules_of(country)
    region_key = key_of(region, rules.country_area_choices) or "" if region else ""
    city_key = ""
    if region_key:
        rules = rules_of(country, region_key)
        city_key = key_of(city, rules.city_choices) or "" if city else ""
    return _form(country, language[:2], region_key, city_key)


@dataclass(frozen=True, slots=True)
class Places:
    """Province, town and district of an address: keys where the lists know them, else as typed."""

    region: str
    city: str
    district: str


def places_in(country: str, *, typed: Places, before: Places | None = None) -> Places:
    """Return what was typed, or filled in by the browser, as the lists call it.

    `before` is what the lists on the page hung on: a town that stayed behind when another province
    was chosen is dropped, and so is a district of another town. What no list knows is kept as it
    was typed, because the lists lag behind reality.

    Raises:
        ValueError: there is no such country.
    """
    rules = rules_of(country)
    region = key_of(typed.region, rules.country_area_choices) if typed.region else None
    if region is None:
        return typed
    rules = rules_of(country, region)
    moved = before is not None and before.region not in {"", region}
    # Who typed Shanghai as the city has named the province, and the district where others have it.
    if towns_are_districts(rules) and key_of(typed.city, rules.country_area_choices) == region:
        typed = Places(region, typed.district, "")
    known = key_of(typed.city, rules.city_choices) if typed.city else None
    city = known or ("" if moved else typed.city)
    moved = moved or (before is not None and before.city not in {"", city})
    choices = rules_of(country, region, known).city_area_choices if known else []
    found = key_of(typed.district, choices) if typed.district else None
    return Places(region, city, found or ("" if moved else typed.district))


@lru_cache(maxsize=64)
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Return every country to which mail can be addressed, with its name, in order of the name."""
    known = [code for code in get_global("territory_zones") if _has_rules(code)]
    return tuple(
        sorted(
            ((code, territory_name(code, language)) for code in known),
            key=lambda pair: _rank(pair[1]),
        )
    )


def _rank(name: str) -> bytes:
    """Return what a name sorts by: without accents, and Chinese by pinyin.

    GB 18030 keeps the common characters in the order of their pinyin.
    """
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(one for one in letters if not unicodedata.combining(one)).encode("gb18030")


@lru_cache(maxsize=1024)
def _form(country: str, language: str, region: str, city: str) -> AddressForm:
    rules = rules_of(country, region, city)
    required = required_fields(country, rules)
    middle = [field for field in _order(rules, language) if field not in {"name", "organisation"}]
    if country == "CN" and language == "zh":
        # Envelopes begin with the postcode; in a form it is an afterthought.
        middle.sort(key=lambda field: field == "postcode")
    if _cities_hang_on_region(country):
        # The region fills the list of cities, so it is asked first; else a city that was typed
        # would have to be chosen again.
        middle.remove("region")
        middle.insert(middle.index("city"), "region")
    if country == "CN":
        middle.remove("district")
        middle.insert(middle.index("city") + 1, "district")
    towns = country == "CN" and towns_are_districts(rules)
    if towns:
        middle.remove("district")
    ordered = ["name", *middle, "organisation", "phone"]
    allowed = allowed_fields(rules) | {"phone"}
    return AddressForm(
        country=country,
        in_steps=_cities_hang_on_region(country),
        fields=tuple(
            _field(
                field,
                rules,
                language,
                is_required=field in required,
                called=_called(field, allowed, towns_are=towns),
            )
            for field in ordered
            if field in allowed
        ),
    )


def _called(field: str, allowed: Container[str], *, towns_are: bool) -> str:
    """Return by what a field is called: a town is a district in some places, and part of the street in others."""
    if field == "city" and towns_are:
        return "district"
    if field == "lines" and "region" in allowed and "city" not in allowed:
        return "lines_with_town"
    return field


@lru_cache(maxsize=512)
def _cities_hang_on_region(country: str) -> bool:
    rules = rules_of(country)
    if not {"city", "region"} <= allowed_fields(rules):
        return False
    first = next((key for key, _ in rules.country_area_choices if key), "")
    return bool(first) and bool(rules_of(country, first).city_choices)


def _order(rules: Rules, language: str) -> list[str]:
    pattern = rules.address_format if language == "zh" else rules.address_latin_format
    codes = re.findall(r"%([A-Z])", pattern)
    return [FIELDS[code] for code in codes if code in FIELDS]


def _field(name: str, rules: Rules, language: str, *, is_required: bool, called: str) -> FormField:
    choices = {
        "region": rules.country_area_choices,
        "city": rules.city_choices,
        "district": rules.city_area_choices,
    }.get(name, [])
    example = next(iter(rules.postal_code_examples), "") if name == "postcode" else ""
    return FormField(
        name=name,
        label=label_of(called, rules, language=language),
        required=is_required,
        autocomplete=_AUTOCOMPLETE[name],
        choices=listed(choices, language),
        example=example,
        numeric=bool(_DIGITS_ONLY.fullmatch(example)),
    )


def _has_rules(country: str) -> bool:
    try:
        rules_of(country)
    except ValueError:
        return False
    return True
