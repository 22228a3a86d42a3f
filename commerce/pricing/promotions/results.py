"""What the promotions' reckoning gives: every amount that is taken off, with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from commerce.pricing.promotions.rows import Kind, Why


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What one promotion takes off one line, or off delivery; always above zero."""

    promotion_id: UUID
    kind: Kind
    name: str
    name_zh: str
    code: str | None
    """What was typed to get it."""
    params: Mapping[str, int]
    """The figures of the sentence that tells it, such as `basis_points`, or `buy` and `get`."""
    amount_minor: int

    def name_in(self, locale: str) -> str:
        """Return what the promotion is called in a language."""
        return self.name_zh if locale.startswith("zh") else self.name

    def facts(self) -> dict[str, Any]:
        """Return the reason as JSON values, to be kept with the line it explains."""
        return {
            "kind": "promotion",
            "effect": self.kind.value,
            "promotion_id": str(self.promotion_id),
            "name": self.name,
            "name_zh": self.name_zh,
            "code": self.code,
            "params": dict(self.params),
            "amount_minor": self.amount_minor,
        }


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An amount before and after; never below zero."""

    before_minor: int
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def discount_minor(self) -> int:
        """What is taken off in all."""
        return sum(each.amount_minor for each in self.adjustments)

    @property
    def after_minor(self) -> int:
        """What is left to pay."""
        return self.before_minor - self.discount_minor


@dataclass(frozen=True, slots=True)
class AdjustedLine(Adjusted):
    """One line of the basket, by the caller's key."""

    key: UUID = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class TurnedDown:
    """A promotion, or a code that was typed, that takes nothing off, and why."""

    why: Why
    promotion_id: UUID | None
    """None for a code that nobody knows."""
    code: str | None
    params: Mapping[str, int] = field(default_factory=dict)
    """What is missing, where something is: `missing` units, or `missing_minor`."""


@dataclass(frozen=True, slots=True)
class Use:
    """One promotion that an order makes use of, over all its lines."""

    promotion_id: UUID
    code: str | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class AdjustedBasket:
    """The basket with its promotions, the lines in the order in which they were given."""

    lines: tuple[AdjustedLine, ...]
    shipping: Adjusted
    turned_down: tuple[TurnedDown, ...] = ()

    @property
    def discount_minor(self) -> int:
        """What is taken off goods and delivery together."""
        return sum(each.discount_minor for each in self.lines) + self.shipping.discount_minor

    @property
    def after_minor(self) -> int:
        """What goods and delivery cost in the end."""
        return sum(each.after_minor for each in self.lines) + self.shipping.after_minor

    @property
    def uses(self) -> tuple[Use, ...]:
        """What each promotion takes off, in the order of their ids."""
        found: dict[UUID, Use] = {}
        for adjusted in (*self.lines, self.shipping):
            for each in adjusted.adjustments:
                before = found.get(each.promotion_id)
                amount = each.amount_minor + (before.amount_minor if before else 0)
                found[each.promotion_id] = Use(each.promotion_id, each.code, amount)
        return tuple(found[key] for key in sorted(found))
