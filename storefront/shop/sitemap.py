"""What search engines may read: robots.txt, an index of sitemaps, one sitemap per shop (sitemaps.org 0.9)."""

import hashlib
from collections.abc import Iterator

from flask import Response, make_response, render_template
from sqlalchemy import Connection

from commerce.catalogue.queries import list_products
from commerce.catalogue.records import Card, Category
from commerce.kernel.database import Scope
from commerce.park.queries.merchants import list_merchants
from commerce.web.access import public
from commerce.web.headers import share
from commerce.web.services import services
from storefront.shop.frame import public_root
from storefront.shop.policies import policy_paths
from storefront.shop.storybook import story_paths
from storefront.shop.visit import Visit, begin_visit, scope_of

_MOST_ADDRESSES = 50_000
_A_PAGE = 100


@public
def robots() -> Response:
    """Say what is not for search engines: what belongs to one person, and endless lists."""
    share(_digest(public_root()))
    lines = [
        "User-agent: *",
        *(f"Disallow: /*/*/{part}" for part in ("cart", "checkout", "order", "account", "search")),
        "Disallow: /desk/",
        "Disallow: /till/",
        "Disallow: /park/",
        f"Sitemap: {public_root()}/sitemap.xml",
        "",
    ]
    response = make_response("\n".join(lines))
    response.mimetype = "text/plain"
    return response


@public
def sitemap_index() -> Response:
    """List the sitemap of every shop."""
    with services().database.reading(Scope.park()) as connection:
        merchants = list_merchants(connection)
    share(_digest(*(f"{each.slug}{each.content_version}" for each in merchants)))
    addresses = [f"{public_root()}/sitemap-{each.slug}.xml" for each in merchants]
    return _xml(render_template("shop/sitemap_index.xml", addresses=addresses))


@public
def sitemap(merchant: str) -> Response:
    """List every findable page of one shop, each with its twin in the other language."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        share(_digest(merchant, str(visit.merchant.content_version)))
        paths = list(_paths(connection, visit))[: _MOST_ADDRESSES // 2]
    return _xml(render_template("shop/sitemap.xml", root=public_root(), slug=merchant, paths=paths))


def _paths(connection: Connection, visit: Visit) -> Iterator[str]:
    yield "/"
    yield from (f"/c/{path}" for path in _branches(visit.facts.departments))
    if visit.facts.stores:
        yield "/stores"
    yield from (f"/stores/{store.code}" for store in visit.facts.stores)
    yield from story_paths(connection)
    yield from policy_paths(visit)
    yield from (f"/p/{card.handle}" for card in _products(connection, visit))


def _branches(categories: tuple[Category, ...]) -> Iterator[str]:
    for branch in categories:
        yield branch.path
        yield from _branches(branch.children)


def _products(connection: Connection, visit: Visit) -> Iterator[Card]:
    cursor: str | None = None
    while True:
        page = list_products(
            connection, locale=visit.language, sort="newest", cursor=cursor, limit=_A_PAGE
        )
        yield from page.cards
        cursor = page.next_cursor
        if cursor is None:
            return


def _xml(body: str) -> Response:
    response = make_response(body)
    response.mimetype = "application/xml"
    return response


def _digest(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]
