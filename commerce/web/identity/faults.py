"""What identity refuses."""

from commerce.kernel.errors import CommerceError, NotFoundError


class NotSignedInError(CommerceError):
    """Nobody is signed in, or not any more."""

    code = "not-signed-in"
    status = 401
    template = "Sign in and open the page again."


class UnknownDeskError(NotFoundError):
    """Nobody has this desk, or the person does not work there: the answer tells neither."""

    code = "unknown-desk"
    template = "There is no desk here that you may enter. Choose one of yours."


class UndeclaredViewError(CommerceError):
    """A view does not say what it demands, so nobody may see it."""

    code = "undeclared-view"
    status = 403
    template = "This page is closed."


class MissingScopeError(CommerceError):
    """The API key is valid, but not for this."""

    code = "missing-scope"
    status = 403
    template = "This key lacks the scope “%(scope)s”. Make a key that has it."
