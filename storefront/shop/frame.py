"""What surrounds every page of a shop, and how pages are put into it."""

import hashlib
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import make_response, redirect, render_template, request
from flask.wrappers import Response
from flask_babel import gettext as _

from commerce.web.headers import share
from commerce.web.languages import LANGUAGES
from commerce.web.pages import Page
from commerce.web.policy_words import policy_title
from commerce.web.services import services
from storefront.shop.memory import quarter
from storefront.shop.visit import Visit

_PACKAGES = Path(__file__).parents[2]
_MOST_DEPARTMENTS = 6


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads somewhere."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence above the page's content."""

    text: str
    kind: str = "info"


@dataclass(frozen=True, slots=True)
class Frame:
    """Header and footer of a shop, as `layouts/shop.html` wants them."""

    name: str
    home_url: str
    nav: tuple[Link, ...]
    search_url: str
    account_url: str
    cart_url: str
    cart_count_url: str
    destination: Link | None
    footer: tuple[Link, ...]
    policies: tuple[Link, ...]
    notices: tuple[Notice, ...] = ()


def frame_of(visit: Visit, *, current: str = "", notices: tuple[Notice, ...] = ()) -> Frame:
    """Return the frame of a page; `current` is the path of its department, if it is in one."""
    departments = tuple(
        Link(
            branch.name,
            visit.path("c", branch.path),
            current.split("/", maxsplit=1)[0] == branch.path,
        )
        for branch in visit.facts.departments[:_MOST_DEPARTMENTS]
    )
    stores = (Link(_("Stores"), visit.path("stores"), current == "/stores"),)
    sells = visit.merchant.paused_at is None
    return Frame(
        name=visit.name,
        home_url=f"{visit.root}/",
        nav=(*(departments if sells else ()), *(stores if visit.facts.stores else ())),
        search_url=visit.path("search") if sells else "",
        account_url=visit.path("account"),
        cart_url=visit.path("cart") if sells else "",
        cart_count_url=visit.path("cart", "count") if sells else "",
        destination=_destination(visit),
        footer=(
            Link(_("Delivery and currency"), visit.path("destination")),
            Link(_("Find an order"), visit.path("order")),
            *(stores if visit.facts.stores else ()),
            Link(_("All shops of the park"), f"/{visit.language}/"),
        ),
        policies=tuple(
            Link(
                policy_title(each.kind),
                visit.path("policies", each.kind),
                current == f"/policies/{each.kind}",
            )
            for each in visit.facts.policies.now()
        ),
        notices=notices,
    )


def _destination(visit: Visit) -> Link:
    chosen = visit.destination
    label = _(
        "To %(country)s · %(currency)s",
        country=chosen.country_name(visit.language),
        currency=chosen.currency,
    )
    return Link(label, f"{visit.path('destination')}?to={request.path}")


def head(
    visit: Visit,
    *,
    title: str,
    description: str = "",
    path: str = "",
    query: str = "",
    own: str = "",
) -> Page:
    """Return a page's head; `path` (below the shop) makes it findable: canonical and hreflang.

    Without a path the page is somebody's own: the language switch works, nothing is announced.
    `own` is where such a page can be asked for, if it was sent for elsewhere.
    """
    here = f"{visit.merchant.slug}{own}" if own else request.path.split("/", 2)[2]
    asked = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    canonical = ""
    if path:
        canonical = f"{public_root()}{visit.root}{path}{query}"
    return Page(
        title=title if title == visit.name else f"{title} · {visit.name}",
        description=description,
        canonical=canonical,
        alternates={
            code: f"{public_root()}/{code}/{visit.merchant.slug}{path}{query}"
            if path
            else f"/{code}/{here}{asked}"
            for code in LANGUAGES
        },
    )


def public_root() -> str:
    """Return how the world reaches this installation, without a slash at the end."""
    return services().settings.public_url


def shown(
    template: str,
    visit: Visit,
    page: Page,
    *,
    status: int = 200,
    current: str = "",
    notices: tuple[Notice, ...] = (),
    **facts: Any,
) -> Response:
    """Render a page of the shop inside its frame."""
    body = render_template(
        template,
        page=page,
        visit=visit,
        frame=frame_of(visit, current=current, notices=notices),
        public_root=public_root(),
        **facts,
    )
    return make_response(body, status)


def moved_for_good(path: str) -> Response:
    """Answer that a page stands at `path` now; what was asked of the old address goes along."""
    asked = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    return make_response(redirect(f"{path}{asked}", HTTPStatus.MOVED_PERMANENTLY))


def share_page(visit: Visit, *facts: object) -> None:
    """Let shared caches keep this page as long as its content and `facts` (stock) stay the same."""
    content = f"{visit.language}|{visit.merchant.content_version}|{quarter(visit.at)}|{facts!r}"
    digest = hashlib.sha256(f"{template_version()}|{content}".encode()).hexdigest()
    share(digest[:24])


@cache
def template_version() -> str:
    """Return a digest of everything besides content that a page is made of."""
    digest = hashlib.sha256(services().assets.version.encode())
    for folder in (
        "commerce/web/templates",
        "commerce/web/translations",
        "storefront/shop",
        "storefront/translations",
    ):
        for path in sorted((_PACKAGES / folder).rglob("*")):
            if path.suffix in {".html", ".py", ".po"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()
