"""Amounts as Stripe counts them, which for some currencies is not how ISO 4217 does.

Source: docs.stripe.com/currencies, "Zero-decimal currencies" and "Special cases" (2026-11). Stripe
counts ISK and UGX in hundredths although they have none, and the dinars in thousandths.
"""

from commerce.kernel.money import Money, minor_digits

_NONE = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
_USUAL = 2


class UncountableError(ValueError):
    """An amount is no whole number of the units in which the other side counts."""


def to_stripe(amount: Money) -> int:
    """Return `amount` in Stripe's smallest unit.

    Raises:
        UncountableError: it is finer than Stripe counts.
    """
    return _scaled(amount.amount_minor, _digits(amount.currency) - minor_digits(amount.currency))


def from_stripe(amount: int, currency: str) -> int:
    """Return Stripe's `amount` in minor units of ISO 4217 `currency`.

    Raises:
        UncountableError: it is finer than the currency.
    """
    return _scaled(amount, minor_digits(currency) - _digits(currency))


def _digits(currency: str) -> int:
    if currency in _NONE:
        return 0
    return 3 if currency in _THREE else _USUAL


def _scaled(amount: int, places: int) -> int:
    if places >= 0:
        return int(amount * 10**places)
    whole, rest = divmod(amount, 10**-places)
    if rest:
        raise UncountableError(amount)
    return int(whole)
