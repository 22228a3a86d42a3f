"""Rounding that people see: cash to the smallest coin, converted prices to a pleasant ending."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from babel.core import get_global

from commerce.kernel.money import Money, minor_digits
from commerce.pricing.rows import ExchangeQuote, PriceEnding


@dataclass(frozen=True, slots=True)
class CashAmount:
    """What is paid in coins for an exact amount: `to_pay` = exact + `difference`."""

    to_pay: Money
    difference: Money


@lru_cache(maxsize=512)
def usual_cash_step(currency: str) -> int:
    """Return the smallest coin of `currency` in minor units (CHF 5, SEK 100), by Unicode CLDR."""
    fractions = get_global("currency_fractions")
    digits, _, cash_digits, cash_step = fractions.get(currency, fractions["DEFAULT"])
    return int(max(cash_step, 1) * 10 ** max(min(digits, minor_digits(currency)) - cash_digits, 0))


def round_cash(amount: Money, *, step: int) -> CashAmount:
    """Round `amount` to a multiple of `step` minor units; one half goes away from zero.

    Raises:
        ValueError: `step` is below one.
    """
    if step < 1:
        raise ValueError(f"a coin of {step} minor units does not exist")
    whole = abs(amount.amount_minor)
    steps = (2 * whole + step) // (2 * step)
    to_pay = Money(steps * step if amount.amount_minor >= 0 else -steps * step, amount.currency)
    return CashAmount(to_pay, to_pay - amount)


def convert(amount: Money, quote: ExchangeQuote, *, ending: PriceEnding | None = None) -> Money:
    """Return `amount` (not negative) in the target currency, half up, or at the nearest `ending`.

    What costs something never becomes free.
    """
    factor = 1 / Fraction(quote.rate) if quote.inverted else Fraction(quote.rate)
    scale = Fraction(10) ** (minor_digits(quote.target) - minor_digits(quote.source))
    exact = amount.amount_minor * factor * scale
    rule = ending or PriceEnding(step=1, minor=0)
    steps = (exact - rule.minor) / rule.step
    nearest = (2 * steps.numerator + steps.denominator) // (2 * steps.denominator)
    least = 0 if rule.minor or not amount else 1
    return Money(max(nearest, least) * rule.step + rule.minor if amount else 0, quote.target)
