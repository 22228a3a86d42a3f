"""What a basket costs with its promotions: the best for the customer, always the same, explained.

Everything is reckoned in one order, each step on what the earlier ones left: bundles and units had
for buying others, percentages, amounts off each unit, amounts off several lines together, delivery.
So the same basket always costs the same, and:

- no line and no delivery ever costs less than nothing;
- adding a promotion never makes the basket dearer: each step leaves every line no dearer than it
  would be if an earlier step had left it dearer, and amounts off several lines lose nothing that could
  be taken off (see `spread`);
- of promotions that stand alone and of all others together, the customer gets what saves most. Of
  several on delivery only the best counts.

Sets that want the same units are tried in every order, as far as `sharing` goes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from commerce.pricing.promotions.conditions import Candidate, examine
from commerce.pricing.promotions.results import (
    Adjusted,
    AdjustedBasket,
    AdjustedLine,
    Adjustment,
    TurnedDown,
)
from commerce.pricing.promotions.rows import (
    Amount,
    Basket,
    BasketLine,
    BuyGet,
    Percentage,
    Promotion,
    Shipping,
    Why,
)
from commerce.pricing.promotions.sets import Counts, share_of, unit_set
from commerce.pricing.promotions.sharing import Given, Way, ways
from commerce.pricing.promotions.spread import spread


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What some promotions do together."""

    given: Given = ()
    shipping: tuple[Candidate, int] | None = None

    @property
    def saved(self) -> int:
        goods = sum(sum(off.values()) for _, off in self.given)
        return goods + (self.shipping[1] if self.shipping else 0)


def reckon(basket: Basket, promotions: Iterable[Promotion]) -> AdjustedBasket:
    """Return the basket with what its promotions take off, and why the others take nothing.

    Neither the order of the lines nor that of the promotions matters. A promotion whose code was not
    typed is not told of.
    """
    lines = sorted(basket.lines, key=lambda line: line.key)
    ordered = sorted(promotions, key=lambda each: (each.position, each.id))
    examined = [examine(each, basket, lines) for each in ordered]
    candidates = [each for each in examined if isinstance(each, Candidate)]
    best = _best(candidates, basket, lines)
    turned_down = [
        *(each for each in examined if isinstance(each, TurnedDown)),
        *_beaten(candidates, best, basket, lines),
        *_closed(basket, ordered),
    ]
    return _told(basket, lines, best, tuple(turned_down))


def _best(candidates: Sequence[Candidate], basket: Basket, lines: Sequence[BasketLine]) -> _Outcome:
    together = [each for each in candidates if not each.alone]
    best = _outcome(together, basket, lines)
    for each in candidates:
        if each.alone:
            outcome = _outcome([each], basket, lines)
            if outcome.saved > best.saved:
                best = outcome
    return best


def _outcome(
    candidates: Sequence[Candidate], basket: Basket, lines: Sequence[BasketLine]
) -> _Outcome:
    """Return the most that these save together."""
    found = [unit_set(each, lines, basket.currency) for each in candidates]
    sets = [each for each in found if each is not None]
    reductions = _Reductions(candidates, basket, lines)
    best: Given | None = None
    least = 0
    for way in ways(sets, lines):
        given, left = reductions.after(way)
        if best is None or left < least:
            best, least = given, left
    return _Outcome(best or (), _delivery(candidates, basket))


def _delivery(candidates: Sequence[Candidate], basket: Basket) -> tuple[Candidate, int] | None:
    best: tuple[Candidate, int] | None = None
    for each in candidates:
        effect = each.promotion.effect
        if isinstance(effect, Shipping):
            off = share_of(basket.shipping_minor, effect.basis_points)
            off = min(off, effect.at_most.get(basket.currency, off))
            if off > (best[1] if best else 0):
                best = each, off
    return best


class _Reductions:
    """The promotions that take no units: what they take off what the sets left."""

    def __init__(
        self, candidates: Sequence[Candidate], basket: Basket, lines: Sequence[BasketLine]
    ) -> None:
        self._lines = lines
        self._shares: list[tuple[Candidate, int]] = []
        self._each: list[tuple[Candidate, int]] = []
        self._amounts: list[tuple[Candidate, int]] = []
        for each in candidates:
            effect = each.promotion.effect
            if isinstance(effect, Percentage):
                self._shares.append((each, effect.basis_points))
            elif isinstance(effect, Amount):
                found = self._each if effect.each else self._amounts
                found.append((each, effect.amounts[basket.currency]))

    def after(self, way: Way) -> tuple[Given, int]:
        """Return what each promotion takes off, and what all lines cost then."""
        rest = list(way.rest)
        given: list[tuple[Candidate, Counts]] = list(way.given)
        for each, basis_points in self._shares:
            given.append(
                (each, _off(rest, {i: share_of(rest[i], basis_points) for i in each.lines}))
            )
        for each, amount in self._each:
            given.append((each, _off(rest, {i: self._per_unit(i, amount) for i in each.lines})))
        amounts = [(amount, each.lines) for each, amount in self._amounts]
        for (each, _), found in zip(self._amounts, spread(amounts, rest=rest), strict=True):
            given.append((each, found.off))
        return tuple(given), sum(rest)

    def _per_unit(self, index: int, amount: int) -> int:
        line = self._lines[index]
        return min(amount, line.unit_price_minor) * line.quantity


def _off(rest: list[int], wanted: dict[int, int]) -> Counts:
    """Take what is wanted off, as far as there is something left to pay."""
    off = {}
    for index, amount in wanted.items():
        part = min(amount, rest[index])
        if part:
            off[index] = part
            rest[index] -= part
    return off


def _beaten(
    candidates: Sequence[Candidate],
    best: _Outcome,
    basket: Basket,
    lines: Sequence[BasketLine],
) -> Iterator[TurnedDown]:
    used = {each.promotion.id for each, off in best.given if any(off.values())}
    if best.shipping:
        used.add(best.shipping[0].promotion.id)
    for each in candidates:
        if each.promotion.id not in used:
            saves = _outcome([each], basket, lines).saved
            why = Why.OTHERS_ARE_BETTER if saves else Why.NOTHING_OFF
            yield TurnedDown(why, each.promotion.id, each.code)


def _closed(basket: Basket, promotions: Sequence[Promotion]) -> Iterator[TurnedDown]:
    """Tell of typed codes that open nothing, each with its own reason."""
    for code in basket.codes:
        closed = next((each for each in promotions if code in each.closed), None)
        if closed is not None:
            yield TurnedDown(closed.closed[code], closed.id, code)
        elif not any(each.codes and code in each.codes for each in promotions):
            yield TurnedDown(Why.UNKNOWN_CODE, None, code)


def _told(
    basket: Basket,
    lines: Sequence[BasketLine],
    best: _Outcome,
    turned_down: tuple[TurnedDown, ...],
) -> AdjustedBasket:
    found: list[list[Adjustment]] = [[] for _ in lines]
    for candidate, off in best.given:
        for index, amount in off.items():
            if amount:
                found[index].append(_adjustment(candidate, amount, basket.currency))
    by_key = {line.key: tuple(of) for line, of in zip(lines, found, strict=True)}
    shipping = () if best.shipping is None else (_adjustment(*best.shipping, basket.currency),)
    return AdjustedBasket(
        lines=tuple(
            AdjustedLine(line.amount_minor, by_key[line.key], key=line.key) for line in basket.lines
        ),
        shipping=Adjusted(basket.shipping_minor, shipping),
        turned_down=turned_down,
    )


def _adjustment(candidate: Candidate, amount: int, currency: str) -> Adjustment:
    promotion = candidate.promotion
    return Adjustment(
        promotion_id=promotion.id,
        kind=promotion.effect.kind,
        name=promotion.name,
        name_zh=promotion.name_zh,
        code=candidate.code,
        params=_params(promotion, currency),
        amount_minor=amount,
    )


def _params(promotion: Promotion, currency: str) -> dict[str, int]:
    effect = promotion.effect
    if isinstance(effect, Percentage | Shipping):
        return {"basis_points": effect.basis_points}
    if isinstance(effect, BuyGet):
        return {"buy": effect.buy, "get": effect.get, "basis_points": effect.basis_points}
    if isinstance(effect, Amount):
        return {"of_minor": effect.amounts[currency], "each": int(effect.each)}
    return {"price_minor": effect.prices[currency]}
