"""The currencies that can be chosen, by name in the page's language."""

from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_name

_USUAL = ("CNY", "USD", "EUR", "GBP", "HKD", "JPY")


@lru_cache(maxsize=8)
def currency_choices(language: str) -> tuple[tuple[str, str], ...]:
    """Return every currency that is money somewhere today, by Unicode CLDR, with its name.

    Those that most shops sell in come first, the others in the order of their codes.
    """
    tender = {
        str(code)
        for uses in get_global("territory_currencies").values()
        for code, _since, until, is_tender in uses
        if is_tender and until is None
    }
    ordered = (*_USUAL, *sorted(tender.difference(_USUAL)))
    return tuple((code, currency_label(code, language)) for code in ordered)


def currency_label(code: str, language: str) -> str:
    """Return a currency's code with its name."""
    return f"{code} · {currency_name(code, language)}"


def currency_name(code: str, language: str) -> str:
    """Return what a currency is called."""
    return str(get_currency_name(code, locale=language))


def typed_currency(words: object) -> str:
    """Return the code that was chosen, or sent by hand in small letters."""
    return str(words or "").strip().upper()
