"""E-mail addresses as people are known by them."""

from commerce.kernel.mail import MailAddressError, mail_address
from commerce.kernel.typed import plain_email


def email_typed(text: str) -> str:
    """Return an e-mail address as it was typed, in plain characters.

    Raises:
        MailAddressError: `text` is not an address.
    """
    plain = plain_email(text)
    mail_address(plain)
    return plain


def email_key(text: str) -> str:
    """Return an e-mail address in the one spelling under which it is stored.

    Raises:
        MailAddressError: `text` is not an address.
    """
    return mail_address(plain_email(text)).addr_spec.lower()


def email_asked(text: str) -> str:
    """Return what to look up for `text`, which may be no address at all and then names nobody."""
    try:
        return email_key(text)
    except MailAddressError:
        return ""
