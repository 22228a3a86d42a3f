"""Reads amounts and currencies of requests, and refuses them as Stripe does."""

from typing import Any

from integrations.sandbox.stripe_api.faults import invalid

_MOST = 99_999_999
_CURRENCIES = frozenset(
    [
        "aed",
        "aud",
        "bhd",
        "brl",
        "cad",
        "chf",
        "clp",
        "cny",
        "czk",
        "dkk",
        "eur",
        "gbp",
        "hkd",
        "huf",
        "idr",
        "ils",
        "inr",
        "isk",
        "jpy",
        "krw",
        "kwd",
        "mxn",
        "myr",
        "nok",
        "nzd",
        "omr",
        "php",
        "pln",
        "sek",
        "sgd",
        "thb",
        "twd",
        "ugx",
        "usd",
        "vnd",
        "xaf",
        "xof",
        "zar",
    ]
)


def amount_of(wish: dict[str, Any], name: str, *, otherwise: int | None = None) -> int:
    """Return the amount in the currency's smallest unit as Stripe counts it.

    Raises:
        StripeFaultError: it is missing, no whole number, or out of range.
    """
    if name not in wish and otherwise is not None:
        return otherwise
    text = str(wish.get(name, ""))
    if not text:
        raise invalid(name, f"Missing required param: {name}.", "parameter_missing")
    if not text.isascii() or not text.lstrip("-").isdigit():
        raise invalid(name, f"Invalid integer: {text}", "parameter_invalid_integer")
    amount = int(text)
    if amount < 1:
        raise invalid(
            name, "This value must be greater than or equal to 1.", "parameter_invalid_integer"
        )
    if amount > _MOST:
        raise invalid(name, "Amount must be no more than 999,999.99", "amount_too_large")
    return amount


def currency_of(wish: dict[str, Any]) -> str:
    """Return the currency in lower case.

    Raises:
        StripeFaultError: it is missing or not supported here.
    """
    currency = str(wish.get("currency", "")).lower()
    if currency not in _CURRENCIES:
        raise invalid("currency", f"Invalid currency: {currency}.", "parameter_invalid")
    return currency
