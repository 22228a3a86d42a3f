"""E-mail addresses as people are known by them."""

from commerce.kernel.mail import MailAddressError, mail_address


def email_key(text: str) -> str:
    """Return an e-mail address in the one spelling under which it is stored.

    Raises:
        MailAddressError: `text` is not an address.
    """
    return mail_address(text).addr_spec.lower()


def email_asked(text: str) -> str:
    """Return what to look up for `text`, which may be no address at all and then names nobody."""
    try:
        return email_key(text)
    except MailAddressError:
        return ""
