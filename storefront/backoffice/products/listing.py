"""The list of products: found, sorted, and page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection

from commerce.catalogue.queries import (
    category_tree,
    pictures_of_products,
    product_sheets,
    variants_of_products,
)
from commerce.catalogue.records import STATUSES, Category, Picture, ProductSheet
from commerce.inventory.queries import available_online
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import LANGUAGES, language
from commerce.web.services import services
from storefront.backoffice.desk import draw, link
from storefront.backoffice.products.finding import (
    SORTED,
    FoundPage,
    Order,
    asked_filter,
    asked_order,
    find_page,
)
from storefront.backoffice.readings import MISSING, product_prices, products_lacking
from storefront.backoffice.speech import gettext as _

AT_ONCE = 200
"""How many products are listed or changed in one go at most."""


@dataclass(frozen=True, slots=True)
class ShownProduct:
    """One row of the list."""

    id: UUID
    name: str
    vendor: str
    status: str
    picture: Picture | None
    variants: int
    price: Money | None
    available: int | None


@needs(Permission.VIEW_PRODUCTS)
def products() -> Response:
    """List products by words, state, category, or what they lack."""
    given = request.args
    missing = given.get("missing", "") if given.get("missing") in MISSING else ""
    wanted = asked_filter(given)
    state = given.get("state", "") if given.get("state") in STATUSES else ""
    order = asked_order(wanted)
    with services().database.reading(current_scope()) as connection:
        if missing:
            ids = tuple(products_lacking(connection, gap=missing, limit=AT_ONCE))
            page = FoundPage(ids, len(ids), 1)
        else:
            page = find_page(connection, wanted, order)
        rows = _sheets(connection, page.ids)
        tree = category_tree(connection, locale=language())
    return draw(
        "products/list.html",
        title=_("Products"),
        room="products",
        rows=rows,
        words=given.get("q", ""),
        state=state,
        category=given.get("category", ""),
        missing=missing,
        saved=_saved(state, missing),
        categories=[("", _("Every category")), *_flat(tree)],
        narrowed=any(given.get(name) for name in ("q", "state", "category", "missing")),
        total=page.total,
        columns={} if missing else _columns(order),
        paged=not missing and page.last > 1,
        pages=_pages(page),
        next_url=_at(page.number + 1) if page.number < page.last else "",
        previous_url=_at(page.number - 1) if page.number > 1 else "",
    )


def flat_categories(connection: Connection) -> list[tuple[str, str]]:
    """Return every category's path with its name, indented by depth."""
    return _flat(category_tree(connection, locale=language()))


def _flat(tree: Sequence[Category], depth: int = 0) -> list[tuple[str, str]]:
    return [
        entry
        for branch in tree
        for entry in ((branch.path, "– " * depth + branch.name), *_flat(branch.children, depth + 1))
    ]


def _sheets(connection: Connection, ids: Sequence[UUID]) -> list[ShownProduct]:
    """Return rows of these products, in their order."""
    pictures = pictures_of_products(connection, product_ids=ids, locale=language())
    sheets = {each.id: each for each in product_sheets(connection, product_ids=ids)}
    found = [_of_sheet(sheets[each], pictures.get(each, ())) for each in ids if each in sheets]
    return _shown(connection, found)


def _columns(order: Order) -> dict[str, dict[str, str]]:
    """Return where the head of each column leads: its own order, or the other way round."""
    columns = {}
    for key in SORTED:
        mine = order.key == key
        # What was changed last, and what there is most of, is looked for first.
        down = not order.descending if mine else key in {"changed", "stock"}
        columns[key] = {
            "sort_url": link("products", **_kept(), sort=Order(key, down).written),
            "sorted": ("descending" if order.descending else "ascending") if mine else "",
        }
    return columns


def _pages(page: FoundPage) -> list[dict[str, Any]]:
    """Return the first and the last page and those around this one; gaps where some are left out."""
    around = {1, page.last, *range(page.number - 2, page.number + 3)}
    shown: list[dict[str, Any]] = []
    for number in sorted(each for each in around if 1 <= each <= page.last):
        if shown and shown[-1]["number"] != number - 1:
            shown.append({"gap": True, "number": number - 1})
        shown.append({"number": number, "url": _at(number), "current": number == page.number})
    return shown


def _at(number: int) -> str:
    sort = {"sort": request.args["sort"]} if request.args.get("sort") else {}
    return link("products", **_kept(), **sort, page=number)


def _of_sheet(sheet: ProductSheet, pictures: Sequence[Picture]) -> dict[str, Any]:
    words = sheet.words.get(language()) or next(iter(sheet.words.values()), None)
    return {
        "id": sheet.id,
        "name": words.name if words else sheet.handle,
        "vendor": _other_maker(sheet.vendor),
        "status": sheet.status,
        "picture": next((each for each in pictures if each.state == "ready"), None),
    }


def _other_maker(vendor: str) -> str:
    """Return who makes the goods, unless it is the shop: its own name would stand in every row."""
    shop = current_merchant()
    return "" if vendor in {shop.name_in(code) for code in LANGUAGES} else vendor


def _shown(connection: Connection, found: list[dict[str, Any]]) -> list[ShownProduct]:
    ids = [each["id"] for each in found]
    variants = variants_of_products(connection, product_ids=ids)
    stock = available_online(connection, variant_ids=[v for of in variants.values() for v in of])
    prices = product_prices(connection, product_ids=ids)
    return [
        ShownProduct(
            **each,
            variants=len(variants[each["id"]]),
            price=Money(prices[each["id"]], current_merchant().currency)
            if each["id"] in prices
            else None,
            available=sum(stock.get(v, 0) for v in variants[each["id"]])
            if any(v in stock for v in variants[each["id"]])
            else None,
        )
        for each in found
    ]


def _saved(state: str, missing: str) -> list[dict[str, Any]]:
    kept = {name: value for name, value in _kept().items() if name != "state"}
    lists = (
        (_("All"), "", ""),
        (_("On sale"), "active", ""),
        (_("Drafts"), "draft", ""),
        (_("Archived"), "archived", ""),
        (_("No Chinese"), "", "zh"),
        (_("No picture"), "", "picture"),
        (_("No weight"), "", "weight"),
    )
    return [
        {
            "label": label,
            "url": link(
                "products",
                **({} if gap else kept),
                **{name: value for name, value in (("state", wanted), ("missing", gap)) if value},
            ),
            "current": (state, missing) == (wanted, gap),
        }
        for label, wanted, gap in lists
    ]


def _kept() -> dict[str, str]:
    return {
        name: request.args[name] for name in ("q", "state", "category") if request.args.get(name)
    }
