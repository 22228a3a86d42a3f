"""How much a request may carry: refused by its length, before anybody reads a byte of it.

Who has not proved who they are sends forms of a few fields; staff and tills send long lists. A view
that takes files says how large they may be. What a program sends to `/api/` is measured there, in
that interface's own words.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from commerce.web.access import access_of

MOST_OF_STRANGERS = 256 * 1024
MOST_OF_COLLEAGUES = 1024 * 1024
MOST_OF_FILES = 32 * 1024 * 1024

_COLLEAGUES = frozenset({"staff", "register"})
_INTERFACE = "/api/"
_TAKES = "takes_bytes"

View = TypeVar("View", bound=Callable[..., object])


def takes(size: int) -> Callable[[View], View]:
    """Mark a view that takes bodies of up to `size` bytes, whoever sends them."""

    def mark(view: View) -> View:
        setattr(view, _TAKES, size)
        return view

    return mark


def most_taken(otherwise: int) -> int:
    """Return what the view of the current request says that it takes; `otherwise` where it does not."""
    size: int = getattr(_view(), _TAKES, otherwise)
    return size


def install(app: Flask) -> None:
    """Measure every request to `app`."""
    app.before_request(refuse_oversized)


def refuse_oversized() -> None:
    """Let through what the view takes; what tells no length is cut off while it is read.

    Raises:
        RequestEntityTooLarge: it is more.
    """
    if request.path.startswith(_INTERFACE):
        return
    access = access_of(_view())
    known = access is not None and access.kind in _COLLEAGUES
    request.max_content_length = most_taken(MOST_OF_COLLEAGUES if known else MOST_OF_STRANGERS)
    if (request.content_length or 0) > request.max_content_length:
        raise RequestEntityTooLarge


def _view() -> Callable[..., object]:
    return current_app.view_functions.get(request.endpoint or "", refuse_oversized)
