"""How pages of the park are drawn: the desk's frame with the park's own navigation."""

from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

from flask import Response, get_flashed_messages, make_response, redirect, render_template, request
from flask import url_for as address

from commerce.park.permissions import Permission
from commerce.web.identity.current import may, staff_here
from commerce.web.languages import LANGUAGES
from commerce.web.pages import Page
from storefront.backoffice.desk import Crumb
from storefront.backoffice.speech import gettext as _

ROOM = "park"


def link(view: str, **values: Any) -> str:
    """Return the address of one of the park's pages."""
    return address(f"{ROOM}.{view}", **values)


def draw(
    template: str,
    *,
    title: str,
    room: str,
    trail: tuple[Crumb, ...] = (),
    status: int = HTTPStatus.OK,
    **context: Any,
) -> Response:
    """Draw a template inside the park's frame; `room` is its noun in the navigation."""
    heading = f"{title} · {_('The park')}"
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        heading = _("Error: %(title)s", title=heading)
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    other = {code: f"/language/{code}?next={quote(here, safe='/')}" for code in LANGUAGES}
    body = render_template(
        template,
        page=Page(title=heading, alternates=other),
        heading=title,
        trail=(*trail, Crumb(title)) if trail else (),
        frame=_frame(room),
        link=link,
        permission=Permission,
        **context,
    )
    return make_response(body, status)


def moved(view: str, **values: Any) -> Response:
    """Send the browser to another page of the park, with GET."""
    return cast("Response", redirect(link(view, **values), HTTPStatus.SEE_OTHER))


def _frame(room: str) -> dict[str, Any]:
    rooms = (
        ("merchants", _("Merchants"), "store", Permission.VIEW_PARK),
        ("staff", _("Staff"), "users", Permission.VIEW_PARK),
        ("taxes", _("Tax rates"), "scale", Permission.VIEW_PARK),
        ("security_log", _("Security log"), "shield-check", Permission.VIEW_PARK),
    )
    return {
        "name": _("The park"),
        "home_url": link("first"),
        "nav": [
            {"label": label, "url": link(view), "icon": drawing, "current": view == room}
            for view, label, drawing, permission in rooms
            if may(permission)
        ],
        "person": staff_here().name,
        "own_url": "/security",
        "sign_out_url": "/signout",
        "notices": [
            {"kind": kind, "text": sentence}
            for kind, sentence in cast(
                "list[tuple[str, str]]", get_flashed_messages(with_categories=True)
            )
        ],
    }
