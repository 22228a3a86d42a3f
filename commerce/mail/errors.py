"""What the mail room refuses."""

from commerce.kernel.errors import CommerceError, NotFoundError


class MailHeaderError(CommerceError):
    """A header would break the letter apart, or is not the writer's to set."""

    code = "mail-header"
    template = "The line “%(header)s” of the letter contains a line break or may not be set."


class UnknownMailError(NotFoundError):
    """There is no such letter."""

    code = "unknown-mail"
    template = "There is no such letter. It may have been erased."
