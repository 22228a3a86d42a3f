"""How the pages around signing in are drawn."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, make_response, render_template, request

from commerce.web.languages import LANGUAGES
from commerce.web.pages import Page


def draw(template: str, *, title: str, status: int = HTTPStatus.OK, **context: Any) -> Response:
    """Draw one page of `templates/identity`; nobody may keep it, and it tells no referrer."""
    here = quote(_here(), safe="/")
    alternates = {code: f"/language/{code}?next={here}" for code in LANGUAGES}
    page = Page(title=title, alternates=alternates)
    response = make_response(render_template(f"identity/{template}", page=page, **context), status)
    # Some of these addresses hold a token.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _here() -> str:
    """Return the address that shows this page; a form's answer tells where one was going, too."""
    asked = request.args.to_dict()
    going = request.form.get("next")
    if going:
        asked.setdefault("next", going)
    return f"{request.path}?{urlencode(asked)}" if asked else request.path
