"""Bundles, and units that are had for buying others: which units of a basket they take.

A unit serves one of them. Nothing is counted unit by unit, as a line may hold hundreds; the orders in
which lines are taken from are found once, since rivals are tried in many orders.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from commerce.kernel.money import largest_remainder
from commerce.pricing.promotions.conditions import Candidate, picked
from commerce.pricing.promotions.rows import WHOLE, BasketLine, Bundle, BuyGet

Counts = Mapping[int, int]
"""Units, or minor units, by a line's position in the basket."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The units that a promotion takes, and what it takes off their lines."""

    units: Counts
    off: Counts


class UnitSet(ABC):
    """A promotion that takes units, so that no other of its kind may have them."""

    def __init__(self, candidate: Candidate, lines: Sequence[BasketLine]) -> None:
        self.candidate = candidate
        self.reach = frozenset(candidate.lines)
        """Every line of which it may take units."""
        self._prices = [line.unit_price_minor for line in lines]

    @abstractmethod
    def take(self, free: Sequence[int]) -> Taken:
        """Return what is best for the customer of the units that are still free."""

    def _dearest_first(self, indexes: Iterable[int]) -> list[int]:
        prices = self._prices
        return sorted(indexes, key=lambda index: (-prices[index], index))

    def _worth(self, taken: Counts) -> int:
        prices = self._prices
        return sum([prices[index] * units for index, units in taken.items()])

    def _reduced(self, counts: Counts, basis_points: int) -> dict[int, int]:
        prices = self._prices
        return {
            index: share_of(prices[index] * units, basis_points)
            for index, units in counts.items()
            if units
        }


def unit_set(candidate: Candidate, lines: Sequence[BasketLine], currency: str) -> UnitSet | None:
    """Return how the promotion takes units, or None if it takes none."""
    effect = candidate.promotion.effect
    if isinstance(effect, Bundle):
        return _Bundles(effect, candidate, lines, effect.prices[currency])
    if not isinstance(effect, BuyGet):
        return None
    if effect.goods is None:
        return _OfTheSame(effect, candidate, lines)
    return _OfOthers(effect, candidate, lines, picked(effect.goods, candidate.promotion, lines))


class _Bundles(UnitSet):
    """All parts for one price, of the dearest units that serve them, as often as that saves."""

    def __init__(
        self, effect: Bundle, candidate: Candidate, lines: Sequence[BasketLine], price: int
    ) -> None:
        super().__init__(candidate, lines)
        self._price = price
        self._parts: list[tuple[int, list[int]]] = []
        left = list(candidate.lines)
        for part in effect.parts:
            serving = {index for index in left if lines[index] in part.goods}
            left = [index for index in left if index not in serving]
            self._parts.append((part.quantity, self._dearest_first(serving)))

    def take(self, free: Sequence[int]) -> Taken:
        most = min([sum([free[i] for i in order]) // units for units, order in self._parts])
        times = _best_times(most, lambda n: self._worth(self._units(n, free)) - n * self._price)
        if not times:
            return _NOTHING
        units = self._units(times, free)
        worth = [self._prices[index] * count for index, count in units.items()]
        off = largest_remainder(sum(worth) - times * self._price, worth)
        return Taken(units, dict(zip(units, off, strict=True)))

    def _units(self, times: int, free: Sequence[int]) -> dict[int, int]:
        taken: dict[int, int] = {}
        for units, order in self._parts:
            _first(times * units, order, free, into=taken)
        return taken


class _OfTheSame(UnitSet):
    """Sets of the dearest units, of which the cheapest cost less."""

    def __init__(self, effect: BuyGet, candidate: Candidate, lines: Sequence[BasketLine]) -> None:
        super().__init__(candidate, lines)
        self._effect = effect
        self._order = self._dearest_first(candidate.lines)

    def take(self, free: Sequence[int]) -> Taken:
        effect = self._effect
        size = effect.buy + effect.get
        times = sum([free[index] for index in self._order]) // size
        units: dict[int, int] = {}
        _first(size * min(times, effect.most or times), self._order, free, into=units)
        counts = {
            index: self._ends_of_sets(end) - self._ends_of_sets(end - units[index])
            for index, end in zip(units, accumulate(units.values()), strict=True)
        }
        return Taken(units, self._reduced(counts, effect.basis_points))

    def _ends_of_sets(self, first: int) -> int:
        """Return how many of the `first` units stand at the end of their set and cost less."""
        buy, get = self._effect.buy, self._effect.get
        return first // (buy + get) * get + max(0, first % (buy + get) - buy)


class _OfOthers(UnitSet):
    """The dearest of some goods cost less for whoever buys of others."""

    def __init__(
        self,
        effect: BuyGet,
        candidate: Candidate,
        lines: Sequence[BasketLine],
        got: Sequence[int],
    ) -> None:
        super().__init__(candidate, lines)
        bought, cheaper = frozenset(candidate.lines), frozenset(got)
        self.reach = bought | cheaper
        self._effect = effect
        self._either, self._only_bought = bought & cheaper, bought - cheaper
        self._only_cheaper = cheaper - bought
        self._order = self._dearest_first(got)
        # What can be bought only goes first, of that the cheapest.
        cheapest = self._dearest_first(bought)[::-1]
        self._cheapest = sorted(cheapest, key=lambda index: index in cheaper)

    def take(self, free: Sequence[int]) -> Taken:
        effect = self._effect
        both = sum([free[index] for index in self._either])
        only_bought = sum([free[index] for index in self._only_bought])
        only_cheaper = sum([free[index] for index in self._only_cheaper])
        most = min(
            (only_cheaper + both) // effect.get,
            (only_bought + both) // effect.buy,
            (only_bought + only_cheaper + both) // (effect.buy + effect.get),
        )

        def gets(times: int) -> dict[int, int]:
            """Take the dearest, and leave of what serves either side as much as has to be bought."""
            spare = both - max(0, times * effect.buy - only_bought)
            return self._gets(times * effect.get, spare, free)

        most = min(most, effect.most or most)
        times = _best_times(most, lambda n: self._worth(gets(n)))
        counts = gets(times)
        left = [units - counts.get(index, 0) for index, units in enumerate(free)]
        units: dict[int, int] = {}
        _first(times * effect.buy, self._cheapest, left, into=units)
        for index, count in counts.items():
            units[index] = units.get(index, 0) + count
        return Taken(units, self._reduced(counts, effect.basis_points))

    def _gets(self, wanted: int, spare: int, free: Sequence[int]) -> dict[int, int]:
        taken: dict[int, int] = {}
        for index in self._order:
            serves_either = index in self._either
            part = min(wanted, free[index], spare if serves_either else wanted)
            if part:
                taken[index] = part
                wanted -= part
                spare -= part if serves_either else 0
        return taken


_NOTHING = Taken({}, {})


def _first(units: int, order: Sequence[int], free: Sequence[int], *, into: dict[int, int]) -> None:
    """Take so many units in this order; fewer when there are no more."""
    for index in order:
        part = free[index]
        if part >= units:
            if units:
                into[index] = units
            return
        if part:
            into[index] = part
            units -= part


def _best_times(most: int, gain: Callable[[int], int]) -> int:
    """Return how often to do what gains less with each further time (`gain` is concave)."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if gain(middle + 1) > gain(middle):
            low = middle + 1
        else:
            high = middle
    return low


def share_of(amount: int, basis_points: int) -> int:
    """Return a share of an amount, rounded half up to a minor unit."""
    return (2 * amount * basis_points + WHOLE) // (2 * WHOLE)
