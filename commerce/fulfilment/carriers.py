"""Who carries a parcel, and where its way can be followed. The list is data: `carriers.toml`."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from commerce.fulfilment.errors import CarrierNameError, TrackingNumberError

LONGEST_CARRIER = 60

_NUMBER = re.compile(r"[A-Za-z0-9-]{4,40}")
_DASHES = re.compile("[\u2010-\u2015\u2212\u30fc]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier of the list; `track` is where a parcel is followed, empty where nobody is sure."""

    code: str
    name: str
    name_zh: str
    track: str = ""

    def name_in(self, language: str) -> str:
        """Return the name in `language` ("zh" or "en")."""
        return self.name_zh if language.startswith("zh") else self.name


@dataclass(frozen=True, slots=True)
class Waybill:
    """Who carries a parcel and under which number, as whoever sends it says; either may be empty.

    Attributes:
        carrier: a code of the list, or the name of another carrier as it was typed.
        number: the carrier's number, in plain letters, digits and dashes.
        carrier_zh: the Chinese name of a carrier that is not of the list, as its plugin has it.
        page: the carrier's own page about this parcel, as its plugin has it.
    """

    carrier: str = ""
    number: str = ""
    carrier_zh: str = ""
    page: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """What a timeline keeps of it."""
        kept = {
            "carrier": self.carrier,
            "carrier_zh": self.carrier_zh,
            "tracking": self.number,
            "tracking_page": self.page,
        }
        return {name: told for name, told in kept.items() if told}

    @property
    def url(self) -> str:
        """The carrier's own page about this parcel; empty where none is known."""
        if self.page:
            return self.page
        known = _by_code().get(self.carrier)
        return known.track.format(number=self.number) if known and self.number else ""

    def carrier_in(self, language: str) -> str:
        """Return what the carrier is called in `language` ("zh" or "en")."""
        known = _by_code().get(self.carrier)
        if known:
            return known.name_in(language)
        return (language.startswith("zh") and self.carrier_zh) or self.carrier


def carriers() -> tuple[Carrier, ...]:
    """Return the carriers of the list, in its order."""
    return tuple(_by_code().values())


def clean_waybill(*, carrier: str = "", number: str = "") -> Waybill:
    """Return what was typed, cleaned: full-width characters as plain ones, no blanks in the number.

    A carrier of the list may be given by its code or by its name in either language.

    Raises:
        CarrierNameError: the carrier's name is too long, or holds what cannot be printed.
        TrackingNumberError: the number is not 4 to 40 letters, digits and dashes.
    """
    named = " ".join(unicodedata.normalize("NFKC", carrier).split())
    if len(named) > LONGEST_CARRIER or _UNPRINTABLE.search(named):
        raise CarrierNameError(most=LONGEST_CARRIER)
    plain = _DASHES.sub("-", "".join(unicodedata.normalize("NFKC", number).split()))
    if plain and not _NUMBER.fullmatch(plain):
        raise TrackingNumberError
    return Waybill(_by_name().get(named.casefold(), named), plain)


def waybill_of(facts: Mapping[str, Any]) -> Waybill:
    """Return what a timeline kept of a parcel that left."""
    kept = (facts.get(name) for name in ("carrier", "tracking", "carrier_zh", "tracking_page"))
    return Waybill(*(str(told or "") for told in kept))


@cache
def _by_code() -> dict[str, Carrier]:
    listed = files("commerce.fulfilment").joinpath("carriers.toml").read_text(encoding="utf-8")
    return {
        row["code"]: Carrier(row["code"], row["name"], row["name_zh"], row.get("track", ""))
        for row in tomllib.loads(listed)["carrier"]
    }


@cache
def _by_name() -> dict[str, str]:
    return {
        unicodedata.normalize("NFKC", called).casefold(): each.code
        for each in carriers()
        for called in (each.code, each.name, each.name_zh)
    }
