"""Where a sale abroad is no export. The list is data: `tax_areas.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from commerce.kernel.money import Money


@dataclass(frozen=True, slots=True)
class TaxArea:
    """Countries whose sellers tax what they send to one another's consumers.

    Attributes:
        threshold: yearly sales to the other countries above which each of them wants its own tax.
        without: parts of members that lie outside, by the region codes of their addresses.
    """

    code: str
    name: str
    name_zh: str
    threshold: Money
    rule: str
    rule_zh: str
    since: date
    members: frozenset[str]
    without: Mapping[str, frozenset[str]]

    def name_in(self, language: str) -> str:
        """Return the name in `language` ("zh" or "en")."""
        return self.name_zh if language.startswith("zh") else self.name

    def rule_in(self, language: str) -> str:
        """Return where that is written, in `language`."""
        return self.rule_zh if language.startswith("zh") else self.rule

    def holds(self, country: str, region: str | None) -> bool:
        """Return whether goods for this address stay inside."""
        return country in self.members and region not in self.without.get(country, frozenset())


def area_of(origin: str, *, on: date) -> TaxArea | None:
    """Return the area that a seller in the country `origin` belongs to on the day `on`."""
    return next(
        (area for area in _areas() if origin in area.members and area.since <= on),
        None,
    )


def taxed_at_home(origin: str, country: str, region: str | None, *, on: date) -> bool:
    """Return whether goods from `origin` leave the country and still stay in its tax area."""
    area = area_of(origin, on=on)
    return area is not None and country != origin and area.holds(country, region)


@cache
def _areas() -> tuple[TaxArea, ...]:
    read = tomllib.loads((files(__package__) / "tax_areas.toml").read_text(encoding="utf-8"))
    return tuple(
        TaxArea(
            code=each["code"],
            name=each["name"],
            name_zh=each["name_zh"],
            threshold=Money(each["threshold_minor"], each["currency"]),
            rule=each["rule"],
            rule_zh=each["rule_zh"],
            since=each["from"],
            members=frozenset(each["members"]),
            without={country: frozenset(regions) for country, regions in each["without"].items()},
        )
        for each in read["area"]
    )
