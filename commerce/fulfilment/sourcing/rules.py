"""What the merchant's rules make of the places: who may give what, and what it costs on top."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from commerce.fulfilment.sourcing.rows import (
    Conditions,
    Cost,
    Demand,
    Effect,
    Line,
    Place,
    Policy,
    Reason,
    Rule,
    Way,
)

Key = tuple[UUID, str]
"""A place and a delivery option."""


@dataclass(slots=True)
class Ruled:
    """What is left of the places once rules have spoken.

    Attributes:
        stock: units of each line that a place may give in one way.
        parcel, units: costs that rules add to a parcel, and to each unit of a line.
        why: what the rules did, in their order.
        lifted: the rules that gave way.
        kept: units of a line that are kept back already.
    """

    stock: dict[Key, list[int]]
    parcel: dict[Key, list[Cost]] = field(default_factory=dict)
    units: dict[Key, list[tuple[int, Cost]]] = field(default_factory=dict)
    why: list[Reason] = field(default_factory=list)
    lifted: list[UUID] = field(default_factory=list)
    kept: dict[tuple[Key, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reach:
    """The lines a rule is about, the ways it means, and those it does not."""

    lines: tuple[int, ...]
    meant: tuple[Key, ...]
    others: tuple[Key, ...]


def apply_rules(
    demand: Demand, places: Sequence[Place], rules: Iterable[Rule], policy: Policy
) -> Ruled:
    """Let every rule in force speak, in order; a hard one that would leave nothing is skipped.

    Skipped rules are told in `lifted`. Whether that is allowed is `policy.serve_anyway`: when it is
    not, no rule is skipped, and less may be left than is wanted. Where goods are collected the
    shopper has decided, so no rule is asked.
    """
    ruled = Ruled(
        {
            (place.id, way.option): [
                place.available.get(line.variant_id, 0) for line in demand.lines
            ]
            for place in places
            for way in place.ways
        }
    )
    if demand.only_at is not None:
        return ruled
    for rule in rules:
        if rule.in_force(demand.at) and _meets_order(rule.when, demand):
            reach = _reach(rule, demand, places)
            if reach.lines:
                _apply(rule, reach, demand, ruled, policy)
    return ruled


def _apply(rule: Rule, reach: _Reach, demand: Demand, ruled: Ruled, policy: Policy) -> None:
    if rule.effect.hard:
        _restrict(rule, reach, demand, ruled, policy)
        return
    paying = reach.others if rule.effect is Effect.PREFER else reach.meant
    if not paying or (rule.effect is Effect.PREFER and not reach.meant):
        return
    cost = Cost(f"rule-{rule.effect}", rule.amount, rule.id)
    for key in paying:
        if rule.when.about_goods:
            ruled.units.setdefault(key, []).extend((line, cost) for line in reach.lines)
        else:
            ruled.parcel.setdefault(key, []).append(cost)
    ruled.why.append(_told(f"rule-{rule.effect}", rule, reach.meant, amount=rule.amount))


def _restrict(rule: Rule, reach: _Reach, demand: Demand, ruled: Ruled, policy: Policy) -> None:
    """Take from the stock what a hard rule takes, unless it has to give way."""
    touched = reach.others if rule.effect is Effect.ONLY else reach.meant
    left = {key: _left(rule, reach.lines, key, ruled) for key in touched}
    changed = [key for key in touched if left[key] != ruled.stock[key]]
    if not changed:
        return
    after = {**ruled.stock, **left}
    if policy.serve_anyway and not suffices(demand.lines, after):
        ruled.lifted.append(rule.id)
        ruled.why.append(_told("rule-gave-way", rule, changed, effect=rule.effect.value))
        return
    ruled.stock = after
    if rule.effect is Effect.KEEP_BACK:
        for place in ((key, line) for key in touched for line in reach.lines):
            ruled.kept[place] = max(rule.amount, ruled.kept.get(place, 0))
    ruled.why.append(_told(f"rule-{rule.effect}", rule, changed, amount=rule.amount))


def _left(rule: Rule, lines: Collection[int], key: Key, ruled: Ruled) -> list[int]:
    stock = ruled.stock[key]
    if rule.effect is not Effect.KEEP_BACK:
        return [0 if i in lines else units for i, units in enumerate(stock)]
    # Of two rules that keep units back the greater number counts, not both together.
    more = [max(0, rule.amount - ruled.kept.get((key, i), 0)) for i in range(len(stock))]
    return [max(0, units - more[i]) if i in lines else units for i, units in enumerate(stock)]


def suffices(lines: Sequence[Line], stock: Mapping[Key, Sequence[int]]) -> bool:
    """Return whether each line can be served by all places together, each in its best way."""
    best: dict[UUID, list[int]] = {}
    for (place, _option), units in stock.items():
        before = best.get(place)
        best[place] = list(units) if before is None else list(map(max, before, units))
    return all(
        sum(units[i] for units in best.values()) >= line.quantity for i, line in enumerate(lines)
    )


def _told(code: str, rule: Rule, ways: Iterable[Key], **more: object) -> Reason:
    """Return what a rule did, with its name as it was then."""
    places = dict.fromkeys(str(place) for place, _option in ways)
    return Reason(
        code,
        {
            "rule": str(rule.id),
            "name": rule.name,
            "name_zh": rule.name_zh,
            "places": list(places),
            **more,
        },
    )


def _reach(rule: Rule, demand: Demand, places: Sequence[Place]) -> _Reach:
    when = rule.when
    meant: list[Key] = []
    others: list[Key] = []
    for place in places:
        here = _meets_place(when, place)
        for way in place.ways:
            (meant if here and _meets_way(when, way) else others).append((place.id, way.option))
    lines = tuple(i for i, line in enumerate(demand.lines) if _meets_line(when, line))
    return _Reach(lines, tuple(meant), tuple(others))


def _meets_order(when: Conditions, demand: Demand) -> bool:
    return (
        (not when.countries or demand.country in when.countries)
        and (not when.regions or demand.region in when.regions)
        and (not when.channels or demand.channel.value in when.channels)
        and _within(when.grams_from, when.grams_below, _grams(demand))
        and _within(when.value_from, when.value_below, value_of(demand.lines))
    )


def _within(least: int | None, below: int | None, figure: int | None) -> bool:
    if least is None and below is None:
        return True
    if figure is None:
        return False
    return (least is None or figure >= least) and (below is None or figure < below)


def _grams(demand: Demand) -> int:
    return sum(line.grams * line.quantity for line in demand.lines)


def value_of(lines: Iterable[Line]) -> int | None:
    """Return what the goods cost in minor units; None when that of one of them is unknown."""
    total = 0
    for line in lines:
        if line.value_minor is None:
            return None
        total += line.value_minor * line.quantity
    return total


def _meets_line(when: Conditions, line: Line) -> bool:
    return (not when.tags or bool(when.tags & line.tags)) and (
        not when.categories or bool(when.categories & line.categories)
    )


def _meets_place(when: Conditions, place: Place) -> bool:
    return (
        (not when.kinds or place.kind in when.kinds)
        and (not when.places or place.id in when.places)
        and (when.open_now is None or place.is_open is when.open_now)
    )


def _meets_way(when: Conditions, way: Way) -> bool:
    return not when.options or way.option in when.options
