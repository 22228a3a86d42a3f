"""What a country says of a merchant at home there: its money, and the time zones it may live by."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import TZPATH, available_timezones

from babel.numbers import get_territory_currencies

from commerce.park.service.merchants import country_codes

_TABLE = "zone.tab"
"""Zones by country, in the IANA time zone database: beside the zones that Python itself reads."""


@dataclass(frozen=True, slots=True)
class Home:
    """The currency that is money in a country today (CLDR), and its time zones (IANA); either may be unknown."""

    currency: str
    time_zones: tuple[str, ...]


@lru_cache(maxsize=1)
def homes() -> Mapping[str, Home]:
    """Return every country where a merchant may be at home, by its ISO 3166-1 code."""
    zones = _zones()
    return {
        code: Home(next(iter(get_territory_currencies(code)), ""), tuple(zones[code]))
        for code in country_codes()
    }


def _zones() -> Mapping[str, list[str]]:
    known, found = available_timezones(), defaultdict[str, list[str]](list)
    for line in _table().splitlines():
        if line and not line.startswith("#"):
            code, _place, zone, *_remark = line.split("\t")
            if zone in known:
                found[code].append(zone)
    return found


def _table() -> str:
    """Return the table of the system, or of the package that stands in for it; empty where neither is."""
    for folder in TZPATH:
        path = Path(folder, _TABLE)
        if path.is_file():
            return path.read_text(encoding="utf-8")
    try:
        return files("tzdata.zoneinfo").joinpath(_TABLE).read_text(encoding="utf-8")
    except (ModuleNotFoundError, FileNotFoundError):
        return ""
