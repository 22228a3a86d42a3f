"""The filters beside a list: which are worth showing, how their values are told and grouped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter

from flask_babel import gettext as _

from commerce.catalogue.records import Facet, FacetTable, FacetValue
from commerce.kernel.money import Money
from commerce.web.formats import shelf_prices

_HIDDEN_ON_SHELVES = frozenset({"vendor", "tag"})
_SEEN_AT_ONCE = 6
_OPEN_GROUPS = 3
_SHORT_LIST = 12
_MOST_DIGITS = 12
# Sizes of different kinds are chosen apart: nobody looks for 100 g and 20 cm at once.
_UNITS = {
    **dict.fromkeys(("kg", "千克", "公斤"), ("weight", 1000)),
    **dict.fromkeys(("g", "克"), ("weight", 1)),
    **dict.fromkeys(("l", "升"), ("volume", 1000)),
    "cl": ("volume", 10),
    **dict.fromkeys(("ml", "毫升"), ("volume", 1)),
    **dict.fromkeys(("m", "米"), ("length", 1000)),
    **dict.fromkeys(("cm", "厘米"), ("length", 10)),
    **dict.fromkeys(("mm", "毫米"), ("length", 1)),
}
"""What each unit measures, and how many of the smallest it is."""
_MEASURE = re.compile(
    rf"(?P<number>\d+(?:[.,]\d+)?)[\d.,×x*\s]*(?P<unit>{'|'.join(_UNITS)})(?![a-z]).*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ShownFilter:
    """A filter with its values, labelled for the page."""

    group: str
    label: str
    values: tuple[FacetValue, ...]
    opened: bool

    @property
    def first(self) -> tuple[FacetValue, ...]:
        """The values that are seen at once: all of a few, else the first ones."""
        few = len(self.values) <= _SEEN_AT_ONCE + 1
        return self.values if few else self.values[:_SEEN_AT_ONCE]

    @property
    def more(self) -> tuple[FacetValue, ...]:
        """The values that unfold."""
        return self.values[len(self.first) :]


def filters_of(table: FacetTable, *, currency: str, category: str | None) -> Iterator[ShownFilter]:
    """Yield the filters that narrow a list, the first few open; `currency` is the one of price bands."""
    names = {
        "category": _("Department"),
        "vendor": _("Maker"),
        "price": _("Price"),
        "tag": _("Tag"),
    }
    shown = 0
    total = table.total
    for facet in table.facets:
        label = names.get(facet.group, facet.label)
        for kind, values in by_unit(facet.group, tuple(_values(facet, currency, category))):
            if not is_useful(facet.group, values, total=total):
                continue
            opened = shown < _OPEN_GROUPS or any(value.chosen for value in values)
            shown += 1
            yield ShownFilter(facet.group, _of_unit(label, kind), values, opened)


def is_useful(group: str, values: tuple[FacetValue, ...], *, total: int) -> bool:
    """Return whether a filter narrows a list of `total` products.

    One that leads to single products only is a second list of them beside a long one.
    """
    if any(value.chosen for value in values):
        return True
    lists_products = (
        total > _SHORT_LIST
        and group.startswith(("tag:", "option:"))
        and all(value.count == 1 for value in values)
    )
    return len(values) > 1 and not lists_products


def by_unit(
    group: str, values: tuple[FacetValue, ...]
) -> Iterator[tuple[str, tuple[FacetValue, ...]]]:
    """Yield the values of an option by what they measure, from the least; blank is what has no unit."""
    kinds: dict[str, list[tuple[Decimal, FacetValue]]] = {}
    for value in values:
        kind, measure = _measured(value.label) if group.startswith("option:") else ("", Decimal(0))
        kinds.setdefault(kind, []).append((measure, value))
    for kind, of_kind in kinds.items():
        rising = sorted(of_kind, key=itemgetter(0))
        yield kind if len(kinds) > 1 else "", tuple(value for _, value in rising)


def _measured(label: str) -> tuple[str, Decimal]:
    """Return what a size measures and how much of it, in the smallest unit; blank of another kind."""
    found = _MEASURE.fullmatch(label.strip())
    if found is None:
        return "", Decimal(0)
    kind, smallest = _UNITS[found["unit"].lower()]
    return kind, Decimal(found["number"].replace(",", ".")) * smallest


def _of_unit(label: str, kind: str) -> str:
    told = {
        "weight": _("%(label)s by weight"),
        "volume": _("%(label)s by volume"),
        "length": _("%(label)s by length"),
    }
    return told[kind] % {"label": label} if kind in told else label


def _values(facet: Facet, currency: str, category: str | None) -> Iterator[FacetValue]:
    for value in facet.values:
        if facet.group == "category" and not _is_below(value.key, category):
            continue
        if not value.count and not value.chosen:
            continue
        label = _band(value.key, currency) if facet.group == "price" else value.label
        yield FacetValue(value.key, label, value.count, value.chosen)


def _is_below(path: str, category: str | None) -> bool:
    """Return whether `path` is one step below the department that is shown."""
    if category is None:
        return "/" not in path
    return path.startswith(f"{category}/") and "/" not in path.removeprefix(f"{category}/")


def _band(key: str, currency: str) -> str:
    """Write a price band; it is in the merchant's own currency, by which products are ranked."""
    low, _dash, high = key.partition("-")
    if not low.isdecimal() or not (high.isdecimal() or not high):
        return key
    if max(len(low), len(high)) > _MOST_DIGITS:  # typed into the address: no price is so high
        return key
    ends = [Money(int(end), currency) for end in (low, high) if end]
    least, most = (*shelf_prices(ends), "")[:2]
    if not high:
        return str(_("%(price)s and more", price=least))
    if not int(low):
        return str(_("Below %(price)s", price=most))
    return str(_("%(least)s to %(most)s", least=least, most=most))
