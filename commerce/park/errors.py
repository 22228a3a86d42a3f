"""What the park refuses, and what to do about it."""

from typing import ClassVar

from commerce.kernel.errors import CommerceError, NotFoundError


class UnknownMerchantError(NotFoundError):
    """No merchant has this name in its address."""

    code = "unknown-merchant"
    template = "There is no shop called “%(slug)s” in this park."


class SlugTakenError(CommerceError):
    """Two merchants cannot share one address."""

    code = "slug-taken"
    status = 409
    template = "The address “%(slug)s” belongs to another merchant. Choose another one."


class MalformedSlugError(CommerceError):
    """A merchant's address is made of lower-case words, digits and single hyphens."""

    code = "malformed-slug"
    template = "“%(slug)s” cannot be an address. Use at most 60 of a-z, 0-9 and single hyphens."


class MissingNameError(CommerceError):
    """A name must say something."""

    code = "missing-name"
    template = "Give a name of 1 to %(longest)s characters."
    longest: ClassVar[int] = 120

    def __init__(self) -> None:
        super().__init__(longest=self.longest)
