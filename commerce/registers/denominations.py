"""Notes and coins in circulation, for quick amounts and for counting a drawer; minor units.

Sources: People's Bank of China (fifth series), European Central Bank, US Federal Reserve and Mint,
Bank of England, Bank of Japan, Hong Kong Monetary Authority, Swiss National Bank, MAS; as of 2026.
"""

from dataclasses import dataclass

from commerce.kernel.money import minor_digits


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


def denominations(currency: str) -> Denominations:
    """Return the notes and coins of `currency`; a currency not listed gets powers of ten."""
    unit = 10 ** minor_digits(currency)
    notes = tuple(unit * size for size in (1000, 500, 100, 50, 20, 10, 5, 1))
    return _KNOWN.get(currency) or Denominations(notes, ())
