"""Let no program overwrite what it has not read (RFC 9110, section 13; RFC 6585, section 3)."""

from flask import Response, request

from storefront.api.answers import tag_of
from storefront.api.errors import (
    AlreadyThereError,
    PreconditionFailedError,
    PreconditionNeededError,
)


def hold_to_precondition(standing: bytes | None) -> None:
    """Refuse a write that its program would not want, seeing what stands there now (or None).

    To replace something, its entity tag must come as If-Match, or `*` for whatever it may be;
    If-None-Match: * lets a program only make something new.

    Raises:
        AlreadyThereError: something stands there, and only something new was to be made.
        PreconditionNeededError: something stands there, and the call does not say that it knows.
        PreconditionFailedError: something else stands there than the call says, or nothing.
    """
    if "If-Match" in request.headers:
        if standing is None or tag_of(standing) not in request.if_match:
            raise PreconditionFailedError
    elif standing is not None:
        only_new = request.if_none_match.star_tag
        raise AlreadyThereError if only_new else PreconditionNeededError


def tagged(response: Response) -> Response:
    """Return an answer with the entity tag of what it shows, for the next call's If-Match."""
    response.set_etag(tag_of(response.get_data()))
    return response
