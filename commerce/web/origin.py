"""Refuse requests that another site makes in a person's name (cross-site request forgery).

Browsers tell where a request comes from (Fetch Metadata, `Sec-Fetch-Site`; RFC 6454, `Origin`), and a
page cannot forge either. So no token is needed, and pages that hold a form stay cacheable. Clients
that identify themselves with a key instead of a cookie cannot be abused this way.
"""

from urllib.parse import urlsplit

from flask import Flask, request

from commerce.kernel.errors import CommerceError

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class CrossSiteError(CommerceError):
    """A form was sent from another site."""

    code = "cross-site"
    status = 403
    template = "This form was sent from another site. Open the page here and try again."


def install(app: Flask) -> None:
    """Guard every unsafe request that carries cookies."""
    app.before_request(refuse_cross_site)


def refuse_cross_site() -> None:
    """Let through what is safe, comes from our own pages, or carries no cookie.

    Raises:
        CrossSiteError: another site's page made the request, or nobody can tell.
    """
    if request.method in _SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise CrossSiteError
        return
    origin = request.headers.get("Origin")
    if origin is not None:
        if _place(origin) != request.host:
            raise CrossSiteError
        return
    if request.cookies:
        raise CrossSiteError


def _place(origin: str) -> str:
    """Return host and port of an origin; what is none comes from nowhere."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
