"""Which promotion has which units, where several want the same: every way that may turn out best.

Rivals are tried in every order, up to `_TRIED` of them; of more, those that save most by themselves are
and the others take what is left. So the work is bounded, and what comes out is always the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from operator import le
from uuid import UUID

from commerce.pricing.promotions.conditions import Candidate
from commerce.pricing.promotions.rows import BasketLine
from commerce.pricing.promotions.sets import Counts, UnitSet

_TRIED = 4
_MOST_WAYS = 64
"""Ways that are reckoned to the end."""

Given = tuple[tuple[Candidate, Counts], ...]
"""Minor units that promotions take off, by line."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of sharing units out to sets: what is left to pay of each line, and by whom."""

    rest: tuple[int, ...]
    given: Given


def ways(sets: Sequence[UnitSet], lines: Sequence[BasketLine]) -> Iterator[Way]:
    """Return the ways of sharing units out that none is better than on every line."""
    whole = Way(tuple([line.amount_minor for line in lines]), ())
    if not sets:
        yield whole
        return
    free = tuple([line.quantity for line in lines])
    groups = [_undominated(_orders(group, free, whole)) for group in _rivals(sets)]
    number = 1
    for index, found in enumerate(groups):
        number *= len(found)
        if number > _MOST_WAYS:
            groups[index:] = [[min(of, key=lambda way: sum(way.rest))] for of in groups[index:]]
            break
    for chosen in product(*groups):
        yield chosen[0] if len(chosen) == 1 else _side_by_side(chosen, whole)


def _side_by_side(chosen: Sequence[Way], whole: Way) -> Way:
    """Join ways of different groups: they reach no line of one another."""
    rest = list(whole.rest)
    given = tuple(each for way in chosen for each in way.given)
    for _, off in given:
        for index, amount in off.items():
            rest[index] -= amount
    return Way(tuple(rest), given)


def _rivals(sets: Sequence[UnitSet]) -> list[list[UnitSet]]:
    """Return the sets in groups, so that sets of different groups share no line."""
    groups: list[tuple[frozenset[int], list[UnitSet]]] = []
    for each in sets:
        reach, members = each.reach, [each]
        apart = []
        for other in groups:
            if reach.isdisjoint(other[0]):
                apart.append(other)
            else:
                reach, members = reach | other[0], [*other[1], *members]
        groups = [*apart, (reach, members)]
    return [members for _, members in groups]


def _orders(group: Sequence[UnitSet], free: tuple[int, ...], whole: Way) -> Iterator[Way]:
    """Let the sets of a group take their units in every order."""
    tried, others = list(group), list[UnitSet]()
    if len(group) > _TRIED:
        ranked = sorted(group, key=lambda each: _rank(each, free))
        tried, others = ranked[:_TRIED], ranked[_TRIED:]

    def go(waiting: list[UnitSet], free: tuple[int, ...], way: Way) -> Iterator[Way]:
        if not waiting:
            for each in others:
                free, way = _taken(each, free, way)
            yield way
        for position, each in enumerate(waiting):
            yield from go([*waiting[:position], *waiting[position + 1 :]], *_taken(each, free, way))

    return go(tried, free, whole)


def _rank(each: UnitSet, free: tuple[int, ...]) -> tuple[int, int, UUID]:
    promotion = each.candidate.promotion
    return -sum(each.take(free).off.values()), promotion.position, promotion.id


def _taken(each: UnitSet, free: tuple[int, ...], way: Way) -> tuple[tuple[int, ...], Way]:
    taken = each.take(free)
    if not taken.off:
        return free, way
    units, off = list(free), list(way.rest)
    for index, count in taken.units.items():
        units[index] -= count
    for index, amount in taken.off.items():
        off[index] -= amount
    return tuple(units), Way(tuple(off), (*way.given, (each.candidate, taken.off)))


def _undominated(ways: Iterable[Way]) -> list[Way]:
    """Leave out every way that is dearer than another on some line and cheaper on none."""
    kept: list[Way] = []
    for way in ways:
        if any(_no_dearer(other, way) for other in kept):
            continue
        kept = [other for other in kept if not _no_dearer(way, other)]
        kept.append(way)
    return kept


def _no_dearer(one: Way, other: Way) -> bool:
    return one.rest == other.rest or all(map(le, one.rest, other.rest))
