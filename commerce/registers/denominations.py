"""Notes and coins in circulation, for quick amounts and for counting a drawer; minor units.

Sources: People's Bank of China (fifth series), European Central Bank, US Federal Reserve and Mint,
Bank of England, Bank of Japan, Hong Kong Monetary Authority, Swiss National Bank, MAS; as of 2026.
"""

from dataclasses import dataclass

from commerce.kernel.money import minor_digits
from commerce.pricing.rounding import usual_cash_step


@dataclass(frozen=True, slots=True)
class Denominations:
    """What a drawer of one currency holds, the largest first; `notes` are offered as amounts."""

    notes: tuple[int, ...]
    coins: tuple[int, ...]


_KNOWN = {
    "CNY": Denominations((10000, 5000, 2000, 1000, 500, 100), (100, 50, 10)),
    "EUR": Denominations((20000, 10000, 5000, 2000, 1000, 500), (200, 100, 50, 20, 10, 5, 2, 1)),
    "USD": Denominations((10000, 5000, 2000, 1000, 500, 100), (25, 10, 5, 1)),
    "GBP": Denominations((5000, 2000, 1000, 500), (200, 100, 50, 20, 10, 5, 2, 1)),
    "JPY": Denominations((10000, 5000, 1000), (500, 100, 50, 10, 5, 1)),
    "HKD": Denominations(
        (100000, 50000, 10000, 5000, 2000, 1000), (1000, 500, 200, 100, 50, 20, 10)
    ),
    "CHF": Denominations((20000, 10000, 5000, 2000, 1000), (500, 200, 100, 50, 20, 10, 5)),
    "SGD": Denominations((10000, 5000, 1000, 500, 200), (100, 50, 20, 10, 5)),
}


def smallest_coin(currency: str) -> int | None:
    """Return the smallest coin of `currency` that is in circulation, in minor units; None if unknown.

    Unicode CLDR, which says what cash is rounded to by itself (`pricing.rounding.usual_cash_step`),
    states no cash digits for the yuan, and fen coins are paid out no more: ask the merchant.
    """
    known = _KNOWN.get(currency)
    return min(known.coins or known.notes) if known else None


def coarse_currencies() -> tuple[str, ...]:
    """Return the currencies whose smallest coin is larger than what cash is rounded to by itself."""
    return tuple(
        currency
        for currency in _KNOWN
        if (smallest_coin(currency) or 0) > usual_cash_step(currency)
    )


def denominations(currency: str) -> Denominations:
    """Return the notes and coins of `currency`; a currency not listed gets powers of ten."""
    unit = 10 ** minor_digits(currency)
    notes = tuple(unit * size for size in (1000, 500, 100, 50, 20, 10, 5, 1))
    return _KNOWN.get(currency) or Denominations(notes, ())
