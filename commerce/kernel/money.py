"""Money: whole minor units of one currency. No float and no rounding that nobody asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision, list_currencies

from commerce.kernel.errors import CommerceError

_MOST_DIGITS = 15
"""Before the point: more than all the money there is, and within a bigint in minor units."""


class CurrencyMismatchError(CommerceError):
    """Two amounts of different currencies met in one sum."""

    code = "currency-mismatch"
    status = 422
    template = "Amounts in %(left)s and %(right)s cannot be added. Convert one of them first."


class UnknownCurrencyError(CommerceError):
    """The code is not an ISO 4217 currency."""

    code = "unknown-currency"
    status = 422
    template = "“%(currency)s” is not a currency code. Use three letters such as CNY, USD or EUR."


@lru_cache(maxsize=512)
def minor_digits(currency: str) -> int:
    """Return how many decimal places `currency` has (CNY 2, JPY 0), by Unicode CLDR."""
    if currency not in list_currencies():
        raise UnknownCurrencyError(currency=currency)
    return get_currency_precision(currency)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in whole minor units (fen, cents, yen) of an ISO 4217 currency."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int:
            raise TypeError(f"minor units are whole numbers, not {self.amount_minor!r}")
        minor_digits(self.currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Return nothing, in `currency`."""
        return cls(0, currency)

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> "Money":
        """Return the exact amount in major units; a finer fraction than the currency has is refused.

        Raises:
            ValueError: `amount` is not finite, has more decimals than the currency, or more digits
                than any amount of money.
        """
        value = Decimal(amount)
        if not value.is_finite() or value.adjusted() >= _MOST_DIGITS:
            # A few characters such as 1e999999 would make a number that takes minutes to write out.
            raise ValueError(f"{amount} is no amount of money")
        scaled = value.scaleb(minor_digits(currency))
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{amount} is not a whole number of minor units of {currency}")
        return cls(int(scaled), currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.amount_minor).scaleb(-minor_digits(self.currency))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount_minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount_minor - self._same(other), self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.amount_minor * times, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount_minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount_minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount_minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount_minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.amount_minor != 0

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatchError(left=self.currency, right=other.currency)
        return other.amount_minor

    def share(self, weights: Sequence[int]) -> tuple["Money", ...]:
        """Split into parts in proportion to `weights`, to the last minor unit.

        The parts always add up to the whole (largest remainder; ties go to the earlier part).
        When every weight is zero the first part takes all.

        Raises:
            ValueError: no weight is given, or one is negative.
        """
        sign = -1 if self.amount_minor < 0 else 1
        parts = largest_remainder(abs(self.amount_minor), weights)
        return tuple(Money(sign * part, self.currency) for part in parts)

    def portion(self, ratio: Decimal) -> "Money":
        """Return `ratio` of the amount, rounded half up to a minor unit, as tax offices do."""
        return Money(round_half_up(Decimal(self.amount_minor) * ratio), self.currency)


def total(amounts: Iterable[Money], *, currency: str) -> Money:
    """Return the sum of `amounts`, which is zero of `currency` when there are none."""
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result


def largest_remainder(whole: int, weights: Sequence[int]) -> list[int]:
    """Split `whole`, which is not below zero, in proportion to `weights`; the parts add up to it.

    Ties go to the earlier part; when every weight is zero the first part takes all.

    Raises:
        ValueError: no weight is given, or one is negative.
    """
    if not weights or any(weight < 0 for weight in weights):
        raise ValueError("shares need at least one weight, and none below zero")
    total = sum(weights)
    if total == 0:
        return [whole, *(0 for _ in weights[1:])]
    parts = [whole * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(whole * weights[i] % total), i))
    for index in by_remainder[: whole - sum(parts)]:
        parts[index] += 1
    return parts


def round_half_up(value: Decimal) -> int:
    """Round away from zero at exactly one half: the commercial rule."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
