"""What identity refuses."""

from commerce.kernel.errors import CommerceError


class NotSignedInError(CommerceError):
    """Nobody is signed in, or not any more."""

    code = "not-signed-in"
    status = 401
    template = "Sign in and open the page again."


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
