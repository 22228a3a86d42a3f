"""Departments and search: a list of products with its filters."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.catalogue.queries import (
    SORTS,
    Sort,
    branch_of,
    facets,
    list_products,
    path_after,
)
from commerce.catalogue.records import Category
from commerce.kernel.errors import NotFoundError
from commerce.web.access import public
from commerce.web.services import services
from storefront.shop.cards import Shelf, lay_out
from storefront.shop.filters import ShownFilter, filters_of
from storefront.shop.frame import Link, head, moved_for_good, share_page, shown
from storefront.shop.kept import keep_page, kept_page
from storefront.shop.structured import breadcrumbs
from storefront.shop.visit import Visit, begin_shopping, scope_of

_GROUP = re.compile(r"category|vendor|price|tag|tag:[^=&]{1,80}|option:[^=&]{1,80}")
_MOST_VALUES = 20
_LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks for."""

    query: str
    chosen: Mapping[str, tuple[str, ...]]
    sort: Sort
    cursor: str | None

    def address(self, path: str, *, chosen: Mapping[str, tuple[str, ...]], after: str = "") -> str:
        """Return the address of the same list with other filters, or further down."""
        asked = [("q", self.query)] if self.query else []
        asked += [(group, value) for group, values in chosen.items() for value in values]
        asked += [("sort", self.sort)] if self.sort != "best" else []
        asked += [("after", after)] if after else []
        return f"{path}?{urlencode(asked)}" if asked else path

    def without(self, group: str, value: str) -> Mapping[str, tuple[str, ...]]:
        """Return the filters with one choice taken back."""
        left = tuple(each for each in self.chosen[group] if each != value)
        rest = {each: values for each, values in self.chosen.items() if each != group}
        return {**rest, group: left} if left else rest


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that a list shows."""

    shelf: Shelf
    total: int
    filters: tuple[ShownFilter, ...]
    chips: tuple[Link, ...]
    clear_url: str
    next_url: str
    first_url: str
    sorts: tuple[tuple[str, str], ...]
    wish: Wish
    path: str


@public
def category(merchant: str, path: str) -> Response:
    """Show a department."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_shopping(connection, merchant)
        kept = kept_page(connection, visit)
        if kept is not None:
            return kept
        trail = _trail(visit.facts.departments, path)
        if not trail:
            return _moved(connection, visit, path)
        listing = _listing(connection, visit, _wish(), visit.path("c", path), category=path)
    share_page(visit, listing.shelf.trace)
    here = trail[-1]
    steps = [Link(visit.name, f"{visit.root}/")]
    steps += [Link(branch.name, visit.path("c", branch.path)) for branch in trail]
    response = shown(
        "shop/category.html",
        visit,
        head(visit, title=here.name, description=here.about, path=f"/c/{path}"),
        current=path,
        branch=here,
        listing=listing,
        trail=steps,
        structured=breadcrumbs(steps),
    )
    shelf = listing.shelf
    return keep_page(visit, response, variants=shelf.variants, trace=shelf.trace)


@public
def search(merchant: str) -> Response:
    """Show what the words in the address find, or everything without words."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_shopping(connection, merchant)
        wish = _wish()
        listing = _listing(connection, visit, wish, visit.path("search"), query=wish.query or None)
        ways_on = None
        if not listing.total and not wish.chosen:
            news = list_products(connection, locale=visit.language, sort="newest", limit=4).cards
            ways_on = lay_out(connection, visit, news)
    title = _("Found for “%(words)s”", words=wish.query) if wish.query else _("Everything")
    return shown(
        "shop/search.html",
        visit,
        head(visit, title=title),
        listing=listing,
        ways_on=ways_on,
        title=title,
    )


def _wish() -> Wish:
    args = request.args
    sort = args.get("sort", "best")
    chosen = {
        group: tuple(dict.fromkeys(args.getlist(group)))[:_MOST_VALUES]
        for group in args
        if _GROUP.fullmatch(group)
    }
    return Wish(
        query=" ".join(args.get("q", "").split())[:_LONGEST_QUERY],
        chosen=chosen,
        sort=next((each for each in SORTS if each == sort and each != "changed"), "best"),
        cursor=args.get("after") or None,
    )


def _listing(
    connection: Connection,
    visit: Visit,
    wish: Wish,
    path: str,
    *,
    category: str | None = None,
    query: str | None = None,
) -> Listing:
    branch = None if category is None else branch_of(connection, category)
    page = list_products(
        connection,
        locale=visit.language,
        category=category,
        branch=branch,
        query=query,
        facets=wish.chosen,
        sort=wish.sort,
        cursor=wish.cursor,
    )
    table = facets(
        connection,
        locale=visit.language,
        category=category,
        branch=branch,
        query=query,
        chosen=wish.chosen,
    )
    filters = tuple(filters_of(table, currency=visit.merchant.currency, category=category))
    return Listing(
        shelf=lay_out(connection, visit, page.cards),
        total=table.total,
        filters=filters,
        chips=tuple(_chips(filters, wish, path)),
        clear_url=wish.address(path, chosen={}),
        next_url=wish.address(path, chosen=wish.chosen, after=page.next_cursor)
        if page.next_cursor
        else "",
        first_url=wish.address(path, chosen=wish.chosen) if wish.cursor else "",
        sorts=_sorts(with_query=query is not None),
        wish=wish,
        path=path,
    )


def _sorts(*, with_query: bool) -> tuple[tuple[str, str], ...]:
    first = (("best", _("Best match")), ("newest", _("Newest"))) if with_query else ()
    return (
        *(first or (("best", _("Newest")),)),
        ("price-up", _("Price, low to high")),
        ("price-down", _("Price, high to low")),
    )


def _chips(filters: tuple[ShownFilter, ...], wish: Wish, path: str) -> Iterator[Link]:
    labels = {
        (each.group, value.key): f"{each.label}: {value.label}"
        for each in filters
        for value in each.values
    }
    for group, values in wish.chosen.items():
        for value in values:
            label = labels.get((group, value), value)
            yield Link(label, wish.address(path, chosen=wish.without(group, value)))


def _trail(branches: tuple[Category, ...], path: str) -> list[Category]:
    """Return the departments from the top down to `path`; none when it is not shown."""
    for branch in branches:
        if branch.path == path:
            return [branch]
        if path.startswith(f"{branch.path}/"):
            below = _trail(branch.children, path)
            return [branch, *below] if below else []
    return []


def _moved(connection: Connection, visit: Visit, path: str) -> Response:
    """Lead to the department that once had this address.

    Raises:
        NotFoundError: none had, or there is nothing in it.
    """
    new = path_after(connection, path=path)
    if new is None or not _trail(visit.facts.departments, new):
        raise NotFoundError
    return moved_for_good(visit.path("c", new))
