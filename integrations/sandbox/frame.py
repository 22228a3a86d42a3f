"""What every simulator's application has: templates, the style sheet, strict headers."""

from flask import Blueprint, Flask, Response

from integrations.sandbox.pages import FOLDER

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
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

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    return app
