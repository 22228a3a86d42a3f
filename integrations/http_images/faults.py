"""Why a picture of the web could not be had, one refusal per cause."""

from commerce.kernel.errors import CommerceError


class PictureFetchError(CommerceError):
    """The picture could not be had from where its address leads."""

    code = "picture-fetch"
    status = 502
    template = "The picture could not be fetched."


class RefusedAddressError(PictureFetchError):
    """The address leads into a private network, or is no web address at all."""

    code = "picture-address"
    status = 422
    template = "This is not a web address."


class SecretInAddressError(RefusedAddressError):
    """The address carries a name and a password."""

    code = "picture-address-secret"
    template = "An address with a password in it is not fetched."


class UnknownServerError(RefusedAddressError):
    """The name leads to no server."""

    code = "picture-server-unknown"
    template = "There is no server called %(host)s."


class PrivateServerError(RefusedAddressError):
    """The name or number leads into a private network, or to a port that is not the web's."""

    code = "picture-server-private"
    template = "%(host)s is not a server of the open internet."


class RedirectedTooOftenError(PictureFetchError):
    """The address leads on and on."""

    code = "picture-redirects"
    template = "The address leads from one place to the next without end."


class SilentServerError(PictureFetchError):
    """The server did not answer in time."""

    code = "picture-server-silent"
    status = 504
    template = "The server did not answer in time."


class UnreachableServerError(PictureFetchError):
    """The server cannot be reached, or its TLS or HTTP is broken."""

    code = "picture-server-unreachable"
    template = "The server cannot be reached, or does not speak plainly."


class ServerAnswerError(PictureFetchError):
    """The server answered with something else than 200."""

    code = "picture-server-answer"
    template = "The server answered %(status)s."


class BrokenOffError(PictureFetchError):
    """The server stopped in the middle of the file."""

    code = "picture-broken-off"
    template = "The server broke off in the middle."


class SlowServerError(PictureFetchError):
    """The file took longer than one picture may."""

    code = "picture-server-slow"
    status = 504
    template = "The server is too slow."


class LargeFileError(PictureFetchError):
    """The file has more bytes than a picture may have."""

    code = "picture-file-large"
    status = 413
    template = "The file is larger than %(most)s MB."
