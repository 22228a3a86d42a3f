"""The cheapest set of offers that serves everything: branch and bound over sets of places.

An offer is one place with one way of delivery. Using it costs a fixed amount once and an amount for
every unit; a split costs the same for every parcel after the first. Once the set is chosen, each
line takes its units where they cost least, so the search is over sets only. It branches on the line
that the fewest offers can still serve: one of these offers must be in the set. A branch ends when
even the cheapest imaginable rest costs no less than the best set so far. The rest is bounded from
below by what the lines bid for it (`bids.py`). An offer whose cost is so far from being bid that even
the bound with it is too dear is left out of the branch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commerce.fulfilment.sourcing.bids import Bids

_SLACK = 1e-6  # of sums of fractions; the costs themselves are whole
_NOTHING = (0.0, 0)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one place gives in one way: units of each line, at what cost. No cost is below zero."""

    place: int
    fixed: int
    stock: tuple[int, ...]
    unit: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Offers, by their index, that serve everything between them."""

    offers: tuple[int, ...]
    cost: int


@dataclass(frozen=True, slots=True)
class Found:
    """The best plan, others that were seen on the way (cheapest first), and whether it is proven."""

    best: Plan
    others: tuple[Plan, ...]
    exact: bool
    steps: int


def cheapest(
    wanted: Sequence[int],
    offers: Sequence[Offer],
    *,
    split: int,
    most_steps: int,
) -> Found | None:
    """Return the cheapest way to serve `wanted` units of each line, None when none was found.

    Every line wants at least one unit, and no place serves in two ways at once. The same input gives
    the same answer; where several plans cost the same, fewer places and then earlier offers win
    among those that were seen. After `most_steps` branches the best so far is returned, and `exact`
    is False.
    """
    search = _Search(wanted, offers, split, most_steps)
    search.begin()
    search.branch((), search.useful, tuple(wanted), 0)
    search.weigh_others()
    return search.found()


def shares(
    wanted: Sequence[int], offers: Sequence[Offer], chosen: Iterable[int]
) -> dict[int, list[int]]:
    """Return how many units of each line the `chosen` offers give, the cheapest units first."""
    chosen = tuple(chosen)
    given = {index: [0] * len(wanted) for index in chosen}
    for line, units in enumerate(wanted):
        rest = units
        for index in sorted(chosen, key=lambda each: (offers[each].unit[line], each)):
            taken = min(rest, offers[index].stock[line])
            given[index][line] = taken
            rest -= taken
    return given


class _Search:
    def __init__(
        self, wanted: Sequence[int], offers: Sequence[Offer], split: int, most_steps: int
    ) -> None:
        self.wanted = tuple(wanted)
        self.offers = offers
        self.split = split
        self.most_steps = most_steps
        self.steps = 0
        self.stopped = False
        lines = range(len(self.wanted))
        self.all = (1 << len(self.wanted)) - 1
        self.open_cost = [offer.fixed + split for offer in offers]
        self.serves = [_mask(offer.stock[i] > 0 for i in lines) for offer in offers]
        self.serves_fully = [
            _mask(offer.stock[i] >= self.wanted[i] for i in lines) for offer in offers
        ]
        self.ways: dict[int, list[int]] = {}
        self.fully_in_any_way: dict[int, int] = {}
        for j, offer in enumerate(offers):
            if self.serves[j]:
                self.ways.setdefault(offer.place, []).append(j)
                fully = self.fully_in_any_way.get(offer.place, self.all) & self.serves_fully[j]
                self.fully_in_any_way[offer.place] = fully
        self.useful = self._without_dominated()
        prices = [[offers[j].unit[i] for j in self.useful if offers[j].stock[i]] for i in lines]
        self.price_floor = [min(each, default=0) for each in prices]
        self.unit_floor = sum(p * n for p, n in zip(self.price_floor, self.wanted, strict=True))
        self.flat = all(len(set(each)) <= 1 for each in prices)
        self.plans: dict[tuple[int, ...], int] = {}
        self.best: Plan | None = None
        dearest = (max((offer.unit[i] for offer in offers), default=0) for i in lines)
        units = sum(price * count for price, count in zip(dearest, self.wanted, strict=True))
        self.best_cost = sum(self.open_cost) + units + 1

    def _given(self, offer: int, line: int) -> int:
        return self.offers[offer].stock[line]

    def _without_dominated(self) -> tuple[int, ...]:
        """Leave out offers that give nothing, or that another one replaces in any plan.

        Another one does when it serves fully, at no higher cost, all that the first can serve: then
        it can take the first one's place whether or not it is in the plan already.
        """
        order = sorted(
            (j for j in range(len(self.offers)) if self.serves[j]),
            key=lambda j: (self.open_cost[j], j),
        )
        kept: list[int] = []
        for j in order:
            if not any(self._replaces(k, j) for k in kept):
                kept.append(j)
        return tuple(kept)

    def _replaces(self, k: int, j: int) -> bool:
        """Return whether `k`, which costs no more to use, makes `j` needless."""
        place = self.offers[k].place
        if place == self.offers[j].place:
            # Never used together, so that one need not give all.
            return self.offers[k].stock == self.offers[j].stock and self._no_dearer(k, j)
        if self.serves[j] & ~self.fully_in_any_way[place]:
            return False
        # A plan may use that place in another way already, which then has to do as well.
        return all(self._no_dearer(way, j) for way in self.ways[place])

    def _no_dearer(self, k: int, j: int) -> bool:
        """Return whether each unit that `j` has costs no more at `k`."""
        one, other = self.offers[k], self.offers[j]
        return one.unit == other.unit or all(
            mine <= theirs
            for mine, theirs, has in zip(one.unit, other.unit, other.stock, strict=True)
            if has
        )

    def begin(self) -> None:
        """Note every place that serves all alone, and a plan put together greedily."""
        for j, serves in enumerate(self.serves_fully):
            if serves == self.all:
                self.note((j,))
        self._note_greedy(self.useful)

    def weigh_others(self) -> None:
        """Note what could be done if one of the chosen places were not there."""
        for offer in self.best.offers if self.best else ():
            place = self.offers[offer].place
            every = (j for j, serves in enumerate(self.serves) if serves)
            self._note_greedy(tuple(j for j in every if self.offers[j].place != place))

    def _note_greedy(self, rest: tuple[int, ...]) -> None:
        """Note offers that serve everything, each the best value when it was taken, if any do."""
        chosen: tuple[int, ...] = ()
        left = list(self.wanted)
        while any(left):
            lacking = _mask(units > 0 for units in left)
            able = [j for j in rest if self.serves[j] & lacking]
            if not able:
                return
            values = [(self._price_of_covering(j, left), j) for j in able]
            best = min(values)[1]
            chosen = (*chosen, best)
            rest = self._rest_after(rest, best)
            left = [max(0, units - self._given(best, i)) for i, units in enumerate(left)]
        self.note(chosen)

    def _price_of_covering(self, j: int, left: Sequence[int]) -> float:
        """Return what an offer costs for each line it serves, a part of a line counting as a part."""
        offer = self.offers[j]
        covered, cost = 0.0, self.open_cost[j]
        for has, need, price in zip(offer.stock, left, offer.unit, strict=True):
            if has and need:
                taken = min(has, need)
                covered += taken / need
                cost += taken * price
        return cost / covered

    def _rest_after(self, rest: Iterable[int], taken: int) -> tuple[int, ...]:
        place = self.offers[taken].place
        return tuple(j for j in rest if self.offers[j].place != place)

    def branch(
        self, chosen: tuple[int, ...], rest: tuple[int, ...], left: tuple[int, ...], opened: int
    ) -> None:
        """Try every completion of `chosen` by offers of `rest` that may still be the best.

        `left` are the units of each line that the chosen offers do not have; `opened` is what
        opening them costs, each with a split.
        """
        self.steps += 1
        if self.steps > self.most_steps:
            self.stopped = True
            return
        lacking = _mask(units > 0 for units in left)
        limit = self.best_cost + self.split - opened - self.unit_floor
        if limit <= 0:
            return
        if not lacking:
            self.note(chosen)
            self._add_for_cheaper_units(chosen, rest, left, opened)
            return
        if self._shares_cost(rest, lacking, limit):
            return
        rest = self._worth_it(rest, left, limit)
        line = self._scarcest(rest, left)
        if line is None:
            return
        able = [j for j in rest if self.serves[j] >> line & 1]
        able.sort(key=lambda j: (self.open_cost[j] / (self.serves[j] & lacking).bit_count(), j))
        for j in able:
            if self.stopped:
                return
            rest = tuple(k for k in rest if k != j)
            stock = self.offers[j].stock
            self.branch(
                (*chosen, j),
                self._rest_after(rest, j),
                tuple(max(0, units - has) for units, has in zip(left, stock, strict=True)),
                opened + self.open_cost[j],
            )

    def _add_for_cheaper_units(
        self, chosen: tuple[int, ...], rest: tuple[int, ...], left: tuple[int, ...], opened: int
    ) -> None:
        """Add offers whose cheaper units pay for them.

        What several save together is never more than what each saves alone, so an offer that does
        not pay for itself now is in no better plan below.
        """
        if self.flat:
            return
        now, dearest = self._unit_cost(chosen), self._dearest(chosen)
        paying = [
            j
            for j in rest
            if self._most_saved(j, dearest) > self.open_cost[j]
            and now - self._unit_cost((*chosen, j)) > self.open_cost[j]
        ]
        if opened - self.split + self._unit_cost((*chosen, *paying)) >= self.best_cost:
            return
        for at, j in enumerate(paying):
            if self.stopped:
                return
            others = self._rest_after(paying[at + 1 :], j)
            self.branch((*chosen, j), others, left, opened + self.open_cost[j])

    def _dearest(self, chosen: Sequence[int]) -> list[int]:
        """Return the highest price that the chosen offers ask for a unit of each line."""
        return [
            max(self.offers[j].unit[i] for j in chosen if self.offers[j].stock[i])
            for i in range(len(self.wanted))
        ]

    def _most_saved(self, j: int, dearest: Sequence[int]) -> int:
        offer = self.offers[j]
        return sum(
            (now - price) * min(has, units)
            for price, now, has, units in zip(
                offer.unit, dearest, offer.stock, self.wanted, strict=True
            )
            if has and price < now
        )

    def _shares_cost(self, rest: Sequence[int], lacking: int, limit: int) -> bool:
        """Return whether equal shares of the offers, whatever they have, cost `limit` already."""
        cost, serves = self.open_cost, self.serves
        shares = sorted(
            (cost[j] / covers.bit_count(), covers) for j in rest if (covers := serves[j] & lacking)
        )
        total, waiting = 0.0, lacking
        for share, covers in shares:
            new = covers & waiting
            if new:
                total += share * new.bit_count()
                waiting ^= new
                if not waiting:
                    return total > limit - 1 + _SLACK
        return True

    def _worth_it(self, rest: Sequence[int], left: Sequence[int], limit: int) -> tuple[int, ...]:
        """Return the offers that a better plan may have; none when the bids reach `limit`."""
        needs = [(i, units) for i, units in enumerate(left) if units]
        bids = Bids(
            [
                (
                    self.open_cost[j],
                    [
                        (
                            min(offer.stock[i], units) / units,
                            (offer.unit[i] - self.price_floor[i]) * units,
                        )
                        if offer.stock[i]
                        else _NOTHING
                        for i, units in needs
                    ],
                )
                for j in rest
                for offer in (self.offers[j],)
            ],
            len(needs),
        )
        room = limit - 1 + _SLACK - bids.total
        if room < 0:
            return ()
        return tuple(j for j, unbid in zip(rest, bids.unbid, strict=True) if unbid <= room)

    def _scarcest(self, rest: Sequence[int], left: Sequence[int]) -> int | None:
        """Return the line that the fewest offers serve; None when one cannot be served any more."""
        found, fewest = None, len(self.offers) + 1
        for i, units in enumerate(left):
            if not units:
                continue
            able = [self.offers[j].stock[i] for j in rest if self.serves[j] >> i & 1]
            if sum(able) < units:
                return None
            if len(able) < fewest:
                found, fewest = i, len(able)
        return found

    def _unit_cost(self, chosen: Iterable[int]) -> int:
        """Return what the units cost when each is taken where it is cheapest, as far as they go."""
        chosen, total = tuple(chosen), 0
        for i, units in enumerate(self.wanted):
            rest = units
            for price, has in sorted(
                (self.offers[j].unit[i], self.offers[j].stock[i]) for j in chosen
            ):
                if has >= rest:
                    total += price * rest
                    break
                total += price * has
                rest -= has
        return total

    def note(self, chosen: tuple[int, ...]) -> None:
        """Keep a set that serves everything, without the offers that it does not need."""
        given = shares(self.wanted, self.offers, chosen)
        used = tuple(sorted(j for j in chosen if any(given[j])))
        if used in self.plans:
            return
        units = sum(
            price * count
            for j in used
            for price, count in zip(self.offers[j].unit, given[j], strict=True)
        )
        cost = sum(self.open_cost[j] for j in used) - self.split + units
        self.plans[used] = cost
        plan = Plan(used, cost)
        if self.best is None or _rank(plan) < _rank(self.best):
            self.best, self.best_cost = plan, plan.cost

    def found(self) -> Found | None:
        if self.best is None:
            return None
        ranked = sorted((Plan(offers, cost) for offers, cost in self.plans.items()), key=_rank)
        return Found(ranked[0], tuple(ranked[1:]), exact=not self.stopped, steps=self.steps)


def _rank(plan: Plan) -> tuple[int, int, tuple[int, ...]]:
    return plan.cost, len(plan.offers), plan.offers


def _mask(flags: Iterable[bool]) -> int:
    mask = 0
    for place, flag in enumerate(flags):
        if flag:
            mask |= 1 << place
    return mask
