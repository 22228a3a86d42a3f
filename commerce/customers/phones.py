"""Telephone numbers in E.164."""

import phonenumbers

from commerce.customers.errors import PhoneNumberError
from commerce.kernel.typed import plain_code


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
