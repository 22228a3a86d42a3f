"""What every simulator's application has: templates, the style sheet, strict headers."""

from flask import Blueprint, Flask, Response, request

from integrations.sandbox.pages import FACES, FOLDER

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
# A page needs a few of a hundred faces, and none of them changes while a simulator runs.
_KEEP_FACES = "public, max-age=86400"
_MOST_BYTES = 100_000


def framed(app: Flask) -> Flask:
    """Return `app` with the shared pages and headers."""
    app.config["MAX_CONTENT_LENGTH"] = _MOST_BYTES
    app.register_blueprint(
        Blueprint(
            "frame",
            __name__,
            template_folder=str(FOLDER / "templates"),
            static_folder=str(FOLDER / "static"),
            static_url_path="/static",
        )
    )

    app.register_blueprint(
        Blueprint("faces", __name__, static_folder=str(FACES), static_url_path="/faces")
    )

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if request.endpoint == "faces.static":
            response.headers["Cache-Control"] = _KEEP_FACES
        if response.direct_passthrough:
            _read_whole(response)
        return response

    return app


def _read_whole(response: Response) -> None:
    """Read a file, which is small here, and close it: the server forgets to when a browser hangs up."""
    response.direct_passthrough = False
    response.get_data()
    response.close()
