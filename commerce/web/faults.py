"""Every error is rendered here, once: as a page, an htmx fragment or problem+json (RFC 9457)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import quote
from uuid import uuid4

import structlog
from flask import (
    Flask,
    Response,
    current_app,
    g,
    json,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.kernel.money import Money
from commerce.kernel.outage import is_outage
from commerce.web.formats import money
from commerce.web.languages import LANGUAGES
from commerce.web.pages import Page
from commerce.web.sizes import MOST_OF_COLLEAGUES, MOST_OF_FILES
from commerce.web.ways_back import form_page, in_other_languages, ways_back, without_slash

_log = structlog.get_logger("quayside.web")
_JSON_PREFIXES = ("/api/", "/till/api/", "/webhooks/")
_PROBLEM = "application/problem+json"
_DRAWERS = "quayside.fault_pages"
_AGAIN_IN_SECONDS = 5


class DatabaseAwayError(CommerceError):
    """The database cannot be spoken to at this moment; the same call with the same key may be repeated."""

    code = "database-away"
    status = 503
    template = "This cannot be reached at the moment. Try again in a few seconds."


@dataclass(frozen=True, slots=True)
class Fault:
    """What a page says of an error: `advice` is one or two sentences about what to do next."""

    status: int
    title: str
    advice: str
    request_id: str
    """Said to support."""


Drawer: TypeAlias = Callable[[Fault], Response | None]


def install(app: Flask) -> None:
    """Answer every error of `app` in the form its reader understands."""
    app.before_request(_name_request)
    app.register_error_handler(CommerceError, render_refusal)
    app.register_error_handler(HTTPException, _render_http)
    app.register_error_handler(MethodNotAllowed, _lead_back)
    app.register_error_handler(NotFound, _lead_on)
    app.register_error_handler(Exception, _render_unexpected)


def draw_faults(app: Flask, draw: Drawer) -> None:
    """Let `draw` put the error pages of its own addresses into their surroundings.

    It returns None for a page that is not its own, and where it could not read what it needs.
    """
    _drawers(app).append(draw)


def _drawers(app: Flask) -> list[Drawer]:
    drawers: list[Drawer] = app.extensions.setdefault(_DRAWERS, [])
    return drawers


def _name_request() -> None:
    g.request_id = uuid4().hex[:12]


def wants_json() -> bool:
    """Return whether the current request's reader is a program."""
    return request.path.startswith(_JSON_PREFIXES)


def render_refusal(error: CommerceError) -> Response:
    """Render what the business refused."""
    told = error.template != NotFoundError.template
    return _render(
        status=error.status,
        code=error.code,
        sentence=say(error.template, error.params) if told else _advice(error.status),
        problems=[
            {
                "pointer": problem.pointer,
                "code": problem.code,
                "detail": say(problem.template, problem.params),
            }
            for problem in error.problems
        ],
    )


def say(template: str, params: Mapping[str, Any]) -> str:
    """Return an error's sentence in the page's language; amounts are written as its readers do."""
    written = {
        name: money(value) if isinstance(value, Money) else value for name, value in params.items()
    }
    return str(_(template, **written))


def _render_http(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if error.response is not None or status < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    response = _render(status=status, code=_slug(status), sentence=_advice(status), problems=[])
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _lead_back(error: MethodNotAllowed) -> Response:
    """Lead who opens the address of a form to the page the form stands on.

    A refused form is shown at the address it was sent to: there the other language is asked for,
    and there the browser asks once more, without what was sent.
    """
    page = form_page() if request.method in {"GET", "HEAD"} and not wants_json() else ""
    if not page:
        return _render_http(error)
    return make_response(redirect(quote(page), HTTPStatus.SEE_OTHER))


def _lead_on(error: NotFound) -> Response:
    """Lead who has typed a slash too many to the page that stands without it."""
    page = without_slash() if request.method in {"GET", "HEAD"} and not wants_json() else ""
    if not page:
        return _render_http(error)
    query = request.query_string.decode("ascii", "replace")
    return make_response(
        redirect(quote(page) + (f"?{query}" if query else ""), HTTPStatus.PERMANENT_REDIRECT)
    )


def _render_unexpected(error: Exception) -> Response:
    if is_outage(error):
        return _render_outage()
    # The rule and not the path: a path may hold what lets its holder in, such as a mailed link's.
    _log.error(
        "unexpected_error",
        request_id=g.get("request_id"),
        rule=str(request.url_rule or ""),
        exc_info=error,
    )
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _render(status=status, code=_slug(status), sentence=_advice(status), problems=[])


def _render_outage() -> Response:
    """Tell an outage from a defect, in one line of the log: every call meets it while it lasts."""
    _log.warning("database_away", request_id=g.get("request_id"), rule=str(request.url_rule or ""))
    response = render_refusal(DatabaseAwayError())
    response.headers["Retry-After"] = str(_AGAIN_IN_SECONDS)
    return response


def _render(*, status: int, code: str, sentence: str, problems: list[dict[str, str]]) -> Response:
    if wants_json():
        return _problem(status=status, code=code, sentence=sentence, problems=problems)
    title = _title(status)
    if request.headers.get("HX-Request"):
        return make_response(
            render_template("errors/fragment.html", title=title, advice=sentence), status
        )
    fault = Fault(status, title, sentence, g.get("request_id", ""))
    drawn = (draw(fault) for draw in _drawers(current_app))
    return next((page for page in drawn if page is not None), None) or _plain_page(fault)


def _plain_page(fault: Fault) -> Response:
    body = render_template(
        "errors/page.html",
        page=Page(title=fault.title, alternates=in_other_languages()),
        fault=fault,
        ways=ways_back(fault.status),
    )
    return make_response(body, fault.status)


def _problem(*, status: int, code: str, sentence: str, problems: list[dict[str, str]]) -> Response:
    document: dict[str, Any] = {
        "type": f"/api/problems/{code}",
        "title": _title(status),
        "status": int(status),
        "detail": sentence,
        "instance": f"urn:quayside:request:{g.get('request_id', '')}",
    }
    if problems:
        document["errors"] = problems
    response = make_response(json.dumps(document), status)
    response.content_type = _PROBLEM
    return response


def _slug(status: int) -> str:
    return HTTPStatus(status).name.lower().replace("_", "-")


def _title(status: int) -> str:
    titles = {
        HTTPStatus.BAD_REQUEST: _("That could not be read"),
        HTTPStatus.UNAUTHORIZED: _("Please sign in"),
        HTTPStatus.FORBIDDEN: _("That is not allowed"),
        HTTPStatus.NOT_FOUND: _("Nothing here"),
        HTTPStatus.GONE: _("Not valid any more"),
        HTTPStatus.METHOD_NOT_ALLOWED: _("That is not possible here"),
        HTTPStatus.CONFLICT: _("Something has changed"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("That is too large"),
        HTTPStatus.UNPROCESSABLE_ENTITY: _("Something is not right yet"),
        HTTPStatus.TOO_MANY_REQUESTS: _("Too many tries"),
        HTTPStatus.SERVICE_UNAVAILABLE: _("Not possible at the moment"),
    }
    if status in titles:
        return str(titles[HTTPStatus(status)])
    return str(_("Something went wrong on our side") if status >= 500 else _("That did not work"))  # noqa: PLR2004 - server errors


def _nothing_here() -> str:
    """Say that nothing is there as its reader may have lost it: goods sell out only in a shop."""
    if wants_json():
        return str(_("There is nothing at this address."))
    if request.path.split("/", 2)[1] in LANGUAGES:
        return str(
            _("There is nothing at this address. It may have been moved or sold out for good.")
        )
    return str(_("There is nothing at this address. It may have been moved or deleted."))


def _too_large() -> str:
    most = request.max_content_length or MOST_OF_FILES
    if (request.content_length or 0) <= most or most <= MOST_OF_COLLEAGUES:
        return str(_("Send less at once."))
    return str(
        _("Send at most %(most)s MB at once: smaller files, or one after another.", most=most >> 20)
    )


def _advice(status: int) -> str:
    if status == HTTPStatus.METHOD_NOT_ALLOWED and wants_json():
        return str(_("This address knows other methods; the header “Allow” names them."))
    advice = {
        HTTPStatus.NOT_FOUND: _nothing_here(),
        HTTPStatus.METHOD_NOT_ALLOWED: _("Go back and use the buttons of the page."),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _too_large(),
        HTTPStatus.TOO_MANY_REQUESTS: _("Wait a few minutes and try again."),
        HTTPStatus.UNAUTHORIZED: _("Sign in and open the page again."),
    }
    if status in advice:
        return str(advice[HTTPStatus(status)])
    if status >= 500:  # noqa: PLR2004 - server errors
        return str(_("Nothing you entered is lost for us. Try again in a moment."))
    return str(_("Go back and check what was sent."))
