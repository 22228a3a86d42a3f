"""Amounts as people read them."""

import re
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision

_AFTER_A_CODE = re.compile(r"(?<=[^\W\d_])(?=\d)")
_LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}


def spoken_amount(minor: int, currency: str, language: str) -> str:
    """Return `minor` units of `currency` as `language` writes them."""
    major = Decimal(minor).scaleb(-get_currency_precision(currency))
    written = format_currency(major, currency, locale=_LOCALES[language])
    written = _AFTER_A_CODE.sub("\N{NO-BREAK SPACE}", written)
    # The shops write the yuan with a bare ¥ in both languages; so does their bank.
    return written.replace("CN¥", "¥") if currency == "CNY" else written
