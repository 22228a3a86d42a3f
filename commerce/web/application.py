"""The Flask application that both counters are mounted on."""

from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Response, jsonify
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from commerce.kernel.database import Scope
from commerce.web import border, faults, formats, headers, identity, languages, origin, sizes
from commerce.web.access import public
from commerce.web.assets import with_static
from commerce.web.services import Services, attach, services

_MOST_FORM_BYTES = 1024 * 1024
_MOST_FORM_PARTS = 2000


class Application(OpenAPI):
    """The application behind what serves static files and reads a proxy's headers."""

    outer: WSGIApplication | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        answer: WSGIApplication = self.outer or self.wsgi_app
        return answer(environ, start_response)


def new_application(given: Services) -> Application:
    """Return an application with everything that is common to all pages, and no page yet."""
    app = Application(
        "commerce.web",
        static_folder=None,
        info=Info(title="Quayside", version="1"),
        doc_ui=False,
    )
    app.config.update(
        SECRET_KEY=given.vault.derive("cookies").hex(),
        SESSION_COOKIE_NAME="__Host-quayside" if given.settings.secure else "quayside",
        SESSION_COOKIE_SECURE=given.settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=sizes.MOST_OF_FILES,
        MAX_FORM_MEMORY_SIZE=_MOST_FORM_BYTES,
        MAX_FORM_PARTS=_MOST_FORM_PARTS,
    )
    attach(app, given)
    app.jinja_env.globals["asset"] = given.assets.url
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = _compiled_templates(given.settings.var)
    sizes.install(app)
    origin.install(app)
    border.install(app)
    languages.install(app)
    formats.install(app)
    headers.install(app)
    faults.install(app)
    identity.install(app)
    app.add_url_rule("/healthz", view_func=health)
    app.outer = _outer(app, given)
    return app


def _compiled_templates(var: Path) -> FileSystemBytecodeCache:
    """Keep compiled templates across starts, so that nobody's first page waits for a compiler."""
    folder = var / "cache" / "templates"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def _outer(app: Application, given: Services) -> WSGIApplication:
    inner: WSGIApplication = app.wsgi_app
    hops = given.settings.trusted_proxies
    if hops:
        inner = ProxyFix(inner, x_for=hops, x_proto=hops, x_host=hops)
    return with_static(inner, given.assets)


@public
def health() -> Response:
    """Say whether this process can serve: it reaches the database."""
    try:
        with services().database.reading(Scope.park()) as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        response = jsonify(status="database unreachable")
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return response
    return jsonify(status="ok")
