"""Telephone numbers in E.164."""

import re

import phonenumbers

from commerce.customers.errors import PhoneNumberError
from commerce.kernel.typed import plain_code

_DIALLED = re.compile(r"[+\d][\d\s()./-]*")


def dialled_digits(words: str) -> str:
    """Return the digits of what looks like a telephone number, as E.164 has them; else nothing.

    The zero that is dialled at home before an area is no part of it.
    """
    if not _DIALLED.fullmatch(words):
        return ""
    return re.sub(r"\D", "", words.replace("(0)", "")).lstrip("0")


def phone_number(text: str, *, country: str) -> str:
    """Return `text` in E.164, read as somebody in `country` would dial it.

    Raises:
        PhoneNumberError: no such number can exist.
    """
    try:
        number = phonenumbers.parse(plain_code(text), country)
    except phonenumbers.NumberParseException as error:
        raise PhoneNumberError(number=text) from error
    if not phonenumbers.is_possible_number(number):
        raise PhoneNumberError(number=text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_in_groups(number: str | None) -> str:
    """Return a kept telephone number as its country writes it for strangers: +86 138 1234 5678."""
    if not number:
        return ""
    try:
        known = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(known, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
