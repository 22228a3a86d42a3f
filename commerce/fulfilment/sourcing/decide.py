"""Decide from where an order is served: rules, then costs, then the cheapest set of places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from uuid import UUID

from commerce.fulfilment.errors import RulesLeaveNoPlaceError
from commerce.fulfilment.sourcing.rows import (
    Cost,
    Decision,
    Demand,
    Parcel,
    Place,
    Policy,
    Reason,
    Rule,
    RunnerUp,
    Way,
)
from commerce.fulfilment.sourcing.rules import Ruled, apply_rules, suffices
from commerce.fulfilment.sourcing.search import Found, Offer, cheapest, shares
from commerce.inventory.errors import OutOfStockError, Shortfall
from commerce.inventory.rows import Units

MOST_STEPS = 3000
"""Branches of the search until it settles for the best so far: some tenths of a second."""

_RUNNERS_UP = 3
_PER_KG, _PER_MILLION = 1000, 1_000_000


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the costs of every offer are reckoned from."""

    demand: Demand
    ruled: Ruled
    policy: Policy

    def offer(self, at: int, place: Place, way: Way) -> Offer:
        """Return what a place gives in one way, its costs summed up."""
        return Offer(
            place=at,
            fixed=sum(cost.minor for cost in self.parcel_costs(place, way)),
            stock=tuple(self.ruled.stock[place.id, way.option]),
            unit=self._unit_prices(place, way),
        )

    def parcel_costs(self, place: Place, way: Way) -> Iterable[Cost]:
        """Give what a parcel costs whatever is in it."""
        policy = self.policy
        if way.base_minor:
            yield Cost("shipping", way.base_minor)
        if place.handling_minor:
            yield Cost("handling", place.handling_minor)
        if place.km and policy.per_100_km_minor:
            yield Cost("distance", ceil(place.km / 100) * policy.per_100_km_minor)
        if place.priority and policy.priority_minor:
            yield Cost("priority", place.priority * policy.priority_minor)
        late = late_days(way.latest, self.demand.promised)
        if late:
            yield Cost("late", late * policy.late_day_minor)
        yield from self.ruled.parcel.get((place.id, way.option), ())

    def unit_costs(self, place: Place, way: Way, at: int) -> Iterable[Cost]:
        """Give what one unit of the line at `at` costs in a parcel."""
        line = self.demand.lines[at]
        if way.per_kg_minor:
            yield Cost("shipping", ceil(line.grams * way.per_kg_minor / _PER_KG))
        if place.handling_unit_minor:
            yield Cost("handling", place.handling_unit_minor)
        if way.duty_ppm and line.value_minor:
            yield Cost("duty", ceil(line.value_minor * way.duty_ppm / _PER_MILLION))
        for each, cost in self.ruled.units.get((place.id, way.option), ()):
            if each == at:
                yield cost

    def _unit_prices(self, place: Place, way: Way) -> tuple[int, ...]:
        count = len(self.demand.lines)
        if not (way.per_kg_minor or way.duty_ppm or (place.id, way.option) in self.ruled.units):
            return (place.handling_unit_minor,) * count
        return tuple(
            sum(cost.minor for cost in self.unit_costs(place, way, at)) for at in range(count)
        )


@dataclass(frozen=True, slots=True)
class _Market:
    """Every offer there is, in one order, and the place and way that makes it."""

    terms: _Terms
    ways: tuple[tuple[Place, Way], ...]
    offers: tuple[Offer, ...]

    @classmethod
    def of(cls, terms: _Terms, places: Sequence[Place]) -> "_Market":
        """Return what `places` offer; who has nothing to give is left out."""
        ways, offers = [], []
        for at, place in enumerate(places):
            for way in sorted(place.ways, key=lambda each: each.option):
                if any(terms.ruled.stock[place.id, way.option]):
                    ways.append((place, way))
                    offers.append(terms.offer(at, place, way))
        return cls(terms, tuple(ways), tuple(offers))

    def cheapest(self, most_steps: int) -> Found | None:
        """Return the best plan, if there is any."""
        collected = self.terms.demand.only_at is not None
        return cheapest(
            self.wanted,
            self.offers,
            split=0 if collected else self.terms.policy.split_minor,
            most_steps=most_steps,
        )

    @property
    def wanted(self) -> list[int]:
        """How many units each line needs."""
        return [line.quantity for line in self.terms.demand.lines]

    def places_of(self, offers: Iterable[int]) -> tuple[UUID, ...]:
        """Return the places that make these offers."""
        return tuple(self.ways[j][0].id for j in offers)


def decide(
    demand: Demand,
    places: Sequence[Place],
    rules: Iterable[Rule] = (),
    policy: Policy | None = None,
    *,
    most_steps: int = MOST_STEPS,
) -> Decision:
    """Return the cheapest way to serve all of `demand` that the rules allow.

    Costs are shipping, duty, handling, distance, lateness, priority and what rules add, and a
    penalty for every parcel after the first. The answer is complete, never takes more than there
    is, and does not depend on the order in which lines and places are given. `rules` stand in the
    merchant's order.

    Raises:
        OutOfStockError: names every variant that falls short wherever one looks.
        RulesLeaveNoPlaceError: there is enough, but not where the rules allow it, and the policy
            does not let them give way.
    """
    policy = policy or Policy()
    demand = replace(demand, lines=tuple(sorted(demand.lines, key=lambda each: each.variant_id)))
    near = [p for p in places if demand.only_at is None or p.id == demand.only_at]
    near.sort(key=lambda place: (place.priority, place.id))
    _refuse_short(demand, near)
    rules = tuple(rules)
    ruled = apply_rules(demand, near, rules, policy)
    if not suffices(demand.lines, ruled.stock):
        raise RulesLeaveNoPlaceError
    market = _Market.of(_Terms(demand, ruled, policy), near)
    found = market.cheapest(most_steps)
    if found is None and policy.serve_anyway:
        # Rules on single ways of delivery can contradict one another so that none of them helps.
        ruled = apply_rules(demand, near, [rule for rule in rules if not rule.effect.hard], policy)
        ruled.lifted.extend(rule.id for rule in rules if rule.effect.hard)
        market = _Market.of(_Terms(demand, ruled, policy), near)
        found = market.cheapest(most_steps)
    if found is None:
        raise RulesLeaveNoPlaceError
    return _decision(market, found)


def _refuse_short(demand: Demand, places: Sequence[Place]) -> None:
    short = []
    for line in demand.lines:
        there_is = sum(place.available.get(line.variant_id, 0) for place in places if place.ways)
        if there_is < line.quantity:
            short.append(Shortfall(line.variant_id, demand.only_at, line.quantity, there_is))
    if short:
        raise OutOfStockError(tuple(short))


def late_days(latest: date | None, promised: date | None) -> int:
    """Return how many days after the promised one something arrives, 0 when nobody knows."""
    return 0 if latest is None or promised is None else max(0, (latest - promised).days)


def _decision(market: _Market, found: Found) -> Decision:
    given = shares(market.wanted, market.offers, found.best.offers)
    parcels = tuple(_parcel(market, j, given[j]) for j in found.best.offers)
    others = _runners_up(market, found)
    ruled = market.terms.ruled
    return Decision(
        parcels=parcels,
        minor=found.best.cost,
        split_minor=found.best.cost - sum(parcel.minor for parcel in parcels),
        why=(*ruled.why, *_why(market, found, others)),
        runners_up=others,
        exact=found.exact,
        lifted=tuple(ruled.lifted),
    )


def _parcel(market: _Market, offer: int, given: Sequence[int]) -> Parcel:
    place, way = market.ways[offer]
    sums: dict[tuple[str, UUID | None], int] = {}
    for cost in market.terms.parcel_costs(place, way):
        key = (cost.code, cost.rule_id)
        sums[key] = sums.get(key, 0) + cost.minor
    for at, count in enumerate(given):
        for cost in market.terms.unit_costs(place, way, at) if count else ():
            key = (cost.code, cost.rule_id)
            sums[key] = sums.get(key, 0) + cost.minor * count
    return Parcel(
        location_id=place.id,
        option=way.option,
        units=tuple(
            Units(line.variant_id, place.id, count)
            for line, count in zip(market.terms.demand.lines, given, strict=True)
            if count
        ),
        costs=tuple(Cost(code, minor, rule) for (code, rule), minor in sums.items() if minor),
        earliest=way.earliest,
        latest=way.latest,
    )


def _runners_up(market: _Market, found: Found) -> tuple[RunnerUp, ...]:
    """Return the cheapest other sets of places that were seen; a place's other ways do not count."""
    chosen = set(market.places_of(found.best.offers))
    others: dict[tuple[UUID, ...], int] = {}
    for plan in found.others:
        places = market.places_of(plan.offers)
        if set(places) != chosen:
            others.setdefault(places, plan.cost)
            if len(others) == _RUNNERS_UP:
                break
    return tuple(RunnerUp(*each) for each in others.items())


def _why(market: _Market, found: Found, others: Sequence[RunnerUp]) -> Iterable[Reason]:
    demand, chosen = market.terms.demand, found.best.offers
    places = [str(place) for place in market.places_of(chosen)]
    if demand.only_at is not None:
        yield Reason("collected-there", {"place": str(demand.only_at)})
        return
    if len(places) == 1:
        yield Reason("one-parcel", {"place": places[0]})
    else:
        alone = any(len(plan.offers) == 1 for plan in found.others)
        yield Reason("parcels-cheaper" if alone else "no-place-has-all", {"places": places})
    if others:
        yield Reason("cheaper-than-next", {"minor": others[0].minor - found.best.cost})
    else:
        yield Reason("no-other-place", {})
    for place, way in (market.ways[j] for j in chosen):
        days = late_days(way.latest, demand.promised)
        if days:
            yield Reason("arrives-late", {"place": str(place.id), "days": days})
    busy = dict.fromkeys(str(place.id) for place, _way in market.ways if place.days_busy)
    if busy:
        yield Reason("full-today", {"places": list(busy)})
    if not found.exact:
        yield Reason("search-stopped", {"steps": found.steps})
