"""The shape of the promotions that merchants run in the demo."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from commerce.demo.content.words import Bilingual

_KINDS = ("percent", "off", "buy", "delivery_percent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bargain:
    """Run one promotion: exactly one of `percent`, `off`, `buy` (with `get`) and `delivery_percent`.

    `off` and `minimum` are minor units by currency; days count from the day of the fill. Without a
    `code` it counts by itself; without a `category` it counts for all goods.
    """

    name: Bilingual
    percent: int | None = None
    off: Mapping[str, int] = field(default_factory=dict)
    buy: int | None = None
    get: int = 1
    delivery_percent: int | None = None
    category: str | None = None
    code: str | None = None
    minimum: Mapping[str, int] = field(default_factory=dict)
    per_customer: int | None = None
    in_total: int | None = None
    alone: bool = False
    from_day: int = -30
    until_day: int | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which of the four it states; one, when it is well made."""
        return tuple(kind for kind in _KINDS if getattr(self, kind))
