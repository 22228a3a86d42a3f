"""Serve the pictures of products.

They were uploaded by people, so they are served as what their name says and nothing else: no
sniffing, and a sandbox in which even a drawing that carried a script could do nothing (ASVS
v5.0.0-3.2.1). A name never gets another content, so a browser may keep it for good.
"""

import re
from typing import Final
from uuid import UUID

from flask import Flask, Response, send_file

from commerce.catalogue.images import media_folder
from commerce.kernel.errors import NotFoundError
from commerce.web.access import public
from commerce.web.services import services

_NAME: Final = re.compile(r"[0-9a-f]{32}(-[0-9]{1,5})?\.(svg|webp)")
_TYPES: Final = {"svg": "image/svg+xml", "webp": "image/webp"}
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_FOREVER: Final = "public, max-age=31536000, immutable"


def install(app: Flask) -> None:
    """Serve pictures from `app` under /media/; a second time changes nothing."""
    if "media" not in app.view_functions:
        app.add_url_rule("/media/<uuid:merchant_id>/<name>", "media", picture)


@public
def picture(merchant_id: UUID, name: str) -> Response:
    """Return one stored picture.

    Raises:
        NotFoundError: there is none of this name, or it is no name of ours.
    """
    known = _NAME.fullmatch(name)
    path = media_folder(services().settings.var, merchant_id) / name
    if known is None or not path.is_file():
        raise NotFoundError
    response = send_file(path, mimetype=_TYPES[known[2]], conditional=True, etag=name)
    response.headers["Cache-Control"] = _FOREVER
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
