"""Addresses that can be cached for good, and the WSGI layer that answers them."""

from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from whitenoise import WhiteNoise

from commerce.web.assets.faults import BrowserFilesError
from commerce.web.assets.publish import PUBLISHED, published_version, version_of

STATIC_URL = "/static"


class Assets:
    """The address of every static file, under one version that changes when any of them does.

    `/static/<version>/css/shop.css` never changes its content, and whatever a sheet or a module refers
    to by a relative path lies under the same version. `/static/css/shop.css` answers as well, briefly
    cached, for addresses that must stay (a favicon, an icon in a manifest).
    """

    def __init__(self, static: Path) -> None:
        self.static = static
        self.version = version_of(static)
        self._known: dict[str, str] = {}

    def url(self, path: str) -> str:
        """Return the address of a file, such as `css/shop.css`; templates call it `asset`.

        Raises:
            BrowserFilesError: there is no such file.
        """
        if path not in self._known:
            if not (self.static / path).is_file():
                raise BrowserFilesError(
                    f"static/{path} does not exist. For vendor files run: "
                    "python -m commerce.web.assets"
                )
            self._known[path] = f"{STATIC_URL}/{self.version}/{path}"
        return self._known[path]


def with_static(application: WSGIApplication, assets: Assets) -> WSGIApplication:
    """Answer /static/ before the application does; pass everything else on."""
    versioned = f"{STATIC_URL}/{assets.version}/"
    files = WhiteNoise(application, immutable_file_test=lambda _, url: url.startswith(versioned))
    for prefix in (STATIC_URL, versioned):
        files.add_files(str(assets.static), prefix=prefix)
        if published_version(assets.static) == assets.version:
            files.add_files(str(assets.static / PUBLISHED), prefix=prefix)

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response: Iterable[bytes] = files(environ, start_response)
        return response

    return answer
