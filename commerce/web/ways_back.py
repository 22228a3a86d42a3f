"""Where the reader of an error page can go: the same page in the other language, and back.

Only the address is asked, because an error may come before any view is found.
"""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from flask import current_app, g, request
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from commerce.park.errors import UnknownMerchantError
from commerce.park.queries.merchants import MerchantCard, MerchantDirectory
from commerce.web.languages import LANGUAGES, language
from commerce.web.services import services

_COUNTERS = ("park", "till")
_WORKPLACES = "/workplaces"


@dataclass(frozen=True, slots=True)
class WayBack:
    """A link of an error page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Ways:
    """Whose page it was, if anybody's, and the ways back; the first one is the main one."""

    name: str
    home: str
    links: tuple[WayBack, ...]


def in_other_languages() -> dict[str, str]:
    """Return the address of what was asked for in every language."""
    asked = quote(request.path)
    first, _slash, rest = asked.removeprefix("/").partition("/")
    if first not in LANGUAGES:
        return {code: f"/language/{code}?next={asked}" for code in LANGUAGES}
    if request.method not in {"GET", "HEAD"}:
        # What was sent there cannot be asked for.
        rest = f"{rest.partition('/')[0]}/" if rest else ""
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    return {code: f"/{code}/{rest}{query}" for code in LANGUAGES}


def form_page() -> str:
    """Return the nearest page at or above this address: there the form stood that was sent."""
    addresses, path = current_app.url_map.bind(""), request.path
    while path.strip("/"):
        try:
            addresses.match(path, method="GET")
        except RequestRedirect:
            return f"{path}/"
        except HTTPException:
            path = path.rstrip("/").rpartition("/")[0]
        else:
            return path
    return ""


def without_slash() -> str:
    """Return the page at this address less the slash at its end, which people type; else nothing."""
    path = request.path.rstrip("/")
    if path == request.path or path.startswith("//"):
        return ""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return ""
    return path


def ways_back(status: int) -> Ways:
    """Return the ways back from the address that was asked for."""
    first, slug = (*request.path.removeprefix("/").split("/"), "")[:2]
    if first == "desk":
        return _ways_to_desks(status)
    start = f"/{first}/" if first in (*LANGUAGES, *_COUNTERS) else "/"
    to_start = WayBack(_("To the start"), start)
    merchant = _merchant(slug, status) if first in LANGUAGES else None
    if merchant is None:
        return Ways("", start, (to_start,))
    home = f"{start}{merchant.slug}/"
    name = merchant.name_in(language())
    return Ways(name, home, (WayBack(_("Back to %(shop)s", shop=name), home), to_start))


def _ways_to_desks(status: int) -> Ways:
    """Return the ways to desks; one of them is named only to who was let in there.

    Whoever may not see a page of a desk may be kept from its first page as well.
    """
    to_all = WayBack(_("Choose where you work"), _WORKPLACES)
    merchant = g.get("merchant")
    if merchant is None or status == HTTPStatus.FORBIDDEN:
        return Ways("", _WORKPLACES, (to_all,))
    home = f"/desk/{merchant.slug}/"
    name = merchant.name_in(language())
    return Ways(name, home, (WayBack(_("Back to %(shop)s", shop=name), home), to_all))


def _merchant(slug: str, status: int) -> MerchantCard | None:
    """Return the merchant at `slug`, if there is one.

    A page about a fault of ours does not lean on the database.
    """
    if not slug or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    try:
        return services().part(MerchantDirectory).locate(slug)
    except (UnknownMerchantError, SQLAlchemyError):
        return None
