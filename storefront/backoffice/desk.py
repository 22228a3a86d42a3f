"""How pages of the desk are drawn: the frame around them, links between them, notices after a form."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from flask import (
    Response,
    flash,
    get_flashed_messages,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy import text

from commerce.park.permissions import Permission
from commerce.web.formats import moment
from commerce.web.identity import current_merchant, current_scope
from commerce.web.identity.current import may, staff_here
from commerce.web.languages import LANGUAGES, language
from commerce.web.pages import Page
from commerce.web.services import services
from storefront.backoffice.speech import gettext as _

ROOM = "desk"

# What waits in which room, and what this merchant calls who is signed in.
_KNOWN = text("""
SELECT
  (SELECT count(*) FROM sales_order WHERE state = 'placed') AS orders,
  (SELECT count(*) FROM discrepancy WHERE resolved_at IS NULL) AS stock,
  (SELECT count(*) FROM fulfilment WHERE state IN ('open', 'picking', 'packed')
   AND location_id IS NOT NULL) AS parts,
  (SELECT count(*) FROM order_return
   WHERE state IN ('requested', 'received', 'inspected')) AS returns,
  (SELECT CASE :language WHEN 'zh' THEN name_zh ELSE name_en END
   FROM colleague_name WHERE id = :staff) AS called
""")


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to a page."""

    label: str
    url: str = ""


def link(view: str, **values: Any) -> str:
    """Return the address of one of the desk's pages at the current merchant."""
    return url_for(f"{ROOM}.{view}", merchant=current_merchant().slug, **values)


def draw(
    template: str,
    *,
    title: str,
    room: str = "",
    trail: tuple[Crumb, ...] = (),
    status: int = HTTPStatus.OK,
    **context: Any,
) -> Response:
    """Draw `templates/backoffice/<template>` inside the desk; `room` is its noun in the navigation."""
    heading = f"{title} · {current_merchant().name_in(language())}"
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        heading = _("Error: %(title)s", title=heading)
    body = render_template(
        f"backoffice/{template}",
        page=Page(title=heading, alternates=_alternates()),
        heading=title,
        trail=(*trail, Crumb(title)) if trail else (),
        frame=_frame(room),
        link=link,
        permission=Permission,
        **context,
    )
    return make_response(body, status)


def fragment(template: str, **context: Any) -> Response:
    """Draw a part of a page that a script asked for."""
    return make_response(
        render_template(f"backoffice/{template}", link=link, permission=Permission, **context)
    )


def moved(view: str, **values: Any) -> Response:
    """Send the browser to another page of the desk, with GET."""
    return cast("Response", redirect(link(view, **values), HTTPStatus.SEE_OTHER))


def announce(sentence: str, kind: str = "good") -> None:
    """Say `sentence` at the top of the next page."""
    flash(sentence, kind)


def own_pictures(name: str) -> str:
    """Return the address of a stored picture of the current merchant."""
    return f"/media/{current_merchant().id}/{name}"


def actor() -> UUID:
    """Return the id of who is at the desk."""
    return staff_here().id


def _alternates() -> dict[str, str]:
    here = quote(request.full_path.rstrip("?"), safe="/") if request.method == "GET" else ""
    if not here:
        here = quote((request.referrer and request.path) or request.path, safe="/")
    return {code: f"/language/{code}?next={here}" for code in LANGUAGES}


def _frame(room: str) -> dict[str, Any]:
    with services().database.reading(current_scope()) as connection:
        known = connection.execute(_KNOWN, {"language": language(), "staff": staff_here().id}).one()
    waiting = {
        "orders": known.orders,
        "stock": known.stock,
        "packing": known.parts,
        "returns": known.returns,
    }
    nav = [
        {
            "label": label,
            "url": link(view),
            "icon": drawing,
            "current": room == noun,
            "count": waiting.get(noun),
        }
        for noun, label, view, drawing, permission in _rooms()
        if may(permission)
    ]
    return {
        "name": current_merchant().name_in(language()),
        "home_url": link("today"),
        "nav": nav,
        "person": known.called or staff_here().name,
        "own_url": "/security",
        "sign_out_url": "/signout",
        "notices": _standing_notices()
        + [
            {"kind": kind, "text": sentence}
            for kind, sentence in cast(
                "list[tuple[str, str]]", get_flashed_messages(with_categories=True)
            )
        ],
    }


def _standing_notices() -> list[dict[str, str]]:
    """Return what every page says as long as it is so."""
    merchant = current_merchant()
    if merchant.paused_at is None:
        return []
    sentence = _(
        "The park has paused your sales since %(moment)s: %(why)s Nothing new is sold; orders go their way.",
        moment=moment(merchant.paused_at),
        why=merchant.pause_reason,
    )
    return [{"kind": "bad", "text": sentence}]


def _rooms() -> tuple[tuple[str, str, str, str, Permission], ...]:
    return (
        ("today", _("Today"), "today", "layout-dashboard", Permission.VIEW_DESK),
        ("orders", _("Orders"), "orders", "inbox", Permission.VIEW_ORDERS),
        ("packing", _("Pick and pack"), "packing", "package-check", Permission.FULFIL_ORDERS),
        ("returns", _("Returns"), "returns", "undo-2", Permission.VIEW_ORDERS),
        ("products", _("Products"), "products", "package", Permission.VIEW_PRODUCTS),
        ("promotions", _("Promotions"), "promotions", "badge-percent", Permission.EDIT_PRICES),
        ("stories", _("Stories"), "stories", "file-text", Permission.EDIT_STORIES),
        ("stock", _("Stock"), "stock", "boxes", Permission.VIEW_STOCK),
        ("customers", _("Customers"), "customers", "users", Permission.VIEW_CUSTOMERS),
        ("money", _("Money"), "money", "coins", Permission.VIEW_MONEY),
        ("gift_cards", _("Gift cards"), "gift_cards", "gift", Permission.VIEW_MONEY),
        ("stores", _("Stores and tills"), "stores", "store", Permission.VIEW_STORES),
        ("staff", _("Staff"), "staff", "user", Permission.VIEW_STAFF),
        ("settings", _("Settings"), "settings", "settings", Permission.MANAGE_SETTINGS),
        (
            "security",
            _("Security log"),
            "security_log",
            "shield-check",
            Permission.VIEW_SECURITY_LOG,
        ),
    )
