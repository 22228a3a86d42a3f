"""Security headers and caching of every response.

Sources: OWASP ASVS 5.0 (3.4), Content Security Policy Level 3. Pages carry no inline script or
style, so the policy needs neither 'unsafe-inline' nor hashes; the nonce marks our own script tags.
A page that shared caches may keep carries none, because a nonce must never be used twice.
"""

import secrets
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, g, request

from commerce.web.services import services

_SHARED_SECONDS = 60
_STALE_SECONDS = 600


def install(app: Flask) -> None:
    """Put the headers on every response of `app`."""
    app.after_request(_finish)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """Return this response's nonce, or nothing for a page that shared caches may keep."""
    if is_shared():
        return ""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def share(etag: str) -> None:
    """Let shared caches keep this page for a minute; call it before the page is rendered.

    Only for pages that look the same to everybody. A request that carries any cookie of ours gets
    a private page all the same, since a choice of currency or country may stand behind it.
    """
    if not request.cookies:
        g.shared_etag = etag


def is_shared() -> bool:
    """Return whether the page that is being answered may be kept by shared caches."""
    return "shared_etag" in g


def _stay_here(response: Response) -> None:
    """Let a redirect to an address of ours name no host: the request's own is what anybody sends."""
    target = urlsplit(response.location or "")
    if target.netloc == request.host and not target.path.startswith("//"):
        response.location = urlunsplit(("", "", *target[2:]))


def _finish(response: Response) -> Response:
    headers = response.headers
    _stay_here(response)
    headers.setdefault("Content-Security-Policy", _policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if services().settings.secure:
        year = int(timedelta(days=365).total_seconds())
        headers.setdefault("Strict-Transport-Security", f"max-age={year}; includeSubDomains")
    if is_shared() and response.status_code == 200 and "Set-Cookie" not in headers:  # noqa: PLR2004 - OK
        headers["Cache-Control"] = (
            f"public, max-age=0, s-maxage={_SHARED_SECONDS}, "
            f"stale-while-revalidate={_STALE_SECONDS}"
        )
        response.vary.update(("Cookie", "Accept-Encoding"))
        response.set_etag(g.shared_etag, weak=True)
        response.make_conditional(request)
    elif "Cache-Control" not in headers:
        headers["Cache-Control"] = "private, no-store"
    return response


def _policy() -> str:
    script = "'self'"
    if "csp_nonce" in g:
        script = f"'self' 'nonce-{g.csp_nonce}'"
    return (
        f"default-src 'none'; script-src {script}; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    )
