"""Whether a promotion counts for a basket, and what it is about to reduce there."""

from collections.abc import Sequence
from dataclasses import dataclass

from commerce.pricing.promotions.results import TurnedDown
from commerce.pricing.promotions.rows import (
    Amount,
    Basket,
    BasketLine,
    Bundle,
    Promotion,
    Selection,
    Stacking,
    Why,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A promotion that counts, with the lines it names, as positions in the sorted basket."""

    promotion: Promotion
    lines: tuple[int, ...]
    code: str | None

    @property
    def alone(self) -> bool:
        """Whether it stands with nothing else."""
        return self.promotion.stacking is Stacking.EXCLUSIVE


def examine(
    promotion: Promotion, basket: Basket, lines: Sequence[BasketLine]
) -> Candidate | TurnedDown | None:
    """Return the promotion with its lines, or why it does not count.

    One whose code was not typed is None: nobody shall learn of it.
    """
    code = None
    if promotion.codes is not None:
        code = next((each for each in basket.codes if each in promotion.codes), None)
        if code is None:
            return None
    why = promotion.barred or _circumstances(promotion, basket)
    if why is not None:
        return TurnedDown(why, promotion.id, code)
    named = picked(promotion.goods, promotion, lines)
    if not named:
        return TurnedDown(Why.NO_SUCH_GOODS, promotion.id, code)
    return _short_of(promotion, code, [lines[index] for index in named], basket.currency) or (
        Candidate(promotion, named, code)
    )


def picked(goods: Selection, promotion: Promotion, lines: Sequence[BasketLine]) -> tuple[int, ...]:
    """Return the positions of the lines that `goods` names and the promotion does not leave out."""
    everything, nothing_left_out = goods.everything, promotion.but_not.everything
    if everything and nothing_left_out:
        return tuple(range(len(lines)))
    return tuple(
        [
            index
            for index, line in enumerate(lines)
            if (everything or goods.names(line))
            and (nothing_left_out or not promotion.but_not.names(line))
        ]
    )


def _circumstances(promotion: Promotion, basket: Basket) -> Why | None:
    asked = promotion.conditions
    if asked.valid_from is not None and basket.at < asked.valid_from:
        return Why.NOT_YET
    if asked.valid_to is not None and basket.at >= asked.valid_to:
        return Why.OVER
    if asked.channels and basket.channel not in asked.channels:
        return Why.OTHER_CHANNEL
    if asked.countries and basket.country not in asked.countries:
        return Why.OTHER_COUNTRY
    if asked.groups and asked.groups.isdisjoint(basket.groups):
        return Why.NOT_IN_GROUP
    return None if _speaks_of(promotion, basket.currency) else Why.OTHER_CURRENCY


def _speaks_of(promotion: Promotion, currency: str) -> bool:
    """Return whether every amount that it needs is given in the currency; none is converted."""
    effect, minimum = promotion.effect, promotion.conditions.minimum_amounts
    if minimum and currency not in minimum:
        return False
    if isinstance(effect, Amount):
        return currency in effect.amounts
    return not isinstance(effect, Bundle) or currency in effect.prices


def _short_of(
    promotion: Promotion, code: str | None, named: Sequence[BasketLine], currency: str
) -> TurnedDown | None:
    asked = promotion.conditions
    if asked.minimum_quantity:
        units = sum(line.quantity for line in named)
        if units < asked.minimum_quantity:
            missing = {"missing": asked.minimum_quantity - units}
            return TurnedDown(Why.TOO_FEW, promotion.id, code, missing)
    if asked.minimum_amounts:
        short = asked.minimum_amounts[currency] - sum(line.amount_minor for line in named)
        if short > 0:
            return TurnedDown(Why.TOO_LITTLE, promotion.id, code, {"missing_minor": short})
    return None
