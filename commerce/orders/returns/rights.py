"""How long a buyer at a distance may change their mind by law. The list is data: `rights.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

_ELSEWHERE = "*"


@dataclass(frozen=True, slots=True)
class ReturnRight:
    """A right to send goods back without a reason, and where it is written."""

    days: int
    valid_from: date
    source: str


def return_right(country: str) -> ReturnRight:
    """Return the right that shoppers in `country` (ISO 3166-1) have."""
    listed = _by_country()
    return listed.get(country, listed[_ELSEWHERE])


@cache
def _by_country() -> dict[str, ReturnRight]:
    listed = files("commerce.orders.returns").joinpath("rights.toml").read_text(encoding="utf-8")
    return {
        row["country"]: ReturnRight(row["days"], row["from"], row["source"])
        for row in tomllib.loads(listed)["right"]
    }
