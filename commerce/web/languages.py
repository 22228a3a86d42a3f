"""Which language, time zone and formats a page is in."""

from pathlib import Path

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel

LANGUAGES = ("en", "zh")
COOKIE = "quayside_language"
_ROOT = Path(__file__).parents[2]


def install(app: Flask) -> None:
    """Translate the pages of `app` with the catalogues of the shared parts and both counters."""
    folders = (
        _ROOT / "commerce" / "web" / "translations",
        _ROOT / "storefront" / "backoffice" / "translations",
        _ROOT / "storefront" / "translations",
        _ROOT / "pos" / "translations",
    )
    Babel(
        app,
        default_locale="en",
        default_timezone="UTC",
        default_translation_directories=";".join(str(folder) for folder in folders),
        locale_selector=language,
        timezone_selector=time_zone,
    )
    app.context_processor(lambda: {"locale": Locale.parse(language())})


def language() -> str:
    """Return the page's language: of its address, else what the person chose, else the browser's.

    An address that leads nowhere has a language, too: what its first part says counts.
    """
    if not has_request_context():
        return "en"
    if "language" not in g:
        g.language = (
            _known(request.path.split("/", 2)[1])
            or _known(request.cookies.get(COOKIE))
            or request.accept_languages.best_match(LANGUAGES)
            or "en"
        )
    return str(g.language)


def time_zone() -> str:
    """Return the time zone that the page's times are told in: the merchant's, else UTC."""
    return str(g.get("time_zone", "UTC")) if has_request_context() else "UTC"


def _known(code: str | None) -> str | None:
    return code if code in LANGUAGES else None
