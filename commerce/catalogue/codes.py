"""Numbers that others issue: barcodes and tariff codes."""

import re

from stdnum import ean

from commerce.catalogue.errors import InvalidCodeError

_TARIFF = re.compile(r"[0-9]{6,13}")


def valid_gtin(text: str) -> str | None:
    """Return the digits of a GTIN-8, -12, -13 or -14 with a right check digit, else None.

    Source: GS1 General Specifications, section 7.9 (check digit).
    """
    digits = ean.compact(text)
    return digits if ean.is_valid(digits) else None


def tariff_digits(text: str) -> str:
    """Return the digits of a tariff code written with or without dots and spaces.

    Raises:
        InvalidCodeError: it is not 6 to 13 digits.
    """
    digits = re.sub(r"[\s.]", "", text)
    if not _TARIFF.fullmatch(digits):
        raise InvalidCodeError(given=text)
    return digits
